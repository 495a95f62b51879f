import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planReplay } from './replay.ts';

const span = (start: number, end: number) => ({ start, end });

describe('passages quoted again', () => {
  test.each([
    ['the best one is last', [span(40, 60), span(0, 10)], 64, [span(0, 10), span(40, 60)]],
    [
      'what overlaps a better one is passed over',
      [span(40, 60), span(55, 70), span(0, 10)],
      64,
      [span(0, 10), span(40, 60)],
    ],
    ['what does not fit ends it', [span(40, 60), span(100, 160), span(0, 10)], 64, [span(40, 60)]],
    ['the best one is cut', [span(40, 140), span(0, 10)], 64, [span(40, 102)]],
    ['without room there are none', [span(40, 60)], 2, []],
    ['nor without passages', [], 64, []],
  ] as const)('%s', (_, passages, size, quoted) => {
    expect(planReplay(passages, size, 2)).toEqual(quoted);
  });

  const passages = fc.array(
    fc
      .tuple(fc.nat(500), fc.integer({ min: 1, max: 60 }))
      .map(([start, length]) => span(start, start + length)),
  );
  test('fit, overlap nowhere, and hold the best', () => {
    fc.assert(
      fc.property(passages, fc.nat(200), fc.nat(4), (given, size, divider) => {
        const quoted = planReplay(given, size, divider);
        const cost = quoted.reduce((sum, { start, end }) => sum + end - start + divider, 0);
        expect(cost).toBeLessThanOrEqual(size);
        const positions = quoted.flatMap(({ start, end }) =>
          Array.from({ length: end - start }, (_, i) => start + i),
        );
        expect(new Set(positions).size).toBe(positions.length);
        expect(quoted.length > 0).toBe(given.length > 0 && size > divider);
        expect(quoted.at(-1)?.start).toBe(quoted.length > 0 ? given[0]?.start : undefined);
      }),
    );
  });
});

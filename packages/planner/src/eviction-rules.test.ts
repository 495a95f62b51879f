import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { h2oRule, planKept, planReading, snapkvRule, streamingRule, tovaRule } from './eviction-rules.ts';

const kept = (...parameters: Parameters<typeof planKept>) =>
  [...planKept(...parameters)].flatMap((flag, entry) => (flag === 1 ? [entry] : []));

describe('what stays', () => {
  const scores = Float32Array.of(1, 0, 5, 0, 0, 3, 9, 9);
  test.each([
    ['all, where there is room', 8, 2, 1, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['the newest and the best of the rest', 4, 2, 1, [2, 5, 6, 7]],
    ['of equal ones the oldest', 6, 2, 1, [0, 1, 2, 5, 6, 7]],
    ['the newest alone', 3, 3, 1, [5, 6, 7]],
    ['nothing', 0, 0, 1, []],
    // Pooled over three, the newest left out: 1 5 5 5 3 3.
    ['a peak and its neighbours', 5, 2, 3, [1, 2, 3, 6, 7]],
  ])('%s', (_, keep, recent, pool, want) => {
    expect(kept(scores, keep, recent, pool)).toEqual(want);
  });

  test('equals taking the best that is left, one by one', () => {
    const few = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 });
    fc.assert(
      fc.property(few, fc.nat(45), fc.nat(45), fc.nat(3), (values, a, b, reach) => {
        const [keep, recent] = [Math.max(a, b), Math.min(a, b)];
        const numOld = Math.max(0, values.length - recent);
        const old = values.slice(0, numOld);
        const left = new Map(
          old.map((_, i) => [i, Math.max(...old.slice(Math.max(0, i - reach), i + reach + 1))]),
        );
        const want = values.map((_, i) => i).slice(numOld);
        while (want.length < keep && left.size > 0) {
          const top = Math.max(...left.values());
          const best = [...left].find(([, value]) => value === top)?.[0] ?? NaN;
          left.delete(best);
          want.push(best);
        }
        const got = kept(Float32Array.from(values), keep, recent, 2 * reach + 1);
        expect(got).toEqual(want.sort((x, y) => x - y));
        expect(got).toHaveLength(Math.min(keep, values.length));
      }),
    );
  });

  test('more that always stays than stays is our bug', () => {
    expect(() => planKept(scores, 2, 3, 1)).toThrow('Longread bug');
  });
});

test('what the rules always keep', () => {
  const settings = { budget: 96, recent: 24 };
  const recent = [streamingRule, h2oRule, tovaRule, snapkvRule].map((rule) => rule.recent(settings));
  expect(recent).toEqual([92, 24, 0, 32]);
  const tiny = { budget: 3, recent: 1 };
  expect([streamingRule, h2oRule, tovaRule, snapkvRule].map((rule) => rule.recent(tiny))).toEqual([
    0, 1, 0, 3,
  ]);
  // Nothing is scored by streaming: of equal scores the first four.
  expect(kept(new Float32Array(100), 10, streamingRule.recent({ budget: 10, recent: 0 }), 1)).toEqual([
    0, 1, 2, 3, 94, 95, 96, 97, 98, 99,
  ]);
});

describe('how a prompt is read', () => {
  const settings = { chunkSize: 64, budget: 96 };
  const read = (numTokens: number, once: boolean, maxNewTokens = 10, numAfter = 20) =>
    planReading(numTokens - numAfter, numAfter, maxNewTokens, { once }, settings);

  test('evicting after every chunk, the question in chunks of its own', () => {
    const { chunks, budget, numPositions } = read(150, false, 10, 70);
    expect(chunks.map(({ firstToken, numTokens, keep }) => [firstToken, numTokens, keep])).toEqual([
      [0, 64, 96],
      [64, 16, 96],
      [80, 64, 96],
      [144, 6, 96],
    ]);
    expect([budget, numPositions]).toEqual([96, 106]);
    expect(read(50, false, 1000).numPositions).toBe(50 + 64);
  });

  test('evicting once, the first one ragged', () => {
    const { chunks, budget, numPositions } = read(150, true);
    expect(chunks).toEqual([
      { firstToken: 0, numTokens: 22, keep: 150 },
      { firstToken: 22, numTokens: 64, keep: 150 },
      { firstToken: 86, numTokens: 64, keep: 96 },
    ]);
    expect([budget, numPositions]).toEqual([150, 106]);
    expect(read(50, true, 1000)).toMatchObject({ budget: 50, numPositions: 1050 });
  });

  test('chunks cover every token once, in order, none longer than the chunk size', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(200), fc.boolean(), (numTokens, numAfter, once) => {
        const covered = read(numTokens + numAfter, once, 10, numAfter).chunks.flatMap((chunk) => {
          expect(chunk.numTokens).toBeLessThanOrEqual(64);
          return Array.from({ length: chunk.numTokens }, (_, i) => chunk.firstToken + i);
        });
        expect(covered).toEqual(Array.from({ length: numTokens + numAfter }, (_, i) => i));
      }),
    );
  });
});

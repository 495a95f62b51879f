import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestLast } from './passage-order.ts';
import { allScores } from './token-scores.ts';

const positions = Uint32Array.of(0, 1, 5, 6, 7, 12, 20, 21);

test('runs by their best score, the best last; of equals the later last', () => {
  const scores = new Float32Array(30);
  [scores[6], scores[0], scores[21]] = [9, 2, 2];
  scores[9] = 100; // was not gathered
  expect(bestLast(positions, allScores(scores), 4)).toEqual({
    spans: [
      { start: 12, end: 13 },
      { start: 0, end: 2 },
      { start: 20, end: 22 },
      { start: 5, end: 8 },
    ],
    isDivided: true,
  });
});

test('too many runs stand in the order of the text, undivided', () => {
  const { spans, isDivided } = bestLast(positions, allScores(new Float32Array(30).fill(1)), 3);
  expect(isDivided).toBe(false);
  expect(spans.map(({ start }) => start)).toEqual([0, 5, 12, 20]);
});

test('nothing is nothing', () => {
  expect(bestLast(new Uint32Array(), allScores(new Float32Array()), 0)).toEqual({
    spans: [],
    isDivided: true,
  });
});

test('every position once, whatever the order', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(80)),
      fc.nat(40),
      fc.array(fc.float({ noNaN: true })),
      (any, most, values) => {
        const rising = Uint32Array.from(any).sort();
        const scores = Float32Array.from({ length: 81 }, (_, i) => values[i] ?? 0);
        const { spans } = bestLast(rising, allScores(scores), most);
        const covered = spans.flatMap(({ start, end }) =>
          Array.from({ length: end - start }, (_, i) => start + i),
        );
        expect(covered.toSorted((a, b) => a - b)).toEqual([...rising]);
      },
    ),
  );
});

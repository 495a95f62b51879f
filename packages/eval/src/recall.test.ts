import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recallOf } from './recall.ts';

const range = fc
  .tuple(fc.integer({ min: 0, max: 90 }), fc.nat(30))
  .map(([start, length]) => ({ start, end: start + length }));
const evidence = [
  { start: 10, end: 30 },
  { start: 50, end: 60 },
];

test('equals a count of characters, one by one', () => {
  fc.assert(
    fc.property(fc.array(range), (gathered) => {
      const has = (at: number) => gathered.some(({ start, end }) => start <= at && at < end);
      const counts = evidence.map(({ start, end }) => {
        let count = 0;
        for (let at = start; at < end; at++) if (has(at)) count++;
        return count;
      });
      const [first = 0, second = 0] = counts;
      const recall = recallOf(evidence, gathered);
      expect(recall.share).toBeCloseTo((first + second) / 30, 12);
      expect(recall.hasAll).toBe(first >= 18 && second >= 9);
    }),
  );
});

test.each([
  [[{ start: 0, end: 100 }], 1, true],
  [[{ start: 12, end: 59 }], 27 / 30, true],
  [[{ start: 13, end: 60 }], 27 / 30, false],
  [[{ start: 10, end: 30 }], 20 / 30, false],
  [[], 0, false],
])('of %j is %f, all: %s', (gathered, share, hasAll) => {
  expect(recallOf(evidence, gathered)).toEqual({ share, hasAll });
});

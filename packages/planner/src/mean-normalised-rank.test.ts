import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanNormalisedRank } from './mean-normalised-rank.ts';
import { noise } from './testing.ts';

describe('meanNormalisedRank', () => {
  test.each([
    [[9, 8, 7, 1, 0], [0, 1, 2], 1 / 5],
    [[9, 0, 0, 0], [0], 0],
    [[0, 0, 0, 9], [0, 1, 2], 2 / 4],
    [[1, 2, 3, 4], [0], 3 / 4],
    [[5, 5, 5, 5], [2], 1.5 / 4],
    [[5], [0], 0],
  ])('of %j with evidence %j', (scores, evidence, want) => {
    expect(meanNormalisedRank(scores, evidence)).toBeCloseTo(want, 12);
  });

  test('of an oracle is (|G| - 1) / 2 / length', () => {
    const oracle = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.boolean());
    fc.assert(
      fc.property(oracle, ([length, pick, isTied]) => {
        const size = 1 + (pick % length);
        const scores = Array.from({ length }, (_, i) => (i < size ? (isTied ? 1 : 1 + i) : -1));
        expect(meanNormalisedRank(scores, [...new Array(size).keys()])).toBeCloseTo(
          (size - 1) / 2 / length,
          9,
        );
      }),
    );
  });

  test('of noise goes to one half', () => {
    const ranks = Array.from({ length: 200 }, (_, seed) =>
      meanNormalisedRank(noise(500, seed * 7919), [3, 77, 310]),
    );
    expect(ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length).toBeCloseTo(0.5, 1);
  });

  test.each([[[]], [[3]], [[-1]]])('evidence %j is our bug', (evidence) => {
    expect(() => meanNormalisedRank([1, 2, 3], evidence)).toThrow('Longread bug');
  });
});

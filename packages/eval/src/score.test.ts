import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreNeedle, summariseNeedles } from './score.ts';

const needle = { answer: '4839201', start: 100, end: 110 };

describe('recall', () => {
  test.each([
    [[], 0],
    [[[0, 100]], 0],
    [[[110, 200]], 0],
    [[[0, 101]], 0.1],
    [[[109, 200]], 0.1],
    [[[100, 110]], 1],
    [[[0, 1000]], 1],
    [[[103, 107]], 0.4],
    [[[105, 120], [90, 105]], 1], // prettier-ignore
    [[[100, 106], [102, 104]], 0.6], // prettier-ignore
    [[[100, 104], [100, 104]], 0.4], // prettier-ignore
    [[[105, 105]], 0],
  ])('of %j is %f', (ranges, want) => {
    const evidence = ranges.map(([start = 0, end = 0]) => ({ start, end }));
    expect(scoreNeedle('', evidence, needle).recall).toBeCloseTo(want, 12);
  });

  test('equals a count of covered characters', () => {
    const range = fc.tuple(fc.integer({ min: 90, max: 120 }), fc.nat(12));
    fc.assert(
      fc.property(fc.array(range), (ranges) => {
        const evidence = ranges.map(([start, length]) => ({ start, end: start + length }));
        let covered = 0;
        for (let i = 100; i < 110; i++) if (evidence.some((e) => e.start <= i && i < e.end)) covered++;
        expect(scoreNeedle('', evidence, needle).recall).toBeCloseTo(covered / 10, 12);
      }),
    );
  });
});

test.each([
  ['The secret number is 4839201.', true],
  ['4,839,201', true],
  ['4 839 201', true],
  ['n4839201n', true],
  ['48392010', false],
  ['14839201', false],
  ['483920', false],
  ['1,4839201', true],
  ['', false],
])('the answer %j is exact: %s', (answer, exact) => {
  expect(scoreNeedle(answer, [], needle).exact).toBe(exact);
});

test('a summary has the mean recall and the number of exact answers', () => {
  expect(summariseNeedles([])).toEqual({ recall: 0, exact: 0, samples: 0 });
  const results = [{ recall: 1, exact: true }, { recall: 0.5, exact: false }]; // prettier-ignore
  expect(summariseNeedles(results)).toEqual({ recall: 0.75, exact: 1, samples: 2 });
});

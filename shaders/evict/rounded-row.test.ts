// Rows as the cache keeps them, by the twin: the kernel is held to it bit for bit (evict.gpu.test.ts).
import { Random } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { roundedRow } from './evict.ref.ts';

/** Of any size that an f32 has, and mixtures of sizes. */
function rowOf(random: Random): readonly number[] {
  const [size, spread] = [random.below(300) - 150, random.below(40)];
  return Array.from({ length: 1 + random.below(64) }, () =>
    Math.fround((2 * random.next() - 1) * 2 ** (size - random.below(spread + 1))),
  );
}

describe('a rounded row', () => {
  const random = new Random(7);
  const rows = Array.from({ length: 2000 }, () => rowOf(random)).filter((row) => row.every(Number.isFinite));

  test('is of f32 and stays when it is rounded again', () => {
    expect(rows.length).toBeGreaterThan(1500);
    for (const row of rows) {
      const rounded = roundedRow(row);
      expect(rounded).toEqual(rounded.map(Math.fround));
      expect(roundedRow(rounded)).toEqual(rounded);
    }
  });

  test('is off by 2^-19 of its largest magnitude at most, and by the least normal number where that is more', () => {
    for (const row of rows) {
      const limit = Math.max(2 ** -19 * Math.max(...row.map(Math.abs)), 2 ** -126);
      for (const [i, x] of roundedRow(row).entries())
        expect(Math.abs(x - (row[i] ?? NaN))).toBeLessThanOrEqual(limit);
    }
  });

  test.each([
    ['zeros, of which there is one', [0, -0], [0, 0]],
    ['what is below the least normal number', [2 ** -127, -1e-45], [0, 0]],
    ['halves, to the even one', [1, 0.5 * 2 ** -18, 1.5 * 2 ** -18], [1, 0, 2 ** -17]],
    [
      'what would be one too many',
      [2 - 2 ** -23, -(2 - 2 ** -23)],
      [(2 ** 19 - 1) * 2 ** -18, -(2 ** 19 - 1) * 2 ** -18],
    ],
    [
      'what is not finite, apart from the others',
      [Infinity, NaN, 1 + 2 ** -23, -Infinity],
      [NaN, NaN, 1, NaN],
    ],
  ])('%s', (_, row, rounded) => {
    expect(roundedRow(row)).toEqual(rounded);
  });
});

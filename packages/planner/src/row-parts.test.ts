import { weightBytes, type WeightLayout } from '@longread/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRowParts, smallestPartBytes } from './row-parts.ts';

const half = (rows: number, cols: number): WeightLayout => ({ format: 'f16', rows, cols, groupSize: 1 });

test('what fits is one part', () => {
  expect(planRowParts(half(1000, 64), 1000 * 128)).toEqual([1000]);
  expect(planRowParts(half(1, 64), 128)).toEqual([1]);
});

test("Gemma's embedding in f16 takes three bindings of 128 MiB", () => {
  // 262,144 rows of 640 halves are 320 MiB.
  expect(planRowParts(half(262_144, 640), 2 ** 27)).toEqual([87_424, 87_424, 87_296]);
});

test('of two buffers the larger decides', () => {
  const layout: WeightLayout = { format: 'int4', rows: 128, cols: 64, groupSize: 32 };
  expect(planRowParts(layout, 64 * 32)).toEqual([64, 64]);
  expect(planRowParts({ ...layout, groupSize: 16 }, 64 * 32)).toEqual([64, 64]);
  expect(smallestPartBytes(layout)).toBe(64 * 32);
});

test('parts are all of the matrix, fit, and begin at whole blocks', () => {
  const sizes = fc.record({
    rows: fc.integer({ min: 1, max: 100_000 }),
    cols: fc.integer({ min: 1, max: 64 }).map((count) => 32 * count),
    fitting: fc.integer({ min: 8, max: 400_000 }),
  });
  fc.assert(
    fc.property(sizes, ({ rows, cols, fitting }) => {
      const layout = half(rows, cols);
      const parts = planRowParts(layout, fitting * 2 * cols + 1);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(rows);
      expect(Math.min(...parts)).toBeGreaterThan(0);
      expect(weightBytes({ ...layout, rows: Math.max(...parts) })).toBeLessThanOrEqual(fitting * 2 * cols);
      const block = Math.min(64, 2 ** Math.floor(Math.log2(fitting)));
      expect(parts.slice(0, -1).filter((part) => part % block !== 0)).toEqual([]);
      // No more parts than twice as many as would do without blocks.
      expect(parts.length).toBeLessThanOrEqual(2 * Math.ceil(rows / fitting));
    }),
  );
});

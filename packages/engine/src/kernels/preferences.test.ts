import { describe, expect, test } from 'vitest';
import type { TuningRow } from '@longread/core';
import { leastFlashFlops, planTile } from '@longread/planner';
import { flashFlopsFor } from './preferences.ts';

const heads = { numHeads: 32, numKvHeads: 32, headDim: 64 };
const measured = (gflops: number | undefined, shapeClass = '64 32/1'): TuningRow => ({
  kernel: 'flash-attention/output',
  shapeClass,
  variant: 'flash-attention/output-d64',
  key: '',
  ms: gflops === undefined ? undefined : 1,
  gflops,
  note: '',
});

describe('operations of a dispatch of attention', () => {
  test.each([
    [[], leastFlashFlops],
    [[measured(undefined)], leastFlashFlops],
    [[measured(100)], leastFlashFlops],
    [[measured(26_000, '128 32/1')], leastFlashFlops],
    [[measured(5_900), measured(26_000)], 2 ** 40],
  ] as const)('are of the fastest variant that was measured on the heads: %#', (rows, flops) => {
    expect(flashFlopsFor(rows, heads)).toBe(flops);
  });

  test('do not change with a few percent of the measured rate', () => {
    expect(flashFlopsFor([measured(25_000)], heads)).toBe(flashFlopsFor([measured(27_000)], heads));
  });

  test('let a fast device attend to a window in one dispatch, where a slow one takes four', () => {
    const rowsAtOnce = (rows: readonly TuningRow[]) =>
      planTile('flash', heads, 1024, 8192, flashFlopsFor(rows, heads)).tileRows;
    expect(rowsAtOnce([])).toBe(256);
    expect(rowsAtOnce([measured(26_000)])).toBe(1024);
  });
});

import { describe, expect, test } from 'vitest';
import { at, poisonU32, type Random } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { evictSelectTwin } from './evict-select.ref.ts';
import { evictSelect } from './evict-select.ts';

const gpu = useGpu();

interface Shape {
  readonly num_entries: number;
  readonly num_kv_heads: number;
  readonly keep: number;
  readonly recent: number;
}

function check(
  shape: Shape,
  WORKGROUP_SIZE = 32,
  sumsOf = (random: Random, n: number) => random.f32(n).map(Math.abs),
): Promise<void> {
  const capacity = shape.num_entries + 5;
  return gpu.compare({
    kernel: evictSelect,
    twin: evictSelectTwin,
    overrides: { WORKGROUP_SIZE },
    uniforms: { ...shape, capacity },
    buffers: (random) => ({
      sums: sumsOf(random, shape.num_kv_heads * capacity),
      flags: poisonU32(shape.num_kv_heads * capacity),
    }),
    tolerance: 'exact',
  });
}

describe.each([32, 7])('evict-select keeps what a sort keeps, workgroup size %i', (size) => {
  test.each([
    { num_entries: 1, num_kv_heads: 1, keep: 1, recent: 0 },
    { num_entries: 31, num_kv_heads: 3, keep: 32, recent: 8 },
    { num_entries: 32, num_kv_heads: 3, keep: 32, recent: 40 },
    { num_entries: 33, num_kv_heads: 3, keep: 32, recent: 8 },
    { num_entries: 257, num_kv_heads: 2, keep: 100, recent: 0 },
    { num_entries: 255, num_kv_heads: 2, keep: 100, recent: 99 },
    { num_entries: 256, num_kv_heads: 1, keep: 64, recent: 64 },
    { num_entries: 2, num_kv_heads: 4, keep: 1, recent: 0 },
    { num_entries: 64, num_kv_heads: 2, keep: 20, recent: 30 },
  ])('%j', (shape) => check(shape, size));
});

describe('evict-select ties', () => {
  const shape = { num_entries: 67, num_kv_heads: 2, keep: 40, recent: 10 };
  test('all equal', () => check(shape, 32, (_, n) => new Float32Array(n).fill(0.5)));
  test('all zero', () => check(shape, 32, (_, n) => new Float32Array(n)));
  test('three values', () => check(shape, 32, (random, n) => random.f32(n).map(() => random.below(3))));
});

test('evict-select never flags more than it keeps, even of sums that are not numbers', async () => {
  const shape = { num_entries: 70, num_kv_heads: 1, keep: 20, recent: 4, capacity: 70 };
  const sums = new Float32Array(70).map((_, i) => (i % 3 === 0 ? NaN : i));
  const { flags } = await gpu.use({ sums, flags: poisonU32(70) }, (dispatch, buffers) =>
    dispatch(evictSelect, buffers, shape),
  );
  const total = Array.from(flags.keys()).reduce((sum, i) => sum + at(flags, i), 0);
  expect(total).toBe(shape.keep);
});

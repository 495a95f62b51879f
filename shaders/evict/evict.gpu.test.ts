import { describe, expect, test } from 'vitest';
import { at, poisonF32, poisonU32, type Random } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { evictCompactTwin, evictSelectTwin, roundedRow } from './evict.ref.ts';
import { evictCompact, evictSelect } from './evict.ts';

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
    kernel: evictSelect.bodies.plain,
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

describe.each([32, 7])('evict/select keeps what a sort keeps, workgroup size %i', (size) => {
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

describe('evict/select ties', () => {
  const shape = { num_entries: 67, num_kv_heads: 2, keep: 40, recent: 10 };
  test('all equal', () => check(shape, 32, (_, n) => new Float32Array(n).fill(0.5)));
  test('all zero', () => check(shape, 32, (_, n) => new Float32Array(n)));
  test('three values', () => check(shape, 32, (random, n) => random.f32(n).map(() => random.below(3))));
});

test('evict/select never flags more than it keeps, even of sums that are not numbers', async () => {
  const shape = { num_entries: 70, num_kv_heads: 1, keep: 20, recent: 4, capacity: 70 };
  const sums = new Float32Array(70).map((_, i) => (i % 3 === 0 ? NaN : i));
  const { flags } = await gpu.use({ sums, flags: poisonU32(70) }, (dispatch, buffers) =>
    dispatch(evictSelect.bodies.plain, buffers, shape),
  );
  const total = Array.from(flags.keys()).reduce((sum, i) => sum + at(flags, i), 0);
  expect(total).toBe(shape.keep);
});

describe.each([32, 5])('evict/compact, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_entries: 1, num_slots: 0, num_heads: 1, num_kv_heads: 1, head_dim: 4, budget: 1 },
    { num_entries: 31, num_slots: 0, num_heads: 3, num_kv_heads: 1, head_dim: 16, budget: 16 },
    { num_entries: 32, num_slots: 1, num_heads: 9, num_kv_heads: 3, head_dim: 64, budget: 17 },
    { num_entries: 70, num_slots: 33, num_heads: 2, num_kv_heads: 2, head_dim: 80, budget: 33 },
    { num_entries: 257, num_slots: 200, num_heads: 8, num_kv_heads: 1, head_dim: 16, budget: 256 },
    { num_entries: 40, num_slots: 40, num_heads: 4, num_kv_heads: 4, head_dim: 128, budget: 40 },
    { num_entries: 33, num_slots: 7, num_heads: 1, num_kv_heads: 1, head_dim: 256, budget: 32 },
  ])('%j', async (shape) => {
    const { num_entries, num_slots, num_heads, num_kv_heads, head_dim, budget } = shape;
    const capacity = num_entries + 3;
    await gpu.compare({
      kernel: evictCompact.bodies.plain,
      twin: evictCompactTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity },
      buffers: (random) => {
        const flags = new Uint32Array(num_kv_heads * capacity);
        for (let head = 0; head < num_kv_heads; head++) {
          // Selection sampling; heads keep different numbers, so that the tails of next_kv stay untouched.
          let left = Math.max(budget - head, 0);
          for (let entry = 0; entry < num_entries; entry++) {
            flags[head * capacity + entry] = random.below(num_entries - entry) < left ? 1 : 0;
            left -= at(flags, head * capacity + entry);
          }
        }
        return {
          flags,
          sums: random.f32(num_kv_heads * capacity),
          kept_kv: random.f32(2 * num_kv_heads * budget * head_dim),
          qkv: random.f32((num_entries - num_slots + 1) * (num_heads + 2 * num_kv_heads) * head_dim),
          next_kv: poisonF32(2 * num_kv_heads * budget * head_dim),
          next_sums: poisonF32(num_kv_heads * budget),
        };
      },
      tolerance: 'exact',
    });
  });
});

/** Rows that rounding could get wrong: of heads of four, one key or value each. */
const awkward = [
  [0, -0, 0, -0],
  [1e-45, -0.75 * 2 ** -126, 2 ** -126, 0],
  [2 ** -126, 1.5 * 2 ** -126, 2.5 * 2 ** -126, -3.5 * 2 ** -126],
  [2 ** -107, 2 ** -108, -(2 ** -108), 2 ** -109],
  [3.4028234663852886e38, -3.4028234663852886e38, 1, 2 ** 127],
  [1.9999998807907104, 1.999998, -1.9999981, 1],
  [1, 2 ** -19, 3 * 2 ** -19, -5 * 2 ** -19],
  [Infinity, 1, -Infinity, -0.3],
  [NaN, NaN, Infinity, NaN],
  [NaN, 2 ** -130, 7, 2 ** -14],
];

test.each([32, 5])('evict/compact rounds every row alike, workgroup size %i', async (WORKGROUP_SIZE) => {
  const num_entries = awkward.length / 2;
  const shape = { num_entries, num_heads: 1, num_kv_heads: 1, head_dim: 4, budget: num_entries };
  const dispatched = (num_slots: number, of: { readonly kept_kv: Float32Array<ArrayBuffer> }) =>
    gpu.use(
      {
        ...of,
        flags: new Uint32Array(num_entries).fill(1),
        sums: new Float32Array(num_entries),
        qkv: Float32Array.from(
          Array.from({ length: num_entries }, (_, i) => [
            0,
            0,
            0,
            0,
            ...awkward.slice(2 * i, 2 * i + 2).flat(),
          ]).flat(),
        ),
        next_kv: poisonF32(2 * num_entries * 4),
        next_sums: poisonF32(num_entries),
      },
      (dispatch, buffers) =>
        dispatch(
          evictCompact.bodies.plain,
          buffers,
          { ...shape, num_slots, capacity: num_entries },
          { WORKGROUP_SIZE },
        ),
    );
  const { next_kv } = await dispatched(0, { kept_kv: new Float32Array(2 * num_entries * 4) });
  // Keys, then values.
  const rows = [0, 1].flatMap((part) => awkward.filter((_, i) => i % 2 === part));
  const bits = (values: Iterable<number>) => new Uint32Array(Float32Array.from(values).buffer);
  expect(bits(next_kv)).toEqual(bits(rows.flatMap(roundedRow)));
  // What was kept goes on as it is.
  const kept_kv = Float32Array.from(rows.flat());
  const again = await dispatched(num_entries, { kept_kv });
  expect(bits(again.next_kv)).toEqual(bits(kept_kv));
});

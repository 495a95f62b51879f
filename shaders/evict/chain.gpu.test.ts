// Eviction as a whole: the compacted and re-rotated cache is the kept entries of the pruned one, rotated by new slot (design 3.5 item 6).
import { describe, expect, test } from 'vitest';
import { ropeAngles } from '../rope/rope.ref.ts';
import { ropeCache, ropeKept } from '../rope/rope.ts';
import { difference } from '../testing/compare.ts';
import { Random, at, poisonF32, poisonU32, type Data } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { roundedRow } from './evict.ref.ts';
import { evictCompact, evictSelect } from './evict.ts';

const gpu = useGpu();

const num_heads = 4;
const num_kv_heads = 2;
const head_dim = 16;
const rotary_dim = 8;
const rowLength = (num_heads + 2 * num_kv_heads) * head_dim;

/** Indices of the entries of head `g` that stay, by a plain sort. */
function keptEntries(
  sums: Data,
  g: number,
  capacity: number,
  n: number,
  keep: number,
  recent: number,
): number[] {
  const order = Array.from({ length: n - recent }, (_, i) => i);
  order.sort((a, b) => at(sums, g * capacity + b) - at(sums, g * capacity + a) || a - b);
  const newest = Array.from({ length: recent }, (_, i) => n - recent + i);
  return [...order.slice(0, keep - recent), ...newest].sort((a, b) => a - b);
}

describe.each([0, 1])('re-rotated = pruned, then rotated; HALF_PAIRS %i', (HALF_PAIRS) => {
  test.each([
    { num_slots: 0, numTokens: 50, budget: 20, recent: 5 },
    { num_slots: 20, numTokens: 33, budget: 20, recent: 0 },
    { num_slots: 32, numTokens: 1, budget: 32, recent: 8 },
  ])('%j', async ({ num_slots, numTokens, budget, recent }) => {
    const random = new Random(21);
    const num_entries = num_slots + numTokens;
    const capacity = num_entries + 2;
    const plane = num_kv_heads * budget * head_dim;
    const data = {
      sums: random.f32(num_kv_heads * capacity).map(Math.abs),
      flags: poisonU32(num_kv_heads * capacity),
      kept_kv: random.f32(2 * plane),
      qkv: random.f32(numTokens * rowLength),
      next_kv: poisonF32(2 * plane),
      next_sums: poisonF32(num_kv_heads * budget),
      angles: ropeAngles(budget, rotary_dim, 10_000),
      keys: poisonF32(plane),
      values: poisonF32(plane),
      // The same entries, gathered here and rotated by rope/cache as if they were one chunk from position 0.
      pruned: new Float32Array(budget * rowLength),
      wantQ: poisonF32(budget * num_heads * head_dim),
      wantKeys: poisonF32(plane),
      wantValues: poisonF32(plane),
    };
    const wantSums = new Float32Array(num_kv_heads * budget);
    for (let g = 0; g < num_kv_heads; g++) {
      const kept = keptEntries(data.sums, g, capacity, num_entries, budget, recent);
      kept.forEach((entry, slot) => {
        wantSums[g * budget + slot] = at(data.sums, g * capacity + entry);
        for (const part of [0, 1]) {
          const old = part * plane + (g * budget + entry) * head_dim;
          const column = (num_heads + part * num_kv_heads + g) * head_dim;
          const fresh = (entry - num_slots) * rowLength + column;
          const isOld = entry < num_slots;
          const from = isOld ? old : fresh;
          const row = Array.from((isOld ? data.kept_kv : data.qkv).subarray(from, from + head_dim));
          data.pruned.set(isOld ? row : roundedRow(row), slot * rowLength + column);
        }
      });
    }
    const got = await gpu.use(data, async (dispatch, buffers) => {
      const shape = { num_entries, num_slots, num_heads, num_kv_heads, head_dim, capacity, budget };
      await dispatch(evictSelect.bodies.plain, buffers, { ...shape, keep: budget, recent });
      await dispatch(evictCompact.bodies.plain, buffers, shape);
      const rotated = { ...shape, rotary_dim, num_slots: budget, capacity: budget };
      await dispatch(ropeKept.bodies.plain, { ...buffers, kept_kv: buffers.next_kv }, rotated, {
        HALF_PAIRS,
        IN_PART: 1,
      });
      await dispatch(
        ropeCache.bodies.plain,
        {
          qkv: buffers.pruned,
          angles: buffers.angles,
          q: buffers.wantQ,
          keys: buffers.wantKeys,
          values: buffers.wantValues,
        },
        { ...rotated, first_token: 0, num_tokens: budget, first_slot: 0 },
        { HALF_PAIRS, IN_PART: 1 },
      );
    });
    expect(difference('next_sums', data.next_sums, got.next_sums, wantSums, 'exact')).toBeUndefined();
    expect(difference('keys', data.keys, got.keys, got.wantKeys, 'elementwise-f32')).toBeUndefined();
    expect(difference('values', data.values, got.values, got.wantValues, 'exact')).toBeUndefined();
  });
});

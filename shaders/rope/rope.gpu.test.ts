import { nmse, tolerances } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { rowWords, unpackRow } from '../lib/packed-rows.ref.ts';
import { poisonF32, poisonU32, Random } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { exactToken } from './rope.cases.ts';
import { ropeAngles, ropeCacheTwin, ropeKeptTwin, ropeTokenTwin } from './rope.ref.ts';
import { ropeCache, ropeKept, ropeToken } from './rope.ts';

const gpu = useGpu();

describe.each([
  { HALF_PAIRS: 0, WORKGROUP_SIZE: 64 },
  { HALF_PAIRS: 1, WORKGROUP_SIZE: 64 },
  { HALF_PAIRS: 1, WORKGROUP_SIZE: 7 },
])('rope/cache %j', (overrides) => {
  test.each([
    { num_tokens: 1, first_token: 0, first_slot: 0, num_heads: 1, num_kv_heads: 1, head_dim: 16 },
    { num_tokens: 3, first_token: 1, first_slot: 5, num_heads: 5, num_kv_heads: 1, head_dim: 8 },
    { num_tokens: 2, first_token: 0, first_slot: 3, num_heads: 7, num_kv_heads: 1, head_dim: 24 },
    { num_tokens: 1, first_token: 0, first_slot: 256, num_heads: 9, num_kv_heads: 3, head_dim: 64 },
    { num_tokens: 5, first_token: 3, first_slot: 40, num_heads: 8, num_kv_heads: 1, head_dim: 80 },
    { num_tokens: 17, first_token: 0, first_slot: 1, num_heads: 4, num_kv_heads: 4, head_dim: 128 },
    { num_tokens: 2, first_token: 16, first_slot: 16, num_heads: 3, num_kv_heads: 1, head_dim: 256 },
    {
      num_tokens: 3,
      first_token: 1,
      first_slot: 5,
      num_heads: 2,
      num_kv_heads: 1,
      head_dim: 32,
      rotary_dim: 24,
    },
    {
      num_tokens: 2,
      first_token: 0,
      first_slot: 7,
      num_heads: 3,
      num_kv_heads: 1,
      head_dim: 64,
      rotary_dim: 0,
    },
  ])('%j', async (given) => {
    const shape = { rotary_dim: given.head_dim, ...given };
    const { num_tokens, first_token, first_slot, num_heads, num_kv_heads, head_dim, rotary_dim } = shape;
    const numRows = first_token + num_tokens + 1;
    const capacity = first_slot + num_tokens + 3;
    await gpu.compare({
      kernel: ropeCache.bodies.plain,
      twin: ropeCacheTwin,
      overrides: { ...overrides, IN_PART: rotary_dim < head_dim ? 1 : 0 },
      uniforms: { ...shape, capacity },
      buffers: (random) => ({
        qkv: random.f32(numRows * (num_heads + 2 * num_kv_heads) * head_dim),
        angles: ropeAngles(first_slot + num_tokens, Math.max(8, rotary_dim), 10_000),
        q: poisonF32(numRows * num_heads * head_dim),
        keys: poisonF32(num_kv_heads * capacity * head_dim),
        values: poisonF32(num_kv_heads * capacity * head_dim),
      }),
      tolerance: { q: 'elementwise-f32', keys: 'elementwise-f32', values: 'exact' },
    });
  });
});

describe.each([
  { HALF_PAIRS: 0, WORKGROUP_SIZE: 64 },
  { HALF_PAIRS: 1, WORKGROUP_SIZE: 64 },
  { HALF_PAIRS: 0, WORKGROUP_SIZE: 9 },
])('rope/kept %j', (overrides) => {
  test.each([
    { num_slots: 1, num_kv_heads: 1, head_dim: 16, budget: 1, capacity: 1 },
    { num_slots: 37, num_kv_heads: 3, head_dim: 64, budget: 40, capacity: 64 },
    { num_slots: 13, num_kv_heads: 2, head_dim: 80, budget: 64, capacity: 16 },
    { num_slots: 255, num_kv_heads: 1, head_dim: 128, budget: 256, capacity: 300 },
    { num_slots: 3, num_kv_heads: 4, head_dim: 256, budget: 3, capacity: 8 },
    { num_slots: 5, num_kv_heads: 2, head_dim: 32, rotary_dim: 24, budget: 8, capacity: 8 },
    { num_slots: 4, num_kv_heads: 1, head_dim: 16, rotary_dim: 0, budget: 4, capacity: 8 },
  ])('%j', async (given) => {
    const shape = { rotary_dim: given.head_dim, ...given };
    const { num_slots, num_kv_heads, head_dim, rotary_dim, budget, capacity } = shape;
    await gpu.compare({
      kernel: ropeKept.bodies.plain,
      twin: ropeKeptTwin,
      overrides: { ...overrides, IN_PART: rotary_dim < head_dim ? 1 : 0 },
      uniforms: shape,
      buffers: (random) => ({
        kept_kv: random.f32(2 * num_kv_heads * budget * head_dim),
        angles: ropeAngles(num_slots, Math.max(8, rotary_dim), 10_000),
        keys: poisonF32(num_kv_heads * capacity * head_dim),
        values: poisonF32(num_kv_heads * capacity * head_dim),
      }),
      tolerance: { keys: 'elementwise-f32', values: 'exact' },
    });
  });
});

const tokenShapes = [
  { slot: 0, num_heads: 1, num_kv_heads: 1, head_dim: 8, rotary_dim: 8 },
  { slot: 3, num_heads: 5, num_kv_heads: 1, head_dim: 24, rotary_dim: 24 },
  { slot: 256, num_heads: 9, num_kv_heads: 3, head_dim: 64, rotary_dim: 64 },
  { slot: 40, num_heads: 2, num_kv_heads: 2, head_dim: 80, rotary_dim: 80 },
  { slot: 7, num_heads: 3, num_kv_heads: 1, head_dim: 256, rotary_dim: 256 },
  { slot: 1, num_heads: 2, num_kv_heads: 1, head_dim: 1024, rotary_dim: 1024 },
  { slot: 5, num_heads: 2, num_kv_heads: 1, head_dim: 32, rotary_dim: 24 },
  { slot: 9, num_heads: 3, num_kv_heads: 1, head_dim: 64, rotary_dim: 0 },
];
const { lanes } = ropeToken.bodies;

describe.each([
  { HALF_PAIRS: 0, BIAS: 0, NORMED: 0, WORKGROUP_SIZE: 4 },
  { HALF_PAIRS: 1, BIAS: 1, NORMED: 0, WORKGROUP_SIZE: 32 },
  { HALF_PAIRS: 1, BIAS: 0, NORMED: 1, WORKGROUP_SIZE: 8 },
  { HALF_PAIRS: 0, BIAS: 1, NORMED: 1, WORKGROUP_SIZE: 7 },
])('rope/token %j', (given) => {
  test.each(tokenShapes)('to the bit: %j', (shape) => {
    const overrides = { ...given, IN_PART: shape.rotary_dim < shape.head_dim ? 1 : 0 };
    return gpu.compare({ ...exactToken(lanes, overrides, shape), overrides });
  });

  test.each(tokenShapes)('any values: %j', async (shape) => {
    const { slot, num_heads, num_kv_heads, head_dim, rotary_dim } = shape;
    const overrides = { ...given, IN_PART: rotary_dim < head_dim ? 1 : 0 };
    const capacity = slot + 2;
    const uniforms = { ...shape, capacity, eps: 1e-6 };
    const random = new Random(1);
    const width = (num_heads + 2 * num_kv_heads) * head_dim;
    const data = {
      qkv: random.f32(width, 3),
      angles: ropeAngles(slot + 1, Math.max(8, rotary_dim), 10_000),
      b: random.f32(width),
      w: random.f32(2 * head_dim),
      q: poisonF32(num_heads * head_dim),
      packed: poisonU32(2 * num_kv_heads * capacity * rowWords(head_dim)),
    };
    const got = await gpu.use(data, (dispatch, buffers) => dispatch(lanes, buffers, uniforms, overrides));
    const want = { ...data, q: data.q.slice(), packed: data.packed.slice() };
    ropeTokenTwin(want, uniforms, { ...lanes.overrides, ...overrides });
    expect(nmse(got.q, want.q)).toBeLessThan(tolerances['elementwise-f32'].limit);
    const words = rowWords(head_dim);
    for (let row = 0; row < 2 * num_kv_heads * capacity; row++) {
      const at = row * words;
      if (row % capacity !== slot) {
        expect(got.packed.slice(at, at + words)).toEqual(data.packed.slice(at, at + words));
        continue;
      }
      const [mine, twins] = [got, want].map(({ packed }) => unpackRow(packed, at, head_dim));
      // What lies on a boundary may fall either way: a step, which is a part in 32,767 of the largest.
      const step = Math.max(...(twins ?? []).map(Math.abs)) / 32767;
      twins?.forEach((value, i) => expect(Math.abs((mine?.[i] ?? NaN) - value)).toBeLessThan(1.1 * step));
    }
  });
});

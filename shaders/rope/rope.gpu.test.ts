import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { ropeAngles, ropeCacheTwin, ropeKeptTwin } from './rope.ref.ts';
import { ropeCache, ropeKept } from './rope.ts';

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

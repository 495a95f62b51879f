import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { ropeAngles, ropeCacheTwin } from './rope-cache.ref.ts';
import { ropeCache } from './rope-cache.ts';

const gpu = useGpu();

describe.each([
  { HALF_PAIRS: 0, WORKGROUP_SIZE: 64 },
  { HALF_PAIRS: 1, WORKGROUP_SIZE: 64 },
  { HALF_PAIRS: 1, WORKGROUP_SIZE: 7 },
])('rope-cache %j', (overrides) => {
  test.each([
    { num_tokens: 1, first_token: 0, first_slot: 0, num_heads: 1, num_kv_heads: 1, head_dim: 16 },
    { num_tokens: 3, first_token: 1, first_slot: 5, num_heads: 5, num_kv_heads: 1, head_dim: 8 },
    { num_tokens: 2, first_token: 0, first_slot: 3, num_heads: 7, num_kv_heads: 1, head_dim: 24 },
    { num_tokens: 1, first_token: 0, first_slot: 256, num_heads: 9, num_kv_heads: 3, head_dim: 64 },
    { num_tokens: 5, first_token: 3, first_slot: 40, num_heads: 8, num_kv_heads: 1, head_dim: 80 },
    { num_tokens: 17, first_token: 0, first_slot: 1, num_heads: 4, num_kv_heads: 4, head_dim: 128 },
    { num_tokens: 2, first_token: 16, first_slot: 16, num_heads: 3, num_kv_heads: 1, head_dim: 256 },
  ])('%j', async (shape) => {
    const { num_tokens, first_token, first_slot, num_heads, num_kv_heads, head_dim } = shape;
    const numRows = first_token + num_tokens + 1;
    const capacity = first_slot + num_tokens + 3;
    await gpu.compare({
      kernel: ropeCache,
      twin: ropeCacheTwin,
      overrides,
      uniforms: { ...shape, capacity },
      buffers: (random) => ({
        qkv: random.f32(numRows * (num_heads + 2 * num_kv_heads) * head_dim),
        angles: ropeAngles(first_slot + num_tokens, head_dim, 10_000),
        q: poisonF32(numRows * num_heads * head_dim),
        keys: poisonF32(num_kv_heads * capacity * head_dim),
        values: poisonF32(num_kv_heads * capacity * head_dim),
      }),
      tolerance: { q: 'elementwise-f32', keys: 'elementwise-f32', values: 'exact' },
    });
  });
});

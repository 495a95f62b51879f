import { describe, test } from 'vitest';
import { ropeAngles } from '../rope-cache/rope-cache.ref.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { rotateKeptTwin } from './rotate-kept.ref.ts';
import { rotateKept } from './rotate-kept.ts';

const gpu = useGpu();

describe.each([
  { HALF_PAIRS: 0, WORKGROUP_SIZE: 64 },
  { HALF_PAIRS: 1, WORKGROUP_SIZE: 64 },
  { HALF_PAIRS: 0, WORKGROUP_SIZE: 9 },
])('rotate-kept %j', (overrides) => {
  test.each([
    { num_slots: 1, num_kv_heads: 1, head_dim: 16, budget: 1, capacity: 1 },
    { num_slots: 37, num_kv_heads: 3, head_dim: 64, budget: 40, capacity: 64 },
    { num_slots: 13, num_kv_heads: 2, head_dim: 80, budget: 64, capacity: 16 },
    { num_slots: 255, num_kv_heads: 1, head_dim: 128, budget: 256, capacity: 300 },
    { num_slots: 3, num_kv_heads: 4, head_dim: 256, budget: 3, capacity: 8 },
  ])('%j', async (shape) => {
    const { num_slots, num_kv_heads, head_dim, budget, capacity } = shape;
    await gpu.compare({
      kernel: rotateKept,
      twin: rotateKeptTwin,
      overrides,
      uniforms: shape,
      buffers: (random) => ({
        kept_kv: random.f32(2 * num_kv_heads * budget * head_dim),
        angles: ropeAngles(num_slots, head_dim, 10_000),
        keys: poisonF32(num_kv_heads * capacity * head_dim),
        values: poisonF32(num_kv_heads * capacity * head_dim),
      }),
      tolerance: { keys: 'elementwise-f32', values: 'exact' },
    });
  });
});

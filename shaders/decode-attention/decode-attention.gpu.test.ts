import { describe, test } from 'vitest';
import { randomRows } from '../lib/packed-rows.ref.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { decodeAttentionTwin } from './decode-attention.ref.ts';
import {
  decodeAttention,
  decodeAttentionBarriers,
  decodeSplits,
  partialVectors,
} from './decode-attention.ts';

const gpu = useGpu();

describe.each([
  { kernel: decodeAttention, WORKGROUP_SIZE: 4 },
  { kernel: decodeAttention, WORKGROUP_SIZE: 32 },
  { kernel: decodeAttentionBarriers, WORKGROUP_SIZE: 8 },
])('$kernel.name, workgroup size $WORKGROUP_SIZE', ({ kernel, WORKGROUP_SIZE }) => {
  test.each([
    { num_keys: 1, num_kv_heads: 1, group_size: 1, head_dim: 16 },
    { num_keys: 63, num_kv_heads: 3, group_size: 3, head_dim: 64 },
    { num_keys: 64, num_kv_heads: 2, group_size: 4, head_dim: 80 },
    { num_keys: 65, num_kv_heads: 1, group_size: 8, head_dim: 128 },
    { num_keys: 257, num_kv_heads: 2, group_size: 5, head_dim: 32 },
    { num_keys: 577, num_kv_heads: 1, group_size: 2, head_dim: 256 },
  ])('%j', async (shape) => {
    const { num_keys, num_kv_heads, group_size, head_dim } = shape;
    const capacity = num_keys + 3;
    const num_splits = decodeSplits(num_keys);
    await gpu.compare({
      kernel,
      twin: decodeAttentionTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity, num_splits, scale: 4 * head_dim ** -0.5 },
      buffers: (random) => ({
        q: random.f32(num_kv_heads * group_size * head_dim),
        packed: randomRows(random, 2 * num_kv_heads * capacity, head_dim),
        partial: poisonF32(
          4 * num_kv_heads * Math.ceil(group_size / 4) * num_splits * partialVectors(head_dim),
        ),
      }),
      tolerance: 'reduction-f32',
    });
  });
});

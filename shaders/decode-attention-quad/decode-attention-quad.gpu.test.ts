import { describe, test } from 'vitest';
import { partialVectors } from '../decode-attention/decode-attention.ts';
import { randomRows } from '../lib/packed-rows.ref.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { decodeAttentionQuadTwin } from './decode-attention-quad.ref.ts';
import { decodeAttentionQuad, quadSplits } from './decode-attention-quad.ts';

const gpu = useGpu();

describe.each([4, 32])('decode-attention-quad, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_keys: 1, num_kv_heads: 1, group_size: 1, head_dim: 16, HEADS: 1 },
    { num_keys: 63, num_kv_heads: 3, group_size: 3, head_dim: 64, HEADS: 3 },
    { num_keys: 128, num_kv_heads: 2, group_size: 4, head_dim: 40, HEADS: 4 },
    { num_keys: 129, num_kv_heads: 1, group_size: 8, head_dim: 64, HEADS: 4 },
    { num_keys: 257, num_kv_heads: 2, group_size: 5, head_dim: 32, HEADS: 4 },
    { num_keys: 577, num_kv_heads: 1, group_size: 2, head_dim: 56, HEADS: 2 },
    { num_keys: 130, num_kv_heads: 1, group_size: 3, head_dim: 8, HEADS: 4 },
  ])('%j', async ({ HEADS, ...shape }) => {
    const { num_keys, num_kv_heads, group_size, head_dim } = shape;
    const capacity = num_keys + 3;
    const num_splits = quadSplits(num_keys);
    await gpu.compare({
      kernel: decodeAttentionQuad,
      twin: decodeAttentionQuadTwin,
      overrides: { WORKGROUP_SIZE, HEADS },
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

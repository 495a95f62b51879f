import { describe, test } from 'vitest';
import { decodeAttentionCase } from '../testing/decode-attention-case.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { decodeAttentionTwin } from './decode-attention.ref.ts';
import { decodeAttention, decodeAttentionBarriers, decodeSplits } from './decode-attention.ts';

const gpu = useGpu();

describe.each([
  { kernel: decodeAttention, WORKGROUP_SIZE: 4 },
  { kernel: decodeAttention, WORKGROUP_SIZE: 32 },
  { kernel: decodeAttentionBarriers, WORKGROUP_SIZE: 8 },
])('$kernel.name, workgroup size $WORKGROUP_SIZE', ({ kernel, WORKGROUP_SIZE }) => {
  test.each([
    { num_keys: 1, num_kv_heads: 1, group_size: 1, head_dim: 16 },
    { num_keys: 70, num_kv_heads: 2, group_size: 7, head_dim: 8 },
    { num_keys: 66, num_kv_heads: 1, group_size: 6, head_dim: 24 },
    { num_keys: 9, num_kv_heads: 2, group_size: 5, head_dim: 72 },
    { num_keys: 63, num_kv_heads: 3, group_size: 3, head_dim: 64 },
    { num_keys: 64, num_kv_heads: 2, group_size: 4, head_dim: 80 },
    { num_keys: 65, num_kv_heads: 1, group_size: 8, head_dim: 128 },
    { num_keys: 257, num_kv_heads: 2, group_size: 5, head_dim: 32 },
    { num_keys: 577, num_kv_heads: 1, group_size: 2, head_dim: 256 },
  ])('%j', async (shape) => {
    await gpu.compare({
      kernel,
      twin: decodeAttentionTwin,
      overrides: { WORKGROUP_SIZE },
      ...decodeAttentionCase(shape, decodeSplits(shape.num_keys), 4),
    });
  });
});

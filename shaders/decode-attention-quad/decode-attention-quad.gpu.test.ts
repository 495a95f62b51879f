import { describe, test } from 'vitest';
import { decodeAttentionCase } from '../testing/decode-attention-case.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { decodeAttentionQuadTwin } from './decode-attention-quad.ref.ts';
import { decodeAttentionQuad, quadSplits } from './decode-attention-quad.ts';

const gpu = useGpu();

describe('decode-attention-quad', () => {
  test.each([
    { num_keys: 1, num_kv_heads: 1, group_size: 1, head_dim: 16, HEADS: 1 },
    { num_keys: 131, num_kv_heads: 2, group_size: 7, head_dim: 8, HEADS: 4 },
    { num_keys: 66, num_kv_heads: 1, group_size: 6, head_dim: 24, HEADS: 4 },
    { num_keys: 63, num_kv_heads: 3, group_size: 3, head_dim: 64, HEADS: 3 },
    { num_keys: 128, num_kv_heads: 2, group_size: 4, head_dim: 40, HEADS: 4 },
    { num_keys: 129, num_kv_heads: 1, group_size: 8, head_dim: 64, HEADS: 4 },
    { num_keys: 257, num_kv_heads: 2, group_size: 5, head_dim: 32, HEADS: 4 },
    { num_keys: 577, num_kv_heads: 1, group_size: 2, head_dim: 56, HEADS: 2 },
    { num_keys: 130, num_kv_heads: 1, group_size: 3, head_dim: 8, HEADS: 4 },
  ])('%j', async ({ HEADS, ...shape }) => {
    await gpu.compare({
      kernel: decodeAttentionQuad,
      twin: decodeAttentionQuadTwin,
      overrides: { HEADS },
      ...decodeAttentionCase(shape, quadSplits(shape.num_keys), 4),
    });
  });
});

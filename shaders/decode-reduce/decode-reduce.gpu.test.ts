import { describe, test } from 'vitest';
import { partialVectors } from '../decode-attention/decode-attention.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { decodeReduceTwin } from './decode-reduce.ref.ts';
import { decodeReduce } from './decode-reduce.ts';

const gpu = useGpu();

describe.each([16, 5])('decode-reduce, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_heads: 1, group_size: 1, head_dim: 4, num_splits: 1 },
    { num_heads: 9, group_size: 3, head_dim: 64, num_splits: 17 },
    { num_heads: 8, group_size: 4, head_dim: 80, num_splits: 2 },
    { num_heads: 8, group_size: 8, head_dim: 128, num_splits: 3 },
    { num_heads: 10, group_size: 5, head_dim: 16, num_splits: 5 },
  ])('%j', (shape) => {
    const { num_heads, group_size, head_dim, num_splits } = shape;
    const numBlocks = (num_heads / group_size) * Math.ceil(group_size / 4);
    return gpu.compare({
      kernel: decodeReduce,
      twin: decodeReduceTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: shape,
      buffers: (random) => ({
        // Sums of exp are positive; so are all numbers here, so that none cancels another.
        partial: random
          .f32(4 * numBlocks * num_splits * partialVectors(head_dim))
          .map((x) => Math.abs(x) + 0.1),
        y: poisonF32(num_heads * head_dim),
      }),
      tolerance: 'reduction-f32',
    });
  });
});

import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { attentionColumnSumsTwin } from './attention.ref.ts';
import { attentionColumnSums } from './attention.ts';

const gpu = useGpu();

const { plain, lanes } = attentionColumnSums.bodies;

describe.each([
  { kernel: plain, WORKGROUP_SIZE: 16 },
  { kernel: plain, WORKGROUP_SIZE: 3 },
  { kernel: lanes, WORKGROUP_SIZE: 256 },
  { kernel: lanes, WORKGROUP_SIZE: 16 },
])('$kernel.name, workgroup size $WORKGROUP_SIZE', ({ kernel, WORKGROUP_SIZE }) => {
  test.each([
    { num_tokens: 1, num_keys: 1, num_kv_heads: 1, group_size: 1 },
    { num_tokens: 7, num_keys: 63, num_kv_heads: 2, group_size: 3 },
    { num_tokens: 16, num_keys: 64, num_kv_heads: 3, group_size: 4 },
    { num_tokens: 17, num_keys: 257, num_kv_heads: 1, group_size: 8 },
    { num_tokens: 5, num_keys: 255, num_kv_heads: 2, group_size: 1 },
    { num_tokens: 5, num_keys: 256, num_kv_heads: 2, group_size: 1 },
  ])('%j', async (shape) => {
    const { num_tokens, num_keys, num_kv_heads, group_size } = shape;
    const capacity = 4 * Math.ceil(num_keys / 4) + 8;
    const tile_rows = 16 * Math.ceil(num_tokens / 16) + 16;
    const key_stride = 16 * Math.ceil(num_keys / 16) + 16;
    await gpu.compare({
      kernel,
      twin: attentionColumnSumsTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity, tile_rows, key_stride },
      buffers: (random) => ({
        s: poisonF32(num_kv_heads * group_size * tile_rows * key_stride).map((poison, i) => {
          const row = Math.floor(i / key_stride) % tile_rows;
          const key = i % key_stride;
          if (row >= num_tokens || key >= 16 * Math.ceil(num_keys / 16)) return poison;
          return key < num_keys ? random.next() : 0;
        }),
        factors: random.f32(num_kv_heads * group_size * tile_rows),
        sums: random.f32(num_kv_heads * capacity),
      }),
      tolerance: 'reduction-f32',
    });
  });
});

import { describe, test } from 'vitest';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { attentionValuesTwin } from './attention-values.ref.ts';
import { attentionValues, attentionValuesQuad } from './attention-values.ts';

const gpu = useGpu();

describe.each([
  { kernel: attentionValues, WORKGROUP_SIZE: 16 },
  { kernel: attentionValues, WORKGROUP_SIZE: 4 },
  { kernel: attentionValuesQuad, WORKGROUP_SIZE: 16 },
])('$kernel.name, workgroup size $WORKGROUP_SIZE', ({ kernel, WORKGROUP_SIZE }) => {
  test.each([
    { num_tokens: 1, num_slots: 0, first_token: 0, num_heads: 1, group_size: 1, head_dim: 16 },
    { num_tokens: 15, num_slots: 1, first_token: 0, num_heads: 3, group_size: 3, head_dim: 16 },
    { num_tokens: 65, num_slots: 37, first_token: 16, num_heads: 4, group_size: 4, head_dim: 64 },
    { num_tokens: 17, num_slots: 238, first_token: 0, num_heads: 2, group_size: 1, head_dim: 80 },
    { num_tokens: 3, num_slots: 253, first_token: 0, num_heads: 8, group_size: 8, head_dim: 128 },
    { num_tokens: 2, num_slots: 255, first_token: 1, num_heads: 1, group_size: 1, head_dim: 256 },
  ])('%j', async (shape) => {
    const { num_tokens, first_token, num_slots, num_heads, group_size, head_dim } = shape;
    const numKeys = num_slots + first_token + num_tokens;
    const capacity = 16 * Math.ceil(numKeys / 16) + 16;
    const tile_rows = 16 * Math.ceil(num_tokens / 16) + 16;
    const key_stride = 16 * Math.ceil(numKeys / 16) + 16;
    await gpu.compare({
      kernel,
      twin: attentionValuesTwin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity, tile_rows, key_stride },
      buffers: (random) => ({
        // As softmax-rows leaves it: zeros behind the keys a row may see, anything in rows and blocks that no query has.
        s: random.f32(num_heads * tile_rows * key_stride).map((stale, i) => {
          const row = Math.floor(i / key_stride) % tile_rows;
          const key = i % key_stride;
          if (row >= num_tokens || key >= 16 * Math.ceil(numKeys / 16)) return stale;
          return key <= num_slots + first_token + row ? random.next() : 0;
        }),
        factors: random.f32(num_heads * tile_rows),
        values: random.f32((num_heads / group_size) * capacity * head_dim),
        y: poisonF32((first_token + num_tokens + 1) * num_heads * head_dim),
      }),
      tolerance: 'reduction-f32',
    });
  });
});

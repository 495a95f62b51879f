import { describe, test } from 'vitest';
import { attentionValuesTwin } from '../attention-values/attention-values.ref.ts';
import { poisonF32, type Twin } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { decodeValues } from './decode-values.ts';

const gpu = useGpu();

/** attention-values with one row. */
const twin: Twin<typeof decodeValues> = (buffers, u) => {
  const uniforms = { ...u, first_token: 0, num_tokens: 1, num_slots: u.num_keys - 1, tile_rows: 1 };
  attentionValuesTwin(buffers, uniforms, { WORKGROUP_SIZE: 4 });
};

describe.each([16, 3])('decode-values, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_keys: 1, num_heads: 1, group_size: 1, head_dim: 4 },
    { num_keys: 31, num_heads: 9, group_size: 3, head_dim: 64 },
    { num_keys: 5, num_heads: 8, group_size: 4, head_dim: 80 },
    { num_keys: 33, num_heads: 8, group_size: 8, head_dim: 128 },
    { num_keys: 255, num_heads: 2, group_size: 1, head_dim: 16 },
    { num_keys: 256, num_heads: 1, group_size: 1, head_dim: 256 },
    { num_keys: 257, num_heads: 2, group_size: 2, head_dim: 16 },
  ])('%j', async (shape) => {
    const { num_keys, num_heads, group_size, head_dim } = shape;
    const capacity = num_keys + 3;
    const key_stride = 16 * Math.ceil(num_keys / 16) + 16;
    await gpu.compare({
      kernel: decodeValues,
      twin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity, key_stride },
      buffers: (random) => ({
        s: poisonF32(num_heads * key_stride).map((poison, i) =>
          i % key_stride < num_keys ? random.next() : poison,
        ),
        factors: random.f32(num_heads),
        values: random.f32((num_heads / group_size) * capacity * head_dim),
        y: poisonF32((num_heads + 1) * head_dim),
      }),
      tolerance: 'reduction-f32',
    });
  });
});

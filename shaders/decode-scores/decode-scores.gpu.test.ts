import { describe, test } from 'vitest';
import { attentionScoresTwin } from '../attention-scores/attention-scores.ref.ts';
import { poisonF32, type Twin } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { decodeScores } from './decode-scores.ts';

const gpu = useGpu();

/** attention-scores with one row; decode-scores writes only the keys there are, not whole blocks. */
const twin: Twin<typeof decodeScores> = ({ q, keys, s }, u) => {
  const rows = poisonF32(u.num_heads * 16 * u.key_stride);
  const uniforms = { ...u, first_token: 0, num_tokens: 1, num_slots: u.num_keys - 1, tile_rows: 16 };
  attentionScoresTwin({ q, keys, s: rows }, uniforms, { WORKGROUP_SIZE: 16 });
  for (let h = 0; h < u.num_heads; h++) {
    const first = h * 16 * u.key_stride;
    s.set(rows.subarray(first, first + u.num_keys), h * u.key_stride);
  }
};

describe.each([32, 5])('decode-scores, workgroup size %i', (WORKGROUP_SIZE) => {
  test.each([
    { num_keys: 1, num_heads: 1, group_size: 1, head_dim: 4 },
    { num_keys: 31, num_heads: 9, group_size: 3, head_dim: 64 },
    { num_keys: 32, num_heads: 8, group_size: 4, head_dim: 80 },
    { num_keys: 33, num_heads: 8, group_size: 8, head_dim: 128 },
    { num_keys: 255, num_heads: 2, group_size: 1, head_dim: 16 },
    { num_keys: 256, num_heads: 1, group_size: 1, head_dim: 256 },
    { num_keys: 257, num_heads: 2, group_size: 2, head_dim: 16 },
  ])('%j', async (shape) => {
    const { num_keys, num_heads, group_size, head_dim } = shape;
    const capacity = num_keys + 3;
    const key_stride = 16 * Math.ceil(num_keys / 16) + 16;
    await gpu.compare({
      kernel: decodeScores,
      twin,
      overrides: { WORKGROUP_SIZE },
      uniforms: { ...shape, capacity, key_stride, scale: head_dim ** -0.5 },
      buffers: (random) => ({
        q: random.f32(num_heads * head_dim),
        keys: random.f32((num_heads / group_size) * capacity * head_dim),
        s: poisonF32(num_heads * key_stride),
      }),
      tolerance: 'reduction-f32',
    });
  });
});

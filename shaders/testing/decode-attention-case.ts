// The data of a decode attention case, for the tests of its kernels and the self-test.
import { partialVectors } from '../decode-attention/decode-attention.ts';
import { randomRows } from '../lib/packed-rows.ref.ts';
import { poisonF32, type Random } from './data.ts';

export interface DecodeShape {
  readonly num_keys: number;
  readonly num_kv_heads: number;
  readonly group_size: number;
  readonly head_dim: number;
}

/** `sharpness` times the usual scale of scores. */
export function decodeAttentionCase(shape: DecodeShape, num_splits: number, sharpness: number) {
  const { num_keys, num_kv_heads, group_size, head_dim } = shape;
  const capacity = num_keys + 3;
  return {
    uniforms: { ...shape, capacity, num_splits, scale: sharpness * head_dim ** -0.5 },
    buffers: (random: Random) => ({
      q: random.f32(num_kv_heads * group_size * head_dim),
      packed: randomRows(random, 2 * num_kv_heads * capacity, head_dim),
      partial: poisonF32(
        4 * num_kv_heads * Math.ceil(group_size / 4) * num_splits * partialVectors(head_dim),
      ),
    }),
    tolerance: 'reduction-f32',
  } as const;
}

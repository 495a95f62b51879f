// The test cases of the attention kernels that come in variants: one tile of query rows against the twin they share.
import { attentionScoresTwin } from '../attention-scores/attention-scores.ref.ts';
import type { attentionScores } from '../attention-scores/attention-scores.ts';
import { attentionValuesTwin } from '../attention-values/attention-values.ref.ts';
import type { attentionValues } from '../attention-values/attention-values.ts';
import { poisonF32, type KernelCase } from './data.ts';

export interface AttentionShape {
  readonly num_tokens: number;
  readonly num_slots: number;
  readonly first_token: number;
  readonly num_heads: number;
  readonly group_size: number;
  readonly head_dim: number;
}

/** Sizes of the tile and the cache, with rows and keys around the used ones, so that a read of a wrong one shows. */
function sizesOf({ num_tokens, num_slots, first_token }: AttentionShape) {
  const numKeys = num_slots + first_token + num_tokens;
  const blocks = 16 * Math.ceil(numKeys / 16);
  return {
    numKeys,
    capacity: blocks + 16,
    tile_rows: 16 * Math.ceil(num_tokens / 16) + 16,
    key_stride: blocks + 16,
  };
}

/** @param block rows and keys of the blocks that the kernel leaves unwritten when no row of theirs may see them. */
export function scoresCase(
  kernel: typeof attentionScores,
  block: { readonly rows: number; readonly keys: number },
  shape: AttentionShape,
  overrides: { readonly WORKGROUP_SIZE?: number } = {},
): KernelCase<'q' | 'keys' | 's', (typeof attentionScores)['uniforms'][number]['name'], 'WORKGROUP_SIZE'> {
  const { first_token, num_tokens, num_heads, group_size, head_dim } = shape;
  const { numKeys, tile_rows, key_stride } = sizesOf(shape);
  const capacity = numKeys + 3;
  return {
    kernel,
    twin: attentionScoresTwin(block.rows, block.keys),
    overrides,
    uniforms: { ...shape, capacity, tile_rows, key_stride, scale: head_dim ** -0.5 },
    buffers: (random) => ({
      q: random.f32((first_token + num_tokens) * num_heads * head_dim),
      keys: random.f32((num_heads / group_size) * capacity * head_dim),
      s: poisonF32(num_heads * tile_rows * key_stride),
    }),
    tolerance: 'reduction-f32',
  };
}

export function valuesCase(
  kernel: typeof attentionValues,
  shape: AttentionShape,
  overrides: { readonly WORKGROUP_SIZE?: number } = {},
): KernelCase<
  's' | 'factors' | 'values' | 'y',
  (typeof attentionValues)['uniforms'][number]['name'],
  'WORKGROUP_SIZE'
> {
  const { first_token, num_tokens, num_slots, num_heads, group_size, head_dim } = shape;
  const { numKeys, capacity, tile_rows, key_stride } = sizesOf(shape);
  return {
    kernel,
    twin: attentionValuesTwin,
    overrides,
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
  };
}

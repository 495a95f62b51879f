// The test cases of the stages of attention that come in several bodies: one tile of query rows against the twin they share. And
// those of the self-test.
import type { KernelOf } from '../operation.ts';
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32, type CaseOf } from '../testing/data.ts';
import {
  attentionColumnSumsTwin,
  attentionFadeTwin,
  attentionScoresTwin,
  attentionSoftmaxTwin,
  attentionValuesTwin,
} from './attention.ref.ts';
import {
  attentionColumnSums,
  attentionFade,
  attentionScores,
  attentionSoftmax,
  attentionValues,
} from './attention.ts';

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

/** Rows and keys of the blocks that a kernel leaves unwritten when no row of theirs may see them. */
const blockOf = ({ name }: KernelOf<typeof attentionScores>): readonly [rows: number, keys: number] =>
  name === attentionScores.bodies.quad.name ? [32, 8] : [16, 16];

export function scoresCase(
  kernel: KernelOf<typeof attentionScores>,
  shape: AttentionShape,
  overrides: { readonly WORKGROUP_SIZE?: number } = {},
): CaseOf<typeof attentionScores> {
  const { first_token, num_tokens, num_heads, group_size, head_dim } = shape;
  const { numKeys, tile_rows, key_stride } = sizesOf(shape);
  const capacity = numKeys + 3;
  return {
    kernel,
    twin: attentionScoresTwin(...blockOf(kernel)),
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
  kernel: KernelOf<typeof attentionValues>,
  shape: AttentionShape,
  overrides: { readonly WORKGROUP_SIZE?: number } = {},
): CaseOf<typeof attentionValues> {
  const { first_token, num_tokens, num_slots, num_heads, group_size, head_dim } = shape;
  const { numKeys, capacity, tile_rows, key_stride } = sizesOf(shape);
  return {
    kernel,
    twin: attentionValuesTwin,
    overrides,
    uniforms: { ...shape, capacity, tile_rows, key_stride },
    buffers: (random) => ({
      // As softmax leaves it: zeros behind the keys a row may see, anything in rows and blocks that no query has.
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

/** Nine tokens behind thirty kept entries; two query heads a KV head. */
const pass = { num_tokens: 9, first_token: 0, num_slots: 30, num_heads: 4, group_size: 2, head_dim: 64 };
const numKvHeads = pass.num_heads / pass.group_size;
const capacity = 48;
const tile = { tile_rows: 16, key_stride: 48 };
const tileLength = pass.num_heads * tile.tile_rows * tile.key_stride;

/** More rows than two quads of lanes take, and keys for several quads: a lane or quad that took another's place would show. */
const tall = { ...pass, num_tokens: 70, num_slots: 61 };

/** Where a row sees a key. */
function isVisible(i: number): boolean {
  const row = Math.floor(i / tile.key_stride) % tile.tile_rows;
  return row < pass.num_tokens && i % tile.key_stride <= pass.num_slots + row;
}

export const attentionCases: Cases = {
  ...casesOf(attentionScores, (kernel) => scoresCase(kernel, tall)),
  ...casesOf(attentionSoftmax, (kernel) => ({
    kernel,
    twin: attentionSoftmaxTwin,
    uniforms: {
      num_tokens: pass.num_tokens,
      first_token: 0,
      num_slots: pass.num_slots,
      num_heads: pass.num_heads,
      ...tile,
      window: 22,
    },
    buffers: (random) => ({
      s: random.f32(tileLength, 8),
      factors: poisonF32(pass.num_heads * tile.tile_rows),
    }),
    tolerance: 'reduction-f32',
  })),
  ...casesOf(attentionValues, (kernel) => valuesCase(kernel, tall)),
  ...casesOf(attentionColumnSums, (kernel) => ({
    kernel,
    twin: attentionColumnSumsTwin,
    uniforms: {
      num_tokens: pass.num_tokens,
      num_keys: pass.num_slots + pass.num_tokens,
      num_kv_heads: numKvHeads,
      group_size: pass.group_size,
      capacity,
      ...tile,
    },
    buffers: (random) => ({
      s: random.f32(tileLength).map((value, i) => (isVisible(i) ? Math.abs(value) : 0)),
      factors: random.f32(pass.num_heads * tile.tile_rows).map(Math.abs),
      sums: random.f32(numKvHeads * capacity).map(Math.abs),
    }),
    tolerance: 'reduction-f32',
  })),
  ...casesOf(attentionFade, (kernel) => ({
    kernel,
    twin: attentionFadeTwin,
    uniforms: { num_rows: 3, num_columns: 66, stride: 70, steps: 80, fewer: 1, rate: 0.02 },
    buffers: (random) => ({ x: random.f32(3 * 70) }),
    tolerance: 'elementwise-f32',
  })),
};

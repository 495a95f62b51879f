// Cases of attention in one dispatch, for its tests and the self-test.
import type { KernelSpec } from '../kernel.ts';
import type { KernelOf } from '../operation.ts';
import { casesOf, type Cases } from '../testing/case.ts';
import { poisonF32, type CaseOf, type Random } from '../testing/data.ts';
import {
  flashAttentionOutputTwin,
  flashAttentionReceivedTwin,
  flashAttentionWeighTwin,
} from './flash-attention.ref.ts';
import { flashAttentionOutput, flashAttentionReceived, flashAttentionWeigh } from './flash-attention.ts';

export interface FlashShape {
  readonly num_tokens: number;
  readonly first_token: number;
  readonly num_slots: number;
  readonly num_heads: number;
  readonly group_size: number;
  readonly head_dim: number;
  /** All keys when absent. */
  readonly window?: number;
  /** 1 when absent. */
  readonly kv_heads_together?: number;
}

/** Uniforms, and inputs with rows and keys around the used ones, so that a read of a wrong one shows. */
function dataOf({ window, kv_heads_together = 1, ...shape }: FlashShape) {
  const { num_tokens, first_token, num_slots, num_heads, group_size, head_dim } = shape;
  const numKeys = num_slots + first_token + num_tokens;
  const capacity = numKeys + 3;
  const numRows = first_token + num_tokens + 1;
  const tile_rows = num_tokens + 5;
  const cacheLength = (num_heads / group_size) * capacity * head_dim;
  const scale = head_dim ** -0.5;
  return {
    uniforms: { ...shape, capacity, tile_rows, window: window ?? numKeys, scale },
    together: { kv_heads_together },
    inputs: (random: Random) => ({
      q: random.f32(numRows * num_heads * head_dim, 3),
      keys: random.f32(cacheLength, 3),
    }),
    cacheLength,
    outputs: numRows * num_heads * head_dim,
    norms: num_heads * tile_rows,
    sums: (num_heads / group_size) * capacity,
  };
}

/** Of a body by what its tiles are stored as. */
const toleranceOf = ({ features = [] }: KernelSpec) =>
  features.includes('shader-f16') ? 'f16-softmax' : 'reduction-f32';

export function outputCase(
  kernel: KernelOf<typeof flashAttentionOutput>,
  shape: FlashShape,
): CaseOf<typeof flashAttentionOutput> {
  const { uniforms, inputs, cacheLength, outputs, norms } = dataOf(shape);
  return {
    kernel,
    twin: flashAttentionOutputTwin,
    uniforms,
    buffers: (random) => ({
      ...inputs(random),
      values: random.f32(cacheLength),
      y: poisonF32(outputs),
      norms: poisonF32(norms),
    }),
    tolerance: toleranceOf(kernel),
  };
}

export function receivedCase(
  kernel: KernelOf<typeof flashAttentionReceived>,
  shape: FlashShape,
): CaseOf<typeof flashAttentionReceived> {
  const { uniforms, together, inputs, norms, sums } = dataOf(shape);
  return {
    kernel,
    twin: flashAttentionReceivedTwin,
    uniforms: { ...uniforms, ...together },
    buffers: (random) => ({
      ...inputs(random),
      norms: random.f32(norms).map((value) => 4 + value),
      sums: random.f32(sums).map(Math.abs),
    }),
    tolerance: toleranceOf(kernel),
  };
}

export function weighCase(
  kernel: KernelOf<typeof flashAttentionWeigh>,
  shape: FlashShape,
  more: number,
): CaseOf<typeof flashAttentionWeigh> {
  const { uniforms, inputs, cacheLength, outputs, norms } = dataOf(shape);
  const { num_tokens, first_token, num_heads, group_size, head_dim } = shape;
  const { capacity, tile_rows, scale } = uniforms;
  return {
    kernel,
    twin: flashAttentionWeighTwin,
    uniforms: {
      num_tokens,
      first_token,
      num_heads,
      group_size,
      head_dim,
      capacity,
      tile_rows,
      scale,
      more,
    },
    buffers: (random) => ({
      ...inputs(random),
      values: random.f32(cacheLength),
      y: random.f32(outputs),
      norms: random.f32(norms).map((value) => 4 + value),
    }),
    tolerance: 'reduction-f32',
  };
}

/** Rows of two tiles at least and keys of four, heads as long as a body's own columns, a window that begins inside a tile. */
const passOf = ({ shapes }: { readonly shapes: KernelSpec['shapes'] }) => ({
  num_tokens: 37,
  first_token: 2,
  num_slots: 61,
  num_heads: 4,
  group_size: 2,
  head_dim: Math.min(128, shapes.head_dim?.max ?? 64),
  window: 50,
});

export const flashAttentionCases: Cases = {
  ...casesOf(flashAttentionOutput, (kernel) => outputCase(kernel, passOf(kernel))),
  ...casesOf(flashAttentionReceived, (kernel) => receivedCase(kernel, passOf(kernel))),
  ...casesOf(flashAttentionWeigh, (kernel) => weighCase(kernel, passOf(kernel), 5)),
};

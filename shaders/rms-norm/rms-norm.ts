// Root-mean-square normalisation (Zhang & Sennrich, arXiv 1910.07467): of hidden states, and of query and key heads.
import { defineOperation, read, write } from '../operation.ts';
import heads from './heads.wgsl?raw';
import plain from './plain.wgsl?raw';

export const rmsNorm = defineOperation({
  name: 'rms-norm',
  bindings: {
    x: read('vec4f', 'f32 [num_tokens, hidden_size]'),
    w: read('vec4f', 'f32 [hidden_size]'),
    y: write('vec4f', 'f32 [num_tokens, hidden_size]'),
  },
  uniforms: {
    first_token: 'u32',
    num_tokens: 'u32',
    hidden_size: 'u32',
    eps: 'f32',
    // 1 adds to y (the residual).
    accumulate: 'u32',
  },
  flops: (u) => 4 * u.num_tokens * u.hidden_size,
  bodies: {
    plain: {
      source: plain,
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { hidden_size: { multipleOf: 4 } },
      grid: (u) => [u.num_tokens, 1, 1],
    },
  },
});

/**
 * Heads `first_head .. first_head + num_normed - 1` of each row of projections, of which value heads may be none. Several heads that are
 * normalised together are one, of their common size.
 */
export const rmsNormHeads = defineOperation({
  name: 'rms-norm/heads',
  bindings: {
    x: write('vec4f', 'f32 [num_tokens, row_stride]: heads of head_dim from the first column on'),
    w: read('vec4f', 'f32 [2, head_dim]: of query heads, of key heads'),
  },
  uniforms: {
    num_tokens: 'u32',
    first_head: 'u32',
    num_normed: 'u32',
    // Those before it are query heads.
    num_heads: 'u32',
    head_dim: 'u32',
    row_stride: 'u32',
    eps: 'f32',
  },
  flops: (u) => 4 * u.num_tokens * u.num_normed * u.head_dim,
  bodies: {
    plain: {
      source: heads,
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { head_dim: { multipleOf: 4 }, row_stride: { multipleOf: 4 } },
      grid: (u) => [u.num_normed, u.num_tokens, 1],
    },
  },
});

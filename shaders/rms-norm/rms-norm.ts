// Root-mean-square normalisation (Zhang & Sennrich, arXiv 1910.07467).
import { defineOperation, read, write } from '../operation.ts';
import plain from './plain.wgsl?raw';

export const rmsNorm = defineOperation({
  name: 'rms-norm',
  bindings: {
    x: read('vec4f', 'f32 [num_tokens, hidden_size]'),
    w: read('vec4f', 'f32 [hidden_size]'),
    y: write('vec4f', 'f32 [num_tokens, hidden_size]'),
  },
  uniforms: { first_token: 'u32', num_tokens: 'u32', hidden_size: 'u32', eps: 'f32' },
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

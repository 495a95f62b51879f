// The gate of SwiGLU and GeGLU (Shazeer, arXiv 2002.05202) over fused gate and up projections.
import { groupsFor } from '../kernel.ts';
import activation from '../lib/activation.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import plain from './plain.wgsl?raw';

export const gateMul = defineOperation({
  name: 'gate-mul',
  bindings: {
    x: read('vec4f', 'f32 [*, 2 * intermediate_size]'),
    y: write('vec4f', 'f32 [*, intermediate_size]'),
  },
  uniforms: { first_token: 'u32', num_tokens: 'u32', intermediate_size: 'u32' },
  overrides: { ACTIVATION: 0 },
  flops: (u) => 10 * u.num_tokens * u.intermediate_size,
  bodies: {
    plain: {
      source: plain,
      library: [activation],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { intermediate_size: { multipleOf: 4 } },
      grid: (u, o) => [groupsFor(u.intermediate_size, 4 * o.WORKGROUP_SIZE), u.num_tokens, 1],
    },
  },
});

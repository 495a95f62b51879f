// The gate of SwiGLU (Shazeer, arXiv 2002.05202) over fused gate and up projections.
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './silu-mul.wgsl?raw';

export const siluMul = defineKernel({
  name: 'silu-mul',
  source,
  bindings: [
    { name: 'x', access: 'read', shape: 'f32 [*, 2 * intermediate_size]' },
    { name: 'y', access: 'read_write', shape: 'f32 [*, intermediate_size]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'intermediate_size', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 64 },
  shapes: { intermediate_size: { multipleOf: 4 } },
  grid: (u, o) => [groupsFor(u.intermediate_size, 4 * o.WORKGROUP_SIZE), u.num_tokens, 1],
  flops: (u) => 10 * u.num_tokens * u.intermediate_size,
});

// Prefill matrix multiplication with fused dequantisation; many tokens against one weight matrix.
import { defineKernel, groupsFor } from '../kernel.ts';
import weights from '../lib/weights.wgsl?raw';
import source from './matmul.wgsl?raw';

export const matmul = defineKernel({
  name: 'matmul',
  source: weights + source,
  bindings: [
    { name: 'quants', access: 'read', shape: 'u32 canonical layout [*, in_features]' },
    { name: 'scales', access: 'read', shape: 'u32 canonical layout' },
    { name: 'x', access: 'read', shape: 'f32 [*, in_features]' },
    { name: 'y', access: 'read_write', shape: 'f32 [*, out_stride]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'in_features', type: 'u32' },
    { name: 'out_features', type: 'u32' },
    { name: 'weight_row', type: 'u32' },
    { name: 'out_offset', type: 'u32' },
    { name: 'out_stride', type: 'u32' },
    { name: 'accumulate', type: 'u32' },
  ],
  overrides: { WEIGHT_FORMAT: 0, GROUP_SIZE: 32, WORKGROUP_SIZE: 16 },
  grid: (u, o) => [groupsFor(u.out_features, 16 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
  flops: (u) => 2 * u.num_tokens * u.in_features * u.out_features,
});

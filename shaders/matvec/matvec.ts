// Decode matrix-vector product with fused dequantisation; one token against one weight matrix.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import weights from '../lib/weights.wgsl?raw';
import source from './matvec.wgsl?raw';

export const matvec = defineKernel({
  name: 'matvec',
  source: weights + source,
  bindings: [
    { name: 'quants', access: 'read', shape: 'u32 canonical layout [*, in_features]' },
    { name: 'scales', access: 'read', shape: 'u32 canonical layout' },
    { name: 'x', access: 'read', shape: 'f32 [in_features]' },
    { name: 'y', access: 'read_write', shape: 'f32 [*]' },
  ],
  uniforms: [
    { name: 'in_features', type: 'u32' },
    { name: 'out_features', type: 'u32' },
    { name: 'weight_row', type: 'u32' },
    { name: 'out_offset', type: 'u32' },
    { name: 'accumulate', type: 'u32' },
  ],
  overrides: { WEIGHT_FORMAT: 0, GROUP_SIZE: 32, WORKGROUP_SIZE: 16 },
  shapes: { in_features: { multipleOf: 8 } },
  grid: (u, o) => foldGrid(groupsFor(u.out_features, 4 * o.WORKGROUP_SIZE)),
  flops: (u) => 4 * u.in_features * u.out_features,
});

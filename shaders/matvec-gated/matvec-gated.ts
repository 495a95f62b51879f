// Decode: gate and up projections and SiLU in one pass over quantised weights.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import masked from '../lib/masked-columns.wgsl?raw';
import shared from '../lib/matvec-quad.wgsl?raw';
import quad from '../lib/quad-subgroups.wgsl?raw';
import source from './matvec-gated.wgsl?raw';

export const matvecGated = defineKernel({
  name: 'matvec-gated',
  features: ['subgroups'],
  source: quad + masked + shared + source,
  bindings: [
    { name: 'quants', access: 'read', shape: 'u32 canonical layout [2 * out_features, in_features]' },
    { name: 'scales', access: 'read', shape: 'u32 canonical layout' },
    { name: 'x', access: 'read', shape: 'f32 [in_features]' },
    { name: 'y', access: 'read_write', shape: 'f32 [out_features]' },
  ],
  uniforms: [
    { name: 'in_features', type: 'u32' },
    { name: 'out_features', type: 'u32' },
  ],
  overrides: { WEIGHT_FORMAT: 3, GROUP_SIZE: 32, WORKGROUP_SIZE: 4 },
  shapes: { in_features: { multipleOf: 32 }, WEIGHT_FORMAT: { min: 2 }, WORKGROUP_SIZE: { multipleOf: 4 } },
  grid: (u, o) => foldGrid(groupsFor(u.out_features, 4 * o.WORKGROUP_SIZE)),
  flops: (u) => 4 * u.in_features * u.out_features,
});

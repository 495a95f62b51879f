// Activations as int8 in groups of 32, for the matmul variant that multiplies integers.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import source from './quantize-inputs.wgsl?raw';

export const quantizeInputs = defineKernel({
  name: 'quantize-inputs',
  source,
  bindings: [
    { name: 'x', access: 'read', shape: 'f32 [*, in_features]' },
    { name: 'packed', access: 'read_write', shape: 'u32 [*, in_features / 32, 10]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'in_features', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  shapes: { in_features: { multipleOf: 32 } },
  grid: (u, o) => foldGrid(groupsFor((u.num_tokens * u.in_features) / 32, o.WORKGROUP_SIZE)),
  flops: (u) => 4 * u.num_tokens * u.in_features,
});

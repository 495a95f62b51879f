// Prefill: gate and up projections and SiLU in one pass, by matmul-quad's product.
import { defineKernel, groupsFor } from '../kernel.ts';
import masked from '../lib/masked-columns.wgsl?raw';
import product from '../lib/quad-product.wgsl?raw';
import tiles from '../lib/quad-tiles.wgsl?raw';
import source from './matmul-gated.wgsl?raw';

export const matmulGated = defineKernel({
  name: 'matmul-gated',
  features: ['subgroups'],
  source: tiles + masked + product + source,
  bindings: [
    { name: 'quants', access: 'read', shape: 'u32 canonical layout [2 * out_features, in_features]' },
    { name: 'scales', access: 'read', shape: 'u32 canonical layout' },
    { name: 'x', access: 'read', shape: 'f32 [*, in_features]' },
    { name: 'y', access: 'read_write', shape: 'f32 [*, out_features]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'in_features', type: 'u32' },
    { name: 'out_features', type: 'u32' },
  ],
  overrides: { WEIGHT_FORMAT: 3, GROUP_SIZE: 32, WORKGROUP_SIZE: 16 },
  shapes: {
    in_features: { multipleOf: 16 },
    out_features: { multipleOf: 4 },
    WORKGROUP_SIZE: { multipleOf: 4 },
  },
  grid: (u, o) => [groupsFor(u.out_features, 8 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
  flops: (u) => 4 * u.num_tokens * u.in_features * u.out_features,
});

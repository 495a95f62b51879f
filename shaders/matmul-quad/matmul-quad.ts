// Prefill matrix multiplication written for few loads and instructions: the choice of a software adapter.
import { defineKernel, groupsFor } from '../kernel.ts';
import { matmulSignature } from '../lib/matmul.ts';
import masked from '../lib/masked-columns.wgsl?raw';
import shared from '../lib/matmul.wgsl?raw';
import product from '../lib/quad-product.wgsl?raw';
import tiles from '../lib/quad-tiles.wgsl?raw';
import source from './matmul-quad.wgsl?raw';

export const matmulQuad = defineKernel({
  ...matmulSignature,
  name: 'matmul-quad',
  features: ['subgroups'],
  source: tiles + masked + product + source + shared,
  overrides: { WEIGHT_FORMAT: 3, GROUP_SIZE: 32, WORKGROUP_SIZE: 16 },
  shapes: {
    in_features: { multipleOf: 16 },
    out_features: { multipleOf: 4 },
    out_offset: { multipleOf: 4 },
    out_stride: { multipleOf: 4 },
    WORKGROUP_SIZE: { multipleOf: 4 },
  },
  grid: (u, o) => [groupsFor(u.out_features, 16 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
});

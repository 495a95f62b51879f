// Prefill matrix multiplication with fused dequantisation; many tokens against one weight matrix, tiles in registers.
import { defineKernel, groupsFor } from '../kernel.ts';
import { matmulSignature } from '../lib/matmul.ts';
import tiles from '../lib/matmul-tiles.wgsl?raw';
import shared from '../lib/matmul.wgsl?raw';
import weights from '../lib/weights.wgsl?raw';
import source from './matmul.wgsl?raw';

export const matmul = defineKernel({
  ...matmulSignature,
  name: 'matmul',
  source: source + tiles + shared + weights,
  overrides: { WORKGROUP_SIZE: 16, WEIGHT_FORMAT: 0, GROUP_SIZE: 32 },
  shapes: {
    in_features: { multipleOf: 8 },
    out_features: { multipleOf: 4 },
    out_offset: { multipleOf: 4 },
    out_stride: { multipleOf: 4 },
  },
  grid: (u, o) => [groupsFor(u.out_features, 16 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
});

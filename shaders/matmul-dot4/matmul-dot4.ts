// Prefill matrix multiplication in integers: int8 inputs (quantize-inputs) by int8 or int4 weights, scaled and summed in f32.
import { defineKernel, groupsFor } from '../kernel.ts';
import { matmulSignature } from '../lib/matmul.ts';
import shared from '../lib/matmul.wgsl?raw';
import weights from '../lib/weights.wgsl?raw';
import source from './matmul-dot4.wgsl?raw';

export const matmulDot4 = defineKernel({
  ...matmulSignature,
  name: 'matmul-dot4',
  source: source + shared + weights,
  overrides: { WORKGROUP_SIZE: 64, WEIGHT_FORMAT: 0, GROUP_SIZE: 32 },
  shapes: {
    in_features: { multipleOf: 32 },
    out_features: { multipleOf: 4 },
    out_offset: { multipleOf: 4 },
    out_stride: { multipleOf: 4 },
    WEIGHT_FORMAT: { min: 2 },
  },
  grid: (u, o) => [groupsFor(u.out_features, 4 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
});

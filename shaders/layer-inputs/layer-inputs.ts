// What a token brings to a layer, beside its embedding: the sum of two parts, gated by the hidden state.
import { groupsFor } from '../kernel.ts';
import activation from '../lib/activation.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import gate from './gate.wgsl?raw';

export const layerInputsGate = defineOperation({
  name: 'layer-inputs/gate',
  bindings: {
    x: read('vec4f', 'f32 [*, size]'),
    projected: read('vec4f', 'f32 [*, row_stride]'),
    rows: read('vec4f', 'f32 [*, row_stride]'),
    y: write('vec4f', 'f32 [*, size]'),
  },
  uniforms: {
    first_token: 'u32',
    num_tokens: 'u32',
    size: 'u32',
    first_column: 'u32',
    row_stride: 'u32',
  },
  overrides: { ACTIVATION: 0 },
  flops: (u) => 11 * u.num_tokens * u.size,
  bodies: {
    plain: {
      source: gate,
      library: [activation],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: {
        size: { multipleOf: 4 },
        first_column: { multipleOf: 4 },
        row_stride: { multipleOf: 4 },
      },
      grid: (u, o) => [groupsFor(u.size, 4 * o.WORKGROUP_SIZE), u.num_tokens, 1],
    },
  },
});

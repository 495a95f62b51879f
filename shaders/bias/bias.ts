// Biases of projections, added where the products left them.
import { groupsFor } from '../kernel.ts';
import { defineOperation, read, write } from '../operation.ts';
import plain from './plain.wgsl?raw';

export const bias = defineOperation({
  name: 'bias',
  bindings: {
    b: read('vec4f', 'f32 [row_stride]'),
    y: write('vec4f', 'f32 [num_tokens, row_stride]'),
  },
  uniforms: { num_tokens: 'u32', first_column: 'u32', num_columns: 'u32', row_stride: 'u32' },
  flops: (u) => u.num_tokens * u.num_columns,
  bodies: {
    plain: {
      source: plain,
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: {
        first_column: { multipleOf: 4 },
        num_columns: { multipleOf: 4 },
        row_stride: { multipleOf: 4 },
      },
      grid: (u, o) => [groupsFor(u.num_columns, 4 * o.WORKGROUP_SIZE), u.num_tokens, 1],
    },
  },
});

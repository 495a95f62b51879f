// Gates on what a layer gives in the place of attention, or attention itself: in place, by a projection of the token of its own.
import { groupsFor } from '../kernel.ts';
import { defineOperation, read, write } from '../operation.ts';
import plain from './plain.wgsl?raw';

/** Overrides that select the gate. */
export const outputGates = { sigmoid: { GATE: 0 }, silu: { GATE: 1 } } as const;

export const outputGate = defineOperation({
  name: 'output-gate',
  bindings: {
    x: read('vec4f', 'f32 [*, row_stride]'),
    y: write('vec4f', 'f32 [*, num_columns]'),
  },
  uniforms: {
    first_token: 'u32',
    num_tokens: 'u32',
    first_column: 'u32',
    num_columns: 'u32',
    row_stride: 'u32',
  },
  overrides: { GATE: 0 },
  flops: (u) => 10 * u.num_tokens * u.num_columns,
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

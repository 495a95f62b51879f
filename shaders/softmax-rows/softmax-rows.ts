// Attention, second of three: causal softmax of one tile of query rows, unnormalised, with the factor beside it.
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './softmax-rows.wgsl?raw';

export const softmaxRows = defineKernel({
  name: 'softmax-rows',
  source,
  bindings: [
    { name: 's', access: 'read_write', shape: 'f32 [num_heads, tile_rows, key_stride]' },
    { name: 'factors', access: 'read_write', shape: 'f32 [num_heads, tile_rows]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'num_slots', type: 'u32' },
    { name: 'num_heads', type: 'u32' },
    { name: 'tile_rows', type: 'u32' },
    { name: 'key_stride', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 16 },
  shapes: { key_stride: { multipleOf: 16 } },
  grid: (u, o) => [groupsFor(u.num_tokens, o.WORKGROUP_SIZE), u.num_heads, 1],
  flops: (u) => 16 * u.num_heads * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens),
});

// Attention, third of three: probabilities times values of one tile of query rows.
import { defineKernel, groupsFor } from '../kernel.ts';
import shared from '../lib/attention-values.wgsl?raw';
import source from './attention-values.wgsl?raw';

export const attentionValues = defineKernel({
  name: 'attention-values',
  source: shared + source,
  bindings: [
    { name: 's', access: 'read', shape: 'f32 [num_heads, tile_rows, key_stride]' },
    { name: 'factors', access: 'read', shape: 'f32 [num_heads, tile_rows]' },
    { name: 'values', access: 'read', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
    { name: 'y', access: 'read_write', shape: 'f32 [*, num_heads * head_dim]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'num_slots', type: 'u32' },
    { name: 'num_heads', type: 'u32' },
    { name: 'group_size', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
    { name: 'tile_rows', type: 'u32' },
    { name: 'key_stride', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 16 },
  shapes: { head_dim: { multipleOf: 4 }, key_stride: { multipleOf: 4 }, WORKGROUP_SIZE: { multipleOf: 4 } },
  grid: (u, o) => [groupsFor(u.head_dim, 64), groupsFor(u.num_tokens, 4 * o.WORKGROUP_SIZE), u.num_heads],
  flops: (u) => 2 * u.num_heads * u.head_dim * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens),
});

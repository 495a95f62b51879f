// Decode attention, third of three: probabilities times values of one token.
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './decode-values.wgsl?raw';

export const decodeValues = defineKernel({
  name: 'decode-values',
  source,
  bindings: [
    { name: 's', access: 'read', shape: 'f32 [num_heads, key_stride]' },
    { name: 'factors', access: 'read', shape: 'f32 [num_heads]' },
    { name: 'values', access: 'read', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
    { name: 'y', access: 'read_write', shape: 'f32 [num_heads * head_dim]' },
  ],
  uniforms: [
    { name: 'num_keys', type: 'u32' },
    { name: 'num_heads', type: 'u32' },
    { name: 'group_size', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
    { name: 'key_stride', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 16 },
  grid: (u, o) => [groupsFor(u.head_dim, 4 * o.WORKGROUP_SIZE), u.num_heads, 1],
  flops: (u) => 2 * u.num_heads * u.head_dim * u.num_keys,
});

// Decode attention, first of three: scaled q . k of one token. softmax-rows is the second.
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './decode-scores.wgsl?raw';

export const decodeScores = defineKernel({
  name: 'decode-scores',
  source,
  bindings: [
    { name: 'q', access: 'read', shape: 'f32 [num_heads * head_dim], rotated' },
    { name: 'keys', access: 'read', shape: 'f32 [num_kv_heads, capacity, head_dim], rotated' },
    { name: 's', access: 'read_write', shape: 'f32 [num_heads, key_stride]' },
  ],
  uniforms: [
    { name: 'num_keys', type: 'u32' },
    { name: 'num_heads', type: 'u32' },
    { name: 'group_size', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
    { name: 'key_stride', type: 'u32' },
    { name: 'scale', type: 'f32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  grid: (u, o) => [groupsFor(u.num_keys, o.WORKGROUP_SIZE), u.num_heads, 1],
  flops: (u) => 2 * u.num_heads * u.head_dim * u.num_keys,
});

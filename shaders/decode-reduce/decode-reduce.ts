// Decode attention, second of two: puts the splits' results together.
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './decode-reduce.wgsl?raw';

export const decodeReduce = defineKernel({
  name: 'decode-reduce',
  source,
  bindings: [
    {
      name: 'partial',
      access: 'read',
      shape: 'vec4f [num_kv_heads, ceil(group_size / 4), num_splits, head_dim + 2]',
    },
    { name: 'y', access: 'read_write', shape: 'f32 [num_heads * head_dim]' },
  ],
  uniforms: [
    { name: 'num_heads', type: 'u32' },
    { name: 'group_size', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'num_splits', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 16 },
  shapes: { head_dim: { multipleOf: 4 } },
  grid: (u, o) => [groupsFor(u.head_dim / 4, o.WORKGROUP_SIZE), u.num_heads, 1],
  flops: (u) => 2 * u.num_heads * u.head_dim * u.num_splits,
});

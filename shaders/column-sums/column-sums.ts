// Eviction scores: attention received per key, summed over queries and over the query heads of a KV head's group.
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './column-sums.wgsl?raw';

export const columnSums = defineKernel({
  name: 'column-sums',
  source,
  bindings: [
    { name: 's', access: 'read', shape: 'f32 [num_heads, tile_rows, key_stride]' },
    { name: 'factors', access: 'read', shape: 'f32 [num_heads, tile_rows]' },
    { name: 'sums', access: 'read_write', shape: 'f32 [num_kv_heads, capacity]' },
  ],
  uniforms: [
    { name: 'num_tokens', type: 'u32' },
    { name: 'num_keys', type: 'u32' },
    { name: 'num_kv_heads', type: 'u32' },
    { name: 'group_size', type: 'u32' },
    { name: 'capacity', type: 'u32' },
    { name: 'tile_rows', type: 'u32' },
    { name: 'key_stride', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 16 },
  shapes: { capacity: { multipleOf: 4 }, key_stride: { multipleOf: 4 } },
  grid: (u, o) => [groupsFor(u.num_keys, 4 * o.WORKGROUP_SIZE), u.num_kv_heads, 1],
  flops: (u) => 4 * u.num_kv_heads * u.group_size * u.num_tokens * u.num_keys,
});

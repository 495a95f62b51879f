// Packed keys and values as f32 again, for attention of many tokens at a time.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import rows from '../lib/packed-rows.wgsl?raw';
import source from './unpack-cache.wgsl?raw';

export const unpackCache = defineKernel({
  name: 'unpack-cache',
  source: rows + source,
  bindings: [
    { name: 'packed', access: 'read', shape: 'vec4u [2, num_kv_heads, capacity, head_dim / 8 + 1]' },
    { name: 'keys', access: 'read_write', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
    { name: 'values', access: 'read_write', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
  ],
  uniforms: [
    { name: 'num_slots', type: 'u32' },
    { name: 'num_kv_heads', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 64 },
  shapes: { head_dim: { multipleOf: 8 } },
  grid: (u, o) => foldGrid(groupsFor((u.num_kv_heads * u.num_slots * u.head_dim) / 4, o.WORKGROUP_SIZE)),
  flops: (u) => 8 * u.num_kv_heads * u.num_slots * u.head_dim,
});

// Keys and values as decode reads them: half the bytes, for attention that is made of loads.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import rows from '../lib/packed-rows.wgsl?raw';
import source from './pack-cache.wgsl?raw';

export const packCache = defineKernel({
  name: 'pack-cache',
  source: rows + source,
  bindings: [
    { name: 'keys', access: 'read', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
    { name: 'values', access: 'read', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
    { name: 'packed', access: 'read_write', shape: 'vec4u [2, num_kv_heads, capacity, head_dim / 8 + 1]' },
  ],
  uniforms: [
    { name: 'first_slot', type: 'u32' },
    { name: 'num_slots', type: 'u32' },
    { name: 'num_kv_heads', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 16 },
  shapes: { head_dim: { multipleOf: 8 } },
  grid: (u, o) => foldGrid(groupsFor(2 * u.num_kv_heads * u.num_slots, o.WORKGROUP_SIZE)),
  flops: (u) => 20 * u.num_kv_heads * u.num_slots * u.head_dim,
});

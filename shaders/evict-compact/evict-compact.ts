// Eviction, second of two: compacts what stays into the other half of the double-buffered compressed cache.
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './evict-compact.wgsl?raw';

export const evictCompact = defineKernel({
  name: 'evict-compact',
  source,
  bindings: [
    { name: 'flags', access: 'read', shape: 'u32 [num_kv_heads, capacity]' },
    { name: 'sums', access: 'read', shape: 'f32 [num_kv_heads, capacity]' },
    { name: 'kept_kv', access: 'read', shape: 'f32 [2, num_kv_heads, budget, head_dim]' },
    { name: 'qkv', access: 'read', shape: 'f32 [*, (num_heads + 2 num_kv_heads) * head_dim]' },
    { name: 'next_kv', access: 'read_write', shape: 'f32 [2, num_kv_heads, budget, head_dim]' },
    { name: 'next_sums', access: 'read_write', shape: 'f32 [num_kv_heads, budget]' },
  ],
  uniforms: [
    { name: 'num_entries', type: 'u32' },
    { name: 'num_slots', type: 'u32' },
    { name: 'num_heads', type: 'u32' },
    { name: 'num_kv_heads', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
    { name: 'budget', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  shapes: { head_dim: { multipleOf: 4 } },
  grid: (u, o) => [groupsFor(u.num_entries, o.WORKGROUP_SIZE), u.num_kv_heads, 1],
  flops: (u) => u.num_kv_heads * u.num_entries * (u.num_entries + 2 * u.head_dim),
});

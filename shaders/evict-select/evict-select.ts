// Eviction, first of two: which entries of each KV head stay (H2O's rule, arXiv 2306.14048).
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './evict-select.wgsl?raw';

export const evictSelect = defineKernel({
  name: 'evict-select',
  source,
  bindings: [
    { name: 'sums', access: 'read', shape: 'f32 [num_kv_heads, capacity]' },
    { name: 'flags', access: 'read_write', shape: 'u32 [num_kv_heads, capacity]' },
  ],
  uniforms: [
    { name: 'num_entries', type: 'u32' },
    { name: 'num_kv_heads', type: 'u32' },
    { name: 'capacity', type: 'u32' },
    { name: 'keep', type: 'u32' },
    { name: 'recent', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  shapes: {},
  grid: (u, o) => [groupsFor(u.num_entries, o.WORKGROUP_SIZE), u.num_kv_heads, 1],
  flops: (u) => 4 * u.num_kv_heads * u.num_entries * u.num_entries,
});

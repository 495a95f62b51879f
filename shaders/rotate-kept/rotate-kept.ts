// Re-rotates the compressed cache by slot, so that positions stay contiguous after every eviction (design 3.1).
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './rotate-kept.wgsl?raw';

export const rotateKept = defineKernel({
  name: 'rotate-kept',
  source,
  bindings: [
    { name: 'kept_kv', access: 'read', shape: 'f32 [2, num_kv_heads, budget, head_dim]' },
    { name: 'angles', access: 'read', shape: 'vec2f (cos, sin) [*, head_dim / 2]' },
    { name: 'keys', access: 'read_write', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
    { name: 'values', access: 'read_write', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
  ],
  uniforms: [
    { name: 'num_slots', type: 'u32' },
    { name: 'num_kv_heads', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'budget', type: 'u32' },
    { name: 'capacity', type: 'u32' },
  ],
  overrides: { HALF_PAIRS: 0, WORKGROUP_SIZE: 64 },
  shapes: { head_dim: { multipleOf: 2 } },
  grid: (u, o) => [groupsFor((u.num_kv_heads * u.head_dim) / 2, o.WORKGROUP_SIZE), u.num_slots, 1],
  flops: (u) => 16 * u.num_slots * u.num_kv_heads * u.head_dim,
});

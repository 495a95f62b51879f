// Rotary position embedding of projected queries and keys on their way into the cache.
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './rope-cache.wgsl?raw';

export const ropeCache = defineKernel({
  name: 'rope-cache',
  source,
  bindings: [
    { name: 'qkv', access: 'read', shape: 'f32 [*, (num_heads + 2 num_kv_heads) * head_dim]' },
    { name: 'angles', access: 'read', shape: 'vec2f (cos, sin) [*, head_dim / 2]' },
    { name: 'q', access: 'read_write', shape: 'f32 [*, num_heads * head_dim]' },
    { name: 'keys', access: 'read_write', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
    { name: 'values', access: 'read_write', shape: 'f32 [num_kv_heads, capacity, head_dim]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'first_slot', type: 'u32' },
    { name: 'num_heads', type: 'u32' },
    { name: 'num_kv_heads', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
  ],
  overrides: { HALF_PAIRS: 0, WORKGROUP_SIZE: 64 },
  shapes: { head_dim: { multipleOf: 8 } },
  grid: (u, o) => [
    groupsFor(((u.num_heads + 2 * u.num_kv_heads) * u.head_dim) / 8, o.WORKGROUP_SIZE),
    u.num_tokens,
    1,
  ],
  flops: (u) => 20 * u.num_tokens * (u.num_heads + 2 * u.num_kv_heads) * u.head_dim,
});

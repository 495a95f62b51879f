// Eviction in two stages: which entries of each KV head stay (H2O's rule, arXiv 2306.14048), and what stays compacted into the other
// half of the double-buffered compressed cache.
import { groupsFor } from '../kernel.ts';
import { defineOperation, read, write } from '../operation.ts';
import compact from './compact.wgsl?raw';
import select from './select.wgsl?raw';

const sumsShape = 'f32 [num_kv_heads, capacity]';
const flagsShape = 'u32 [num_kv_heads, capacity]';
const keptShape = 'f32 [2, num_kv_heads, budget, head_dim]: unrotated keys, then values';

export const evictSelect = defineOperation({
  name: 'evict/select',
  bindings: { sums: read('u32', `${sumsShape}, by their bits`), flags: write('u32', flagsShape) },
  uniforms: { num_entries: 'u32', num_kv_heads: 'u32', capacity: 'u32', keep: 'u32', recent: 'u32' },
  flops: (u) => 4 * u.num_kv_heads * u.num_entries * u.num_entries,
  bodies: {
    plain: {
      source: select,
      overrides: { WORKGROUP_SIZE: 32 },
      grid: (u) => [groupsFor(u.num_entries, 16), u.num_kv_heads, 1],
    },
  },
});

export const evictCompact = defineOperation({
  name: 'evict/compact',
  bindings: {
    flags: read('u32', flagsShape),
    sums: read('f32', sumsShape),
    kept_kv: read('vec4u', `${keptShape}; entries 0 .. num_slots - 1, by their bits`),
    qkv: read('vec4u', 'f32 [*, (num_heads + 2 num_kv_heads) * head_dim]: the entries behind those'),
    next_kv: write('vec4u', keptShape),
    next_sums: write('f32', 'f32 [num_kv_heads, budget]'),
  },
  uniforms: {
    num_entries: 'u32',
    num_slots: 'u32',
    num_heads: 'u32',
    num_kv_heads: 'u32',
    head_dim: 'u32',
    capacity: 'u32',
    budget: 'u32',
  },
  flops: (u) => u.num_kv_heads * u.num_entries * (u.num_entries / 64 + 4 * u.head_dim),
  bodies: {
    plain: {
      source: compact,
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { head_dim: { multipleOf: 4 } },
      grid: (u) => [groupsFor(u.num_entries, 32), u.num_kv_heads, 1],
    },
  },
});

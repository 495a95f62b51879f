// Attention, first of three: scaled q . k of one tile of query rows.
import { defineKernel, groupsFor } from '../kernel.ts';
import shared from '../lib/attention-scores.wgsl?raw';
import source from './attention-scores.wgsl?raw';

export const attentionScores = defineKernel({
  name: 'attention-scores',
  source: shared + source,
  bindings: [
    { name: 'q', access: 'read', shape: 'f32 [*, num_heads * head_dim], rotated' },
    { name: 'keys', access: 'read', shape: 'f32 [num_kv_heads, capacity, head_dim], rotated' },
    { name: 's', access: 'read_write', shape: 'f32 [num_heads, tile_rows, key_stride]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'num_slots', type: 'u32' },
    { name: 'num_heads', type: 'u32' },
    { name: 'group_size', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'capacity', type: 'u32' },
    { name: 'tile_rows', type: 'u32' },
    { name: 'key_stride', type: 'u32' },
    { name: 'scale', type: 'f32' },
  ],
  overrides: { WORKGROUP_SIZE: 16 },
  shapes: { head_dim: { multipleOf: 4 }, tile_rows: { multipleOf: 16 }, key_stride: { multipleOf: 16 } },
  grid: (u, o) => [
    groupsFor(u.num_slots + u.first_token + u.num_tokens, 16 * o.WORKGROUP_SIZE),
    groupsFor(u.num_tokens, 16),
    u.num_heads,
  ],
  flops: (u) => 2 * u.num_heads * u.head_dim * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens),
});

// Gather's search: every stored token embedding against all query embeddings, with a running maximum over queries.
import { foldGrid, groupsFor } from '../kernel.ts';
import { defineOperation, read, write } from '../operation.ts';
import plain from './plain.wgsl?raw';

export const similarity = defineOperation({
  name: 'similarity',
  bindings: {
    quants: read('u32', 'u32 [*, num_parts, head_dim / 4]'),
    scales: read('f32', 'f32 [*, num_parts]'),
    queries: read('vec4f', 'f32 [num_queries, num_parts, head_dim], unit parts; one repeated to fill'),
    standard: read('vec2f', 'vec2f (mean, inv_std) [num_queries, num_groups]'),
    score: write('f32', 'f32 [*]'),
  },
  uniforms: {
    first_token: 'u32',
    num_tokens: 'u32',
    num_queries: 'u32',
    num_parts: 'u32',
    num_groups: 'u32',
    head_dim: 'u32',
  },
  flops: (u) => 2 * u.num_tokens * u.num_queries * u.num_parts * u.head_dim,
  bodies: {
    plain: {
      source: plain,
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { head_dim: { multipleOf: 4 }, num_queries: { multipleOf: 16 } },
      grid: (u, o) => foldGrid(groupsFor(u.num_tokens, 8 * o.WORKGROUP_SIZE)),
    },
  },
});

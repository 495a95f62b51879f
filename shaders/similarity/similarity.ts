// Gather's search: every stored token embedding against all query embeddings, with a running maximum over queries.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import source from './similarity.wgsl?raw';

export const similarity = defineKernel({
  name: 'similarity',
  source,
  bindings: [
    { name: 'quants', access: 'read', shape: 'u32 [*, num_parts, head_dim / 4]' },
    { name: 'scales', access: 'read', shape: 'f32 [*, num_parts]' },
    { name: 'queries', access: 'read', shape: 'f32 [num_queries, num_parts, head_dim]' },
    { name: 'standard', access: 'read', shape: 'vec2f (mean, inv_std) [num_queries, num_groups]' },
    { name: 'score', access: 'read_write', shape: 'f32 [*]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'num_queries', type: 'u32' },
    { name: 'num_parts', type: 'u32' },
    { name: 'num_groups', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  shapes: { head_dim: { multipleOf: 4 }, num_queries: { multipleOf: 16 } },
  grid: (u, o) => foldGrid(groupsFor(u.num_tokens, 8 * o.WORKGROUP_SIZE)),
  flops: (u) => 2 * u.num_tokens * u.num_queries * u.num_parts * u.head_dim,
});

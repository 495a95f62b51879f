// Context embeddings: one calibrated head's Q, K or V vector per token, L2-normalised (REFORM, arXiv 2506.01215).
import { defineKernel, groupsFor } from '../kernel.ts';
import source from './embed-extract.wgsl?raw';

export const embedExtract = defineKernel({
  name: 'embed-extract',
  source,
  bindings: [
    { name: 'qkv', access: 'read', shape: 'f32 [*, row_stride]' },
    { name: 'e', access: 'read_write', shape: 'f32 [*, num_parts, head_dim]' },
  ],
  uniforms: [
    { name: 'num_tokens', type: 'u32' },
    { name: 'row_stride', type: 'u32' },
    { name: 'column', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
    { name: 'part', type: 'u32' },
    { name: 'num_parts', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  shapes: { head_dim: { multipleOf: 4 }, row_stride: { multipleOf: 4 }, column: { multipleOf: 4 } },
  grid: (u, o) => [groupsFor(u.num_tokens, o.WORKGROUP_SIZE), 1, 1],
  flops: (u) => 3 * u.num_tokens * u.head_dim,
});

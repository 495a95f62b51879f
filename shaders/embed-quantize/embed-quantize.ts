// Stored form of context embeddings: int8 with one scale per part.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import source from './embed-quantize.wgsl?raw';

export const embedQuantize = defineKernel({
  name: 'embed-quantize',
  source,
  bindings: [
    { name: 'e', access: 'read', shape: 'f32 [num_rows, head_dim]' },
    { name: 'quants', access: 'read_write', shape: 'u32 [num_rows, head_dim / 4]' },
    { name: 'scales', access: 'read_write', shape: 'f32 [num_rows]' },
  ],
  uniforms: [
    { name: 'num_rows', type: 'u32' },
    { name: 'head_dim', type: 'u32' },
  ],
  overrides: { WORKGROUP_SIZE: 32 },
  shapes: { head_dim: { multipleOf: 4 } },
  grid: (u, o) => foldGrid(groupsFor(u.num_rows, o.WORKGROUP_SIZE)),
  flops: (u) => 4 * u.num_rows * u.head_dim,
});

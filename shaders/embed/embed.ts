// Context embeddings (REFORM, arXiv 2506.01215): one calibrated head's Q, K or V vector per token, L2-normalised; then as they are
// stored, int8 with one scale per part.
import { foldGrid, groupsFor } from '../kernel.ts';
import { defineOperation, read, write } from '../operation.ts';
import extract from './extract.wgsl?raw';
import quantize from './quantize.wgsl?raw';

export const embedExtract = defineOperation({
  name: 'embed/extract',
  bindings: {
    qkv: read('vec4f', 'f32 [*, row_stride]'),
    e: write('vec4f', 'f32 [*, num_parts, head_dim]'),
  },
  uniforms: {
    num_tokens: 'u32',
    row_stride: 'u32',
    column: 'u32',
    head_dim: 'u32',
    part: 'u32',
    num_parts: 'u32',
  },
  flops: (u) => 3 * u.num_tokens * u.head_dim,
  bodies: {
    plain: {
      source: extract,
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { head_dim: { multipleOf: 4 }, row_stride: { multipleOf: 4 }, column: { multipleOf: 4 } },
      grid: (u, o) => [groupsFor(u.num_tokens, o.WORKGROUP_SIZE), 1, 1],
    },
  },
});

export const embedQuantize = defineOperation({
  name: 'embed/quantize',
  bindings: {
    e: read('vec4f', 'f32 [num_rows, head_dim]'),
    quants: write('u32', 'u32 [num_rows, head_dim / 4]'),
    scales: write('f32', 'f32 [num_rows]'),
  },
  uniforms: { num_rows: 'u32', head_dim: 'u32' },
  flops: (u) => 4 * u.num_rows * u.head_dim,
  bodies: {
    plain: {
      source: quantize,
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { head_dim: { multipleOf: 4 } },
      grid: (u, o) => foldGrid(groupsFor(u.num_rows, o.WORKGROUP_SIZE)),
    },
  },
});

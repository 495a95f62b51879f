// Gather's search: every stored token embedding against all query embeddings. `nearest` keeps a running maximum over queries, a score
// a token; late interaction takes two dispatches a stretch of the document.
import { foldGrid, groupsFor } from '../kernel.ts';
import { defineOperation, read, write } from '../operation.ts';
import lateInteraction from './late-interaction.wgsl?raw';
import nearest from './nearest.wgsl?raw';
import standardised from './standardised.wgsl?raw';
import tile from './tile.wgsl?raw';

const embeddings = {
  quants: read('u32', 'u32 [*, num_parts, head_dim / 4]'),
  scales: read('f32', 'f32 [*, num_parts]'),
  queries: read('vec4f', 'f32 [num_queries, num_parts, head_dim], unit parts; one repeated to fill'),
} as const;

const shape = {
  first_token: 'u32',
  num_tokens: 'u32',
  num_queries: 'u32',
  num_parts: 'u32',
  num_groups: 'u32',
  head_dim: 'u32',
} as const;

/** In `num_groups` groups of parts from `first_part` on; the first token's score goes to `first_score`. */
export const similarityNearest = defineOperation({
  name: 'similarity/nearest',
  bindings: {
    ...embeddings,
    standard: read('vec2f', 'vec2f (mean, inv_std) [num_queries, num_parts / parts_per_group]'),
    score: write('f32', 'f32 [*]'),
  },
  uniforms: { ...shape, first_part: 'u32', parts_per_group: 'u32', first_score: 'u32' },
  flops: (u) => 2 * u.num_tokens * u.num_queries * u.num_groups * u.parts_per_group * u.head_dim,
  bodies: {
    plain: {
      source: nearest,
      library: [tile],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { head_dim: { multipleOf: 4 }, num_queries: { multipleOf: 16 } },
      grid: (u, o) => foldGrid(groupsFor(u.num_tokens, 8 * o.WORKGROUP_SIZE)),
    },
  },
});

/** Of a stretch of tokens, in `num_groups` of the parts from `first_part` on. */
export const similarityStandardised = defineOperation({
  name: 'similarity/standardised',
  bindings: {
    ...embeddings,
    standard: read('vec2f', 'vec2f (mean, inv_std) [num_queries, num_parts]'),
    z: write('vec4f', 'f32 [num_groups, num_queries, token_stride]'),
  },
  uniforms: { ...shape, first_part: 'u32', token_stride: 'u32' },
  flops: (u) => 2 * u.num_tokens * u.num_queries * u.num_groups * u.head_dim,
  bodies: {
    plain: {
      source: standardised,
      library: [tile],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: {
        head_dim: { multipleOf: 4 },
        num_queries: { multipleOf: 16 },
        token_stride: { multipleOf: 8 },
      },
      grid: (u, o) => [
        groupsFor(u.num_tokens, 8 * o.WORKGROUP_SIZE),
        groupsFor(u.num_queries, 16),
        u.num_groups,
      ],
    },
  },
});

/** `first_z` is where the stretch has the first of the tokens whose scores are wanted, and `num_z` its length. */
export const similarityLateInteraction = defineOperation({
  name: 'similarity/late-interaction',
  bindings: {
    z: read('f32', 'f32 [num_groups, padded_queries, token_stride]'),
    score: write('f32', 'f32 [*]'),
  },
  uniforms: {
    first_token: 'u32',
    num_tokens: 'u32',
    first_z: 'u32',
    num_z: 'u32',
    reach: 'u32',
    num_queries: 'u32',
    padded_queries: 'u32',
    num_groups: 'u32',
    token_stride: 'u32',
  },
  flops: (u) => u.num_tokens * u.num_queries * u.num_groups * (2 * u.reach + 1),
  bodies: {
    plain: {
      source: lateInteraction,
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { reach: { min: 2 } },
      grid: (u, o) => [groupsFor(u.num_tokens, 4 * o.WORKGROUP_SIZE), 1, 1],
    },
  },
});

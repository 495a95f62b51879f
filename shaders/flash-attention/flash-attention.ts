// Attention of a tile of query rows in one dispatch, for devices to which memory is dearer than arithmetic: no score is written. What
// keys receive is a second dispatch over the queries that count.
import {
  attentionColumnSums,
  attentionScores,
  attentionSoftmax,
  attentionValues,
} from '../attention/attention.ts';
import { groupsFor } from '../kernel.ts';
import { defineOperation, read, write } from '../operation.ts';
import output from './output.wgsl?raw';
import received from './received.wgsl?raw';
import scoreTile from './score-tile.wgsl?raw';

const tileSize = 32;
/** Lanes of a workgroup, eight by eight. */
const lanes = { WORKGROUP_SIZE: 64 } as const;
const lanesRule = { min: 64, max: 64 } as const;

const inputs = {
  q: read('vec4f', 'f32 [*, num_heads * head_dim], rotated'),
  keys: read('vec4f', 'f32 [num_kv_heads, capacity, head_dim], rotated'),
} as const;

const shape = {
  first_token: 'u32',
  num_tokens: 'u32',
  num_slots: 'u32',
  num_heads: 'u32',
  group_size: 'u32',
  head_dim: 'u32',
  capacity: 'u32',
  tile_rows: 'u32',
  // Keys up to its own that a row looks at; as many as there are for all.
  window: 'u32',
  scale: 'f32',
} as const;

/** With the columns of the output that a lane holds, in registers: their number is the body's. */
const bodyOf = (headDim: number) => ({
  source: output,
  library: [`const COLUMNS = ${headDim / tileSize}u;\n`, scoreTile],
  overrides: lanes,
  shapes: { head_dim: { multipleOf: 4, max: headDim }, WORKGROUP_SIZE: lanesRule },
  grid: (u: Readonly<Record<'num_tokens' | 'group_size' | 'num_heads', number>>) =>
    [groupsFor(u.num_tokens * u.group_size, tileSize), u.num_heads / u.group_size, 1] as const,
});

export const flashAttentionOutput = defineOperation({
  name: 'flash-attention/output',
  bindings: {
    ...inputs,
    values: read('vec4f', 'f32 [num_kv_heads, capacity, head_dim]'),
    y: write('vec4f', 'f32 [*, num_heads * head_dim]'),
    norms: write('f32', 'f32 [num_heads, tile_rows]: log of the sum of exp'),
  },
  uniforms: shape,
  fuses: [attentionScores.name, attentionSoftmax.name, attentionValues.name],
  flops: (u) => 4 * u.num_heads * u.head_dim * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens),
  bodies: { d64: bodyOf(64), d128: bodyOf(128), d256: bodyOf(256) },
});

/** Eviction scores, as attention/column-sums gives them of probabilities that were written. */
export const flashAttentionReceived = defineOperation({
  name: 'flash-attention/received',
  bindings: {
    ...inputs,
    norms: read('f32', 'f32 [num_heads, tile_rows], of flash-attention/output'),
    sums: write('f32', 'f32 [num_kv_heads, capacity]'),
  },
  uniforms: shape,
  fuses: [attentionScores.name, attentionColumnSums.name],
  flops: (u) => 2 * u.num_heads * u.head_dim * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens),
  bodies: {
    tiles: {
      source: received,
      library: [scoreTile],
      overrides: lanes,
      shapes: { head_dim: { multipleOf: 4 }, WORKGROUP_SIZE: lanesRule },
      grid: (u) => [
        groupsFor(u.num_slots + u.first_token + u.num_tokens, tileSize),
        u.num_heads / u.group_size,
        1,
      ],
    },
  },
});

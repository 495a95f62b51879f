// Attention of a tile of query rows in one dispatch, for devices to which memory is dearer than arithmetic: no score is written. What
// keys receive is a second dispatch over the queries that count.
import {
  attentionColumnSums,
  attentionScores,
  attentionSoftmax,
  attentionValues,
} from '../attention/attention.ts';
import { groupsFor, type DeviceTraits } from '../kernel.ts';
import storedF16 from '../lib/stored-f16.wgsl?raw';
import storedF32 from '../lib/stored-f32.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import output from './output.wgsl?raw';
import received from './received.wgsl?raw';
import scoreTile from './score-tile.wgsl?raw';

/** Keys of a tile. */
const tileKeys = 32;
/** Lanes of a workgroup, eight by eight. */
const lanes = { WORKGROUP_SIZE: 64 } as const;
const lanesRule = { min: 64, max: 64 } as const;

/** What a body has in workgroup memory at a time, of its 16 KiB; lengths in elements. */
interface Tiles {
  readonly rows: 32 | 64;
  /** Longest head. */
  readonly headDim: number;
  /** Longest head for which a smaller body does better. */
  readonly above?: number;
  /** Of a row of queries, and of keys: all of a head is brought once, less slice by slice. */
  readonly queries: number;
  readonly keys: number;
  readonly stored: 'f32' | 'f16';
}

/** The constants of a body and the texts that go by them. */
const libraryOf = ({ rows, headDim, queries, keys, stored }: Tiles, held: 'queries' | 'keys') => [
  `const ROWS = ${rows}u;
const COLUMNS = ${headDim / tileKeys}u;
const Q_VECTORS = ${queries / 4}u;
const K_VECTORS = ${keys / 4}u;
const HOLDS_Q = ${held === 'queries' && queries === headDim};
const HOLDS_K = ${held === 'keys' && keys === headDim};
`,
  stored === 'f16' ? storedF16 : storedF32,
  scoreTile,
];

/** What all bodies have in common. */
const bodyOf = (tiles: Tiles, held: 'queries' | 'keys') => ({
  library: libraryOf(tiles, held),
  features: tiles.stored === 'f16' ? (['shader-f16'] as const) : [],
  overrides: lanes,
  suits: (_: DeviceTraits, { head_dim = Infinity }: { readonly head_dim?: number }) =>
    head_dim > (tiles.above ?? 0) ? {} : undefined,
});

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

/** A lane holds its columns of the output in registers, so that there is a body for each length of heads. */
const outputBody = (tiles: Tiles) => ({
  ...bodyOf(tiles, 'queries'),
  source: output,
  shapes: { head_dim: { multipleOf: 4, max: tiles.headDim }, WORKGROUP_SIZE: lanesRule },
  grid: (u: Readonly<Record<'num_tokens' | 'group_size' | 'num_heads', number>>) =>
    [groupsFor(u.num_tokens * u.group_size, tiles.rows), u.num_heads / u.group_size, 1] as const,
});

const receivedBody = (tiles: Tiles) => ({
  ...bodyOf(tiles, 'keys'),
  source: received,
  shapes: { head_dim: { multipleOf: 4, max: tiles.headDim }, WORKGROUP_SIZE: lanesRule },
  grid: (
    u: Readonly<
      Record<
        'num_slots' | 'first_token' | 'num_tokens' | 'group_size' | 'num_heads' | 'kv_heads_together',
        number
      >
    >,
  ) =>
    [
      groupsFor(u.num_slots + u.first_token + u.num_tokens, tileKeys),
      u.num_heads / u.group_size / u.kv_heads_together,
      1,
    ] as const,
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
  bodies: {
    d64: outputBody({ rows: 32, headDim: 64, queries: 64, keys: 32, stored: 'f32' }),
    d128: outputBody({ rows: 32, headDim: 128, above: 64, queries: 32, keys: 32, stored: 'f32' }),
    d256: outputBody({ rows: 32, headDim: 256, above: 128, queries: 32, keys: 32, stored: 'f32' }),
    'd64-f16': outputBody({ rows: 32, headDim: 64, queries: 64, keys: 64, stored: 'f16' }),
    /** Twice the rows that a tile of keys serves, and twice the registers. */
    'd64-f16-tall': outputBody({ rows: 64, headDim: 64, queries: 64, keys: 64, stored: 'f16' }),
    'd128-f16': outputBody({ rows: 32, headDim: 128, above: 64, queries: 128, keys: 64, stored: 'f16' }),
    'd256-f16': outputBody({ rows: 32, headDim: 256, above: 128, queries: 64, keys: 64, stored: 'f16' }),
  },
});

/** Eviction scores, as attention/column-sums gives them of probabilities that were written. */
export const flashAttentionReceived = defineOperation({
  name: 'flash-attention/received',
  bindings: {
    ...inputs,
    norms: read('f32', 'f32 [num_heads, tile_rows], of flash-attention/output'),
    sums: write('f32', 'f32 [num_kv_heads / kv_heads_together, capacity]'),
  },
  uniforms: {
    ...shape,
    // KV heads whose sums are one row: 1, or all of a layer.
    kv_heads_together: 'u32',
  },
  fuses: [attentionScores.name, attentionColumnSums.name],
  flops: (u) => 2 * u.num_heads * u.head_dim * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens),
  bodies: {
    d64: receivedBody({ rows: 32, headDim: 64, queries: 32, keys: 64, stored: 'f32' }),
    d256: receivedBody({ rows: 32, headDim: 256, above: 64, queries: 32, keys: 32, stored: 'f32' }),
    'd64-f16': receivedBody({ rows: 64, headDim: 64, queries: 64, keys: 64, stored: 'f16' }),
    'd128-f16': receivedBody({ rows: 32, headDim: 128, above: 64, queries: 64, keys: 128, stored: 'f16' }),
    'd256-f16': receivedBody({ rows: 32, headDim: 256, above: 128, queries: 64, keys: 64, stored: 'f16' }),
  },
});

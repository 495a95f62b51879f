// Attention of a tile of query rows in one dispatch, for devices to which memory is dearer than arithmetic: no score is written. What
// keys receive is a second dispatch over the queries that count.
import {
  attentionColumnSums,
  attentionScores,
  attentionSoftmax,
  attentionValues,
} from '../attention/attention.ts';
import { groupsFor, memoryFeatures, type DeviceTraits } from '../kernel.ts';
import storedF16 from '../lib/stored-f16.wgsl?raw';
import storedF32 from '../lib/stored-f32.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import blocks from './blocks.wgsl?raw';
import outputBlocked from './output-blocked.wgsl?raw';
import outputParts from './output-parts.wgsl?raw';
import output from './output.wgsl?raw';
import receivedBlocked from './received-blocked.wgsl?raw';
import received from './received.wgsl?raw';
import rowsOf from './rows.wgsl?raw';
import scoreTile from './score-tile.wgsl?raw';
import tiles from './tiles.wgsl?raw';
import weigh from './weigh.wgsl?raw';

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

/** Of heads that no smaller body does better. */
const suitsAbove =
  (above = 0) =>
  (_: DeviceTraits, { head_dim = Infinity }: { readonly head_dim?: number }) =>
    head_dim > above ? {} : undefined;

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
  rowsOf,
  scoreTile,
];

/** A body by blocks. */
interface Blocks extends Pick<Tiles, 'rows' | 'headDim' | 'above' | 'stored'> {
  /** Where values lie, if anywhere: beside the keys, or in their place when these are done. */
  readonly values?: 'beside' | 'in turn';
}

/** Bytes of workgroup memory: queries and probabilities, keys and values, and what lanes tell each other, always in f32. */
function blockBytes({ rows, headDim, values, stored }: Blocks): number {
  const [vectors, bytes] = [headDim / 4, stored === 'f16' ? 8 : 16];
  const rowUnits = vectors + (values === undefined ? 0 : tileKeys / 4);
  const keyUnits = vectors * (values === 'beside' ? 2 : 1);
  return bytes * (rowUnits * (rows + 2) + keyUnits * tileKeys) + 48 * rows;
}

/** What all bodies by blocks have in common. */
function blockedBody(of: Blocks) {
  const { rows, headDim, above = 0, values, stored } = of;
  const vectors = headDim / 4;
  const constants = `const ROWS = ${rows}u;
const VECTORS = ${vectors}u;
const P_UNITS = ${values === undefined ? 0 : tileKeys / 4}u;
const V_FIRST = ${values === 'beside' ? vectors : 0}u;
`;
  const half = stored === 'f16';
  return {
    library: [constants, half ? storedF16 : storedF32, rowsOf, tiles, blocks],
    features: [...(half ? (['shader-f16'] as const) : []), ...memoryFeatures(blockBytes(of))],
    overrides: lanes,
    suits: suitsAbove(above),
    shapes: { head_dim: { multipleOf: 4, max: headDim }, WORKGROUP_SIZE: lanesRule },
  };
}

/** What all bodies have in common. */
const bodyOf = (tiles: Tiles, held: 'queries' | 'keys') => ({
  library: libraryOf(tiles, held),
  features: tiles.stored === 'f16' ? (['shader-f16'] as const) : [],
  overrides: lanes,
  suits: suitsAbove(tiles.above),
});

const inputs = {
  q: read('vec4f', 'f32 [*, num_heads * head_dim], rotated'),
  keys: read('vec4f', 'f32 [num_kv_heads, capacity, head_dim], rotated'),
} as const;

const outputs = {
  ...inputs,
  values: read('vec4f', 'f32 [num_kv_heads, capacity, head_dim]'),
  y: write('vec4f', 'f32 [*, num_heads * head_dim]'),
  norms: write('f32', 'f32 [num_heads, tile_rows]: log of the sum of exp'),
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

type OutputSizes = Readonly<Record<'num_tokens' | 'group_size' | 'num_heads', number>>;
type ReceivedSizes = OutputSizes &
  Readonly<Record<'num_slots' | 'first_token' | 'kv_heads_together', number>>;

/** A lane holds its columns of the output in registers, so that there is a body for each length of heads. */
const outputBody = (tiles: Tiles) => ({
  ...bodyOf(tiles, 'queries'),
  source: output,
  shapes: { head_dim: { multipleOf: 4, max: tiles.headDim }, WORKGROUP_SIZE: lanesRule },
  grid: (u: OutputSizes) =>
    [groupsFor(u.num_tokens * u.group_size, tiles.rows), u.num_heads / u.group_size, 1] as const,
});

const outputByBlocks = (of: Blocks) => {
  const { library, ...body } = blockedBody(of);
  return {
    ...body,
    library: [...library, outputParts],
    source: outputBlocked,
    grid: (u: OutputSizes) =>
      [u.num_heads / u.group_size, groupsFor(u.num_tokens * u.group_size, of.rows), 1] as const,
  };
};

const receivedGrid = (u: ReceivedSizes) =>
  [
    groupsFor(u.num_slots + u.first_token + u.num_tokens, tileKeys),
    u.num_heads / u.group_size / u.kv_heads_together,
    1,
  ] as const;

const receivedBody = (tiles: Tiles) => ({
  ...bodyOf(tiles, 'keys'),
  source: received,
  shapes: { head_dim: { multipleOf: 4, max: tiles.headDim }, WORKGROUP_SIZE: lanesRule },
  grid: receivedGrid,
});

const receivedByBlocks = (of: Blocks) => ({
  ...blockedBody(of),
  source: receivedBlocked,
  grid: receivedGrid,
});

export const flashAttentionOutput = defineOperation({
  name: 'flash-attention/output',
  bindings: outputs,
  uniforms: shape,
  fuses: [attentionScores.name, attentionSoftmax.name, attentionValues.name],
  flops: (u) => 4 * u.num_heads * u.head_dim * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens),
  bodies: {
    d64: outputBody({ rows: 32, headDim: 64, queries: 64, keys: 32, stored: 'f32' }),
    d128: outputBody({ rows: 32, headDim: 128, above: 64, queries: 32, keys: 32, stored: 'f32' }),
    d256: outputBody({ rows: 32, headDim: 256, above: 128, queries: 32, keys: 32, stored: 'f32' }),
    'd64-blocked': outputByBlocks({ rows: 32, headDim: 64, values: 'beside', stored: 'f32' }),
    /** Twice the rows that a tile of keys serves, and twice the registers. */
    'd64-blocked-tall': outputByBlocks({ rows: 64, headDim: 64, values: 'beside', stored: 'f32' }),
    'd64-blocked-f16': outputByBlocks({ rows: 32, headDim: 64, values: 'beside', stored: 'f16' }),
    'd64-blocked-tall-f16': outputByBlocks({ rows: 64, headDim: 64, values: 'beside', stored: 'f16' }),
    'd128-blocked': outputByBlocks({
      rows: 32,
      headDim: 128,
      above: 64,
      values: 'in turn',
      stored: 'f32',
    }),
    'd128-blocked-f16': outputByBlocks({
      rows: 32,
      headDim: 128,
      above: 64,
      values: 'beside',
      stored: 'f16',
    }),
    'd256-f16': outputBody({ rows: 32, headDim: 256, above: 128, queries: 64, keys: 64, stored: 'f16' }),
  },
});

/** What flash-attention/output leaves, where the key of slot 0 stands for many. */
export const flashAttentionWeigh = defineOperation({
  name: 'flash-attention/weigh',
  bindings: outputs,
  uniforms: {
    first_token: 'u32',
    num_tokens: 'u32',
    num_heads: 'u32',
    group_size: 'u32',
    head_dim: 'u32',
    capacity: 'u32',
    tile_rows: 'u32',
    scale: 'f32',
    // Times that it is there beside once.
    more: 'f32',
  },
  flops: (u) => 6 * u.num_heads * u.head_dim * u.num_tokens,
  bodies: {
    plain: {
      source: weigh,
      overrides: lanes,
      shapes: { head_dim: { multipleOf: 4 } },
      grid: (u, o) => [groupsFor(u.num_tokens, o.WORKGROUP_SIZE), u.num_heads, 1],
    },
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
    'd64-blocked': receivedByBlocks({ rows: 64, headDim: 64, stored: 'f32' }),
    'd64-blocked-f16': receivedByBlocks({ rows: 64, headDim: 64, stored: 'f16' }),
    'd128-blocked': receivedByBlocks({ rows: 32, headDim: 128, above: 64, stored: 'f32' }),
    'd128-blocked-f16': receivedByBlocks({ rows: 64, headDim: 128, above: 64, stored: 'f16' }),
    'd256-f16': receivedBody({ rows: 32, headDim: 256, above: 128, queries: 64, keys: 64, stored: 'f16' }),
  },
});

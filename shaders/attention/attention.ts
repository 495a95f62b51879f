// Attention of a tile of query rows in stages: scores, softmax, what each key receives in all (for eviction), and values. Probabilities
// stay unnormalised, with a factor a row beside them.
import { groupsFor, type DeviceTraits } from '../kernel.ts';
import quadPlaces from '../lib/quad-places.wgsl?raw';
import quadTiles from '../lib/quad-tiles.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import columnSumsLanes from './column-sums-lanes.wgsl?raw';
import columnSums from './column-sums.wgsl?raw';
import fade from './fade.wgsl?raw';
import scoresQuad from './scores-quad.wgsl?raw';
import scores from './scores.wgsl?raw';
import softmaxLanes from './softmax-lanes.wgsl?raw';
import softmax from './softmax.wgsl?raw';
import valuesQuad from './values-quad.wgsl?raw';
import values from './values.wgsl?raw';

const tileShape = 'f32 [num_heads, tile_rows, key_stride]';
const factorsShape = 'f32 [num_heads, tile_rows]';
const cacheShape = 'f32 [num_kv_heads, capacity, head_dim]';
const rowsShape = 'f32 [*, num_heads * head_dim]';

/** Which rows of the pass a tile has, and the keys they may see: the kept ones, and the pass up to each row. */
const rows = { first_token: 'u32', num_tokens: 'u32', num_slots: 'u32', num_heads: 'u32' } as const;
const cache = { group_size: 'u32', head_dim: 'u32', capacity: 'u32' } as const;
const tile = { tile_rows: 'u32', key_stride: 'u32' } as const;

/** One subgroup a workgroup, of at least one quad. */
const oneSubgroup = ({ subgroupSize }: DeviceTraits) => ({ WORKGROUP_SIZE: Math.max(4, subgroupSize) });

/** Every row with every key up to the last one's own. */
const productFlops = (u: Readonly<Record<keyof typeof rows | 'head_dim', number>>) =>
  2 * u.num_heads * u.head_dim * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens);

export const attentionScores = defineOperation({
  name: 'attention/scores',
  bindings: {
    q: read('vec4f', `${rowsShape}, rotated`),
    keys: read('vec4f', `${cacheShape}, rotated`),
    s: write('vec4f', tileShape),
  },
  uniforms: { ...rows, ...cache, ...tile, scale: 'f32' },
  overrides: { WORKGROUP_SIZE: 16 },
  flops: productFlops,
  bodies: {
    quad: {
      source: scoresQuad,
      library: [quadTiles],
      features: ['subgroups'],
      overrides: {},
      elements: { q: 'mat4x4f', keys: 'mat4x4f' },
      shapes: {
        head_dim: { multipleOf: 16 },
        tile_rows: { multipleOf: 16 },
        key_stride: { multipleOf: 16 },
        WORKGROUP_SIZE: { multipleOf: 4 },
      },
      grid: (u, o) => [
        groupsFor(u.num_slots + u.first_token + u.num_tokens, 8 * o.WORKGROUP_SIZE),
        groupsFor(u.num_tokens, 32),
        u.num_heads,
      ],
      suits: oneSubgroup,
    },
    plain: {
      source: scores,
      overrides: {},
      shapes: { head_dim: { multipleOf: 4 }, tile_rows: { multipleOf: 16 }, key_stride: { multipleOf: 16 } },
      grid: (u, o) => [
        groupsFor(u.num_slots + u.first_token + u.num_tokens, 16 * o.WORKGROUP_SIZE),
        groupsFor(u.num_tokens, 16),
        u.num_heads,
      ],
      suits: oneSubgroup,
    },
  },
});

export const attentionSoftmax = defineOperation({
  name: 'attention/softmax',
  bindings: { s: write('vec4f', tileShape), factors: write('f32', factorsShape) },
  uniforms: {
    ...rows,
    ...tile,
    // Keys up to its own that a row looks at; as many as there are for all.
    window: 'u32',
  },
  flops: (u) => 16 * u.num_heads * u.num_tokens * (u.num_slots + u.first_token + u.num_tokens),
  bodies: {
    plain: {
      source: softmax,
      overrides: { WORKGROUP_SIZE: 16 },
      shapes: { key_stride: { multipleOf: 16 } },
      grid: (u, o) => [groupsFor(u.num_tokens, o.WORKGROUP_SIZE), u.num_heads, 1],
    },
    lanes: {
      source: softmaxLanes,
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { key_stride: { multipleOf: 16 } },
      grid: (u) => [u.num_tokens, u.num_heads, 1],
    },
  },
});

/** Eviction scores: attention received per key, summed over queries and over the query heads of a KV head's group. */
export const attentionColumnSums = defineOperation({
  name: 'attention/column-sums',
  bindings: {
    s: read('vec4f', tileShape),
    factors: read('f32', factorsShape),
    sums: write('vec4f', 'f32 [num_kv_heads, capacity]'),
  },
  uniforms: {
    num_tokens: 'u32',
    num_keys: 'u32',
    num_kv_heads: 'u32',
    group_size: 'u32',
    capacity: 'u32',
    ...tile,
  },
  flops: (u) => 4 * u.num_kv_heads * u.group_size * u.num_tokens * u.num_keys,
  bodies: {
    plain: {
      source: columnSums,
      overrides: { WORKGROUP_SIZE: 16 },
      shapes: { capacity: { multipleOf: 4 }, key_stride: { multipleOf: 4 } },
      grid: (u, o) => [groupsFor(u.num_keys, 4 * o.WORKGROUP_SIZE), u.num_kv_heads, 1],
    },
    lanes: {
      source: columnSumsLanes,
      overrides: { WORKGROUP_SIZE: 256 },
      shapes: {
        capacity: { multipleOf: 4 },
        key_stride: { multipleOf: 4 },
        WORKGROUP_SIZE: { multipleOf: 16 },
      },
      grid: (u) => [groupsFor(u.num_keys, 64), u.num_kv_heads, 1],
    },
  },
});

/**
 * Weights of attention. What a key receives fades from query to query where a strategy says so: the factors of a tile's rows, before they
 * are summed by (`steps` of the first row, one less of each that follows), and what was received before the pass (`steps` of all). And
 * scores of a key that stands for many.
 */
export const attentionFade = defineOperation({
  name: 'attention/fade',
  bindings: { x: write('f32', 'f32 [num_rows, stride]') },
  uniforms: {
    num_rows: 'u32',
    num_columns: 'u32',
    stride: 'u32',
    // Queries behind the first column, and how many fewer there are behind each column than behind the one before.
    steps: 'u32',
    fewer: 'u32',
    // -ln of what one query leaves, or ln of how often a key counts.
    rate: 'f32',
  },
  // 1: `x` are logs: scores, or what to divide by, as flash-attention/output leaves it.
  overrides: { LOGS: 0 },
  flops: (u) => 10 * u.num_rows * u.num_columns,
  bodies: {
    plain: {
      source: fade,
      overrides: { WORKGROUP_SIZE: 64 },
      grid: (u, o) => [groupsFor(u.num_columns, o.WORKGROUP_SIZE), u.num_rows, 1],
    },
  },
});

export const attentionValues = defineOperation({
  name: 'attention/values',
  bindings: {
    s: read('vec4f', `${tileShape}: exp, unnormalised, 0 where masked`),
    factors: read('f32', factorsShape),
    values: read('vec4f', cacheShape),
    y: write('vec4f', rowsShape),
  },
  uniforms: { ...rows, ...cache, ...tile },
  overrides: { WORKGROUP_SIZE: 16 },
  flops: productFlops,
  bodies: {
    quad: {
      source: valuesQuad,
      library: [quadTiles, quadPlaces],
      features: ['subgroups'],
      overrides: {},
      elements: { s: 'mat2x4f', values: 'mat2x4f' },
      shapes: {
        head_dim: { multipleOf: 8 },
        key_stride: { multipleOf: 8 },
        WORKGROUP_SIZE: { multipleOf: 4 },
      },
      grid: (u, o) => [groupsFor(u.head_dim, 32), groupsFor(u.num_tokens, 8 * o.WORKGROUP_SIZE), u.num_heads],
      suits: oneSubgroup,
    },
    plain: {
      source: values,
      overrides: {},
      shapes: {
        head_dim: { multipleOf: 4 },
        key_stride: { multipleOf: 4 },
        WORKGROUP_SIZE: { multipleOf: 4 },
      },
      grid: (u, o) => [groupsFor(u.head_dim, 64), groupsFor(u.num_tokens, 4 * o.WORKGROUP_SIZE), u.num_heads],
      suits: oneSubgroup,
    },
  },
});

// Prefill matrix multiplication with fused dequantisation: many tokens against one weight matrix. Which body runs is measured.
import { groupsFor, memoryFeatures, type DeviceTraits } from '../kernel.ts';
import activation from '../lib/activation.wgsl?raw';
import maskedColumns from '../lib/masked-columns.wgsl?raw';
import quadTiles from '../lib/quad-tiles.wgsl?raw';
import storedF16 from '../lib/stored-f16.wgsl?raw';
import storedF32 from '../lib/stored-f32.wgsl?raw';
import packedWeights from '../lib/packed-weights.wgsl?raw';
import weights from '../lib/weights.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import columnTiles from './column-tiles.wgsl?raw';
import gatedQuad from './gated-quad.wgsl?raw';
import gatedSubgroupMatrix from './gated-subgroup-matrix.wgsl?raw';
import gatedTiled128 from './gated-tiled-128.wgsl?raw';
import gatedTiledInt8 from './gated-tiled-int8.wgsl?raw';
import gatedTiled from './gated-tiled.wgsl?raw';
import int8Product from './int8-product.wgsl?raw';
import matricesOf128 from './matrices-of-128.wgsl?raw';
import matricesOf64 from './matrices-of-64.wgsl?raw';
import matrixProduct from './matrix-product.wgsl?raw';
import matrixRow from './matrix-row.wgsl?raw';
import matrixScalars from './matrix-scalars.wgsl?raw';
import matrixVectors from './matrix-vectors.wgsl?raw';
import oneAfterAnother from './one-after-another.wgsl?raw';
import plain from './plain.wgsl?raw';
import quadProduct from './quad-product.wgsl?raw';
import quad from './quad.wgsl?raw';
import rowTiles from './row-tiles.wgsl?raw';
import splitK from './split-k.wgsl?raw';
import storeOne from './store-one.wgsl?raw';
import store from './store.wgsl?raw';
import subgroupMatrix from './subgroup-matrix.wgsl?raw';
import subgroup from './subgroup.wgsl?raw';
import tiled128 from './tiled-128.wgsl?raw';
import tiledInt8 from './tiled-int8.wgsl?raw';
import tiled from './tiled.wgsl?raw';
import tilesOf128 from './tiles-of-128.wgsl?raw';
import tilesOf64 from './tiles-of-64.wgsl?raw';
import turns from './turns.wgsl?raw';

/** By vectors of four outputs, whatever the columns. */
const outputs = {
  out_features: { multipleOf: 4 },
  out_offset: { multipleOf: 4 },
  out_stride: { multipleOf: 4 },
} as const;

/** What a quad's lanes read: the largest types, which take the fewest bounds checks. */
const quadElements = { quants: 'vec2u', x: 'mat4x4f' } as const;

/** A lane has 16 outputs: in narrow workgroups few lanes are past the last one. */
const narrow = ({ subgroupSize }: DeviceTraits) => ({
  WORKGROUP_SIZE: Math.min(16, Math.max(4, subgroupSize)),
});

/** Sizes of a product in tiles: as many tokens as rows of weights a workgroup, of gate and up half as many outputs. */
type TiledSizes = Readonly<Record<'out_features' | 'num_tokens', number>>;
const gridOf = (rows: number) => (u: TiledSizes) =>
  [groupsFor(u.out_features, rows), groupsFor(u.num_tokens, rows), 1] as const;
const gatedGridOf = (rows: number) => (u: TiledSizes) =>
  [groupsFor(u.out_features, rows / 2), groupsFor(u.num_tokens, rows), 1] as const;

const lanes128 = { WORKGROUP_SIZE: { min: 128, max: 128 } } as const;
const lanes256 = { WORKGROUP_SIZE: { min: 256, max: 256 } } as const;
const columns = { in_features: { multipleOf: 8 } } as const;
const gatedOutputs = { out_features: { multipleOf: 4 } } as const;

const splitTexts = [storedF32, weights, packedWeights, tilesOf64, columnTiles, splitK] as const;
const texts64 = [weights, packedWeights, tilesOf64, columnTiles, oneAfterAnother] as const;
const texts128 = [storedF32, weights, packedWeights, tilesOf128, columnTiles] as const;
const int8Texts = [int8Product, turns] as const;
/** Of one matrix, stored output by output. */
const plainTexts = [matrixRow, storeOne] as const;
/** What rounds inputs to int8 on the way; of integer weights. */
const int8Shapes = { in_features: { multipleOf: 32 }, WEIGHT_FORMAT: { min: 2 }, ...lanes128 } as const;

const tiledBody = {
  source: tiled,
  overrides: { WORKGROUP_SIZE: 128 },
  shapes: { ...columns, ...outputs, ...lanes128 },
  grid: gridOf(64),
} as const;

const gatedTiledBody = {
  source: gatedTiled,
  overrides: { WORKGROUP_SIZE: 128 },
  elements: { y: 'vec2f' },
  shapes: { ...columns, ...gatedOutputs, ...lanes128 },
  grid: gatedGridOf(64),
} as const;

/** For devices that hide what each lane waits for; a software adapter is not asked. */
const largeBody = {
  overrides: { WORKGROUP_SIZE: 256 },
  suits: ({ subgroupSize }: DeviceTraits) => (subgroupSize > 4 ? {} : undefined),
} as const;

/** By subgroup matrices: how many tokens have a workgroup, two lanes each, and 128 rows of weights; the columns of a turn. */
const matrixTiles = { small: { tokens: 64, columns: 16 }, large: { tokens: 128, columns: 32 } } as const;
type MatrixTile = (typeof matrixTiles)[keyof typeof matrixTiles];
const matrixTexts = [storedF16, weights, packedWeights, matrixProduct] as const;
const smallTexts = [...matrixTexts, matricesOf64] as const;

/** Both tiles and a row more of each, rows padded by eight values of f16, and sixteen columns of sums. */
const matrixBytes = ({ tokens, columns }: MatrixTile) =>
  2 * (tokens + 128 + 2) * (columns + 8) + 4 * tokens * 16;

const matrixBody = (tile: MatrixTile, source: string, outputsOfTile: number) =>
  ({
    source,
    features: ['shader-f16', 'subgroup-matrix-f16-16x16x16', ...memoryFeatures(matrixBytes(tile))],
    overrides: { WORKGROUP_SIZE: 2 * tile.tokens },
    elements: { y: 'f32' },
    shapes: {
      in_features: { multipleOf: 8 },
      WORKGROUP_SIZE: { min: 2 * tile.tokens, max: 2 * tile.tokens },
    },
    grid: (u: { readonly out_features: number; readonly num_tokens: number }) =>
      [groupsFor(u.out_features, outputsOfTile), groupsFor(u.num_tokens, tile.tokens), 1] as const,
  }) as const;

const smallMatrices = matrixBody(matrixTiles.small, subgroupMatrix, 128);
const largeMatrices = matrixBody(matrixTiles.large, subgroupMatrix, 128);
const gatedSmallMatrices = matrixBody(matrixTiles.small, gatedSubgroupMatrix, 64);
const gatedLargeMatrices = matrixBody(matrixTiles.large, gatedSubgroupMatrix, 64);

export const matmul = defineOperation({
  name: 'matmul',
  bindings: {
    quants: read('u32', 'canonical layout [*, in_features]'),
    scales: read('u32', 'canonical layout'),
    x: read('vec4f', 'f32 [*, in_features]'),
    y: write('vec4f', 'f32 [*, out_stride]'),
  },
  uniforms: {
    first_token: 'u32',
    num_tokens: 'u32',
    in_features: 'u32',
    out_features: 'u32',
    weight_row: 'u32',
    out_offset: 'u32',
    out_stride: 'u32',
    // 1 adds to y (the residual). Not an override, because each pipeline costs a second or two.
    accumulate: 'u32',
  },
  overrides: { WEIGHT_FORMAT: 0, GROUP_SIZE: 32 },
  flops: (u) => 2 * u.num_tokens * u.in_features * u.out_features,
  bodies: {
    plain: {
      source: plain,
      library: [rowTiles, store, weights],
      overrides: { WORKGROUP_SIZE: 16 },
      shapes: { in_features: { multipleOf: 8 }, ...outputs },
      grid: (u, o) => [groupsFor(u.out_features, 16 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
      suits: narrow,
    },
    /** The choice of a software adapter. */
    quad: {
      source: quad,
      library: [quadTiles, maskedColumns, quadProduct],
      features: ['subgroups'],
      overrides: { WORKGROUP_SIZE: 16 },
      elements: quadElements,
      shapes: { in_features: { multipleOf: 16 }, ...outputs, WORKGROUP_SIZE: { multipleOf: 4 } },
      grid: (u, o) => [groupsFor(u.out_features, 16 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
      suits: narrow,
    },
    tiled: { ...tiledBody, library: [storedF32, ...texts64, matrixRow, store] },
    /** Both tiles in f16: half the workgroup memory, and half of what goes through it. */
    'tiled-f16': {
      ...tiledBody,
      library: [storedF16, ...texts64, matrixRow, store],
      features: ['shader-f16'],
    },
    'tiled-split-k': {
      ...tiledBody,
      ...largeBody,
      library: [...splitTexts, matrixRow, store],
      shapes: { ...columns, ...outputs, ...lanes256 },
    },
    'tiled-128': {
      ...largeBody,
      source: tiled128,
      library: [...texts128, matrixRow, store],
      shapes: { ...columns, ...outputs, ...lanes256 },
      grid: gridOf(128),
    },
    'tiled-int8': {
      source: tiledInt8,
      library: [...int8Texts, ...plainTexts],
      features: ['packed_4x8_integer_dot_product'],
      overrides: { WEIGHT_FORMAT: 3, WORKGROUP_SIZE: 128 },
      elements: { y: 'f32' },
      shapes: int8Shapes,
      grid: gridOf(64),
    },
    'subgroup-matrix': { ...smallMatrices, library: [...smallTexts, matrixVectors, ...plainTexts] },
    'subgroup-matrix-scalars': { ...smallMatrices, library: [...smallTexts, matrixScalars, ...plainTexts] },
    'subgroup-matrix-128': {
      ...largeMatrices,
      library: [...matrixTexts, matricesOf128, matrixVectors, ...plainTexts],
    },
    subgroup: {
      source: subgroup,
      library: [rowTiles, store, weights],
      features: ['subgroups'],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { in_features: { multipleOf: 8 }, ...outputs },
      grid: (u, o) => [groupsFor(u.out_features, 4 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
      suits: ({ subgroupSize }) => ({ WORKGROUP_SIZE: Math.max(64, subgroupSize) }),
    },
  },
});

/** Gate and up projections and the activation in one pass, by the products of matmul's bodies of the same names. */
export const matmulGated = defineOperation({
  name: 'matmul/gated',
  fuses: ['matmul', 'gate-mul'],
  bindings: {
    quants: read('u32', 'canonical layout [2 * out_features, in_features]'),
    scales: read('u32', 'canonical layout'),
    x: read('vec4f', 'f32 [*, in_features]'),
    y: write('vec4f', 'f32 [*, out_features]'),
  },
  uniforms: { first_token: 'u32', num_tokens: 'u32', in_features: 'u32', out_features: 'u32' },
  overrides: { WEIGHT_FORMAT: 3, GROUP_SIZE: 32, ACTIVATION: 0 },
  flops: (u) => 4 * u.num_tokens * u.in_features * u.out_features,
  bodies: {
    quad: {
      source: gatedQuad,
      library: [quadTiles, maskedColumns, quadProduct, activation],
      features: ['subgroups'],
      overrides: { WORKGROUP_SIZE: 16 },
      elements: quadElements,
      shapes: {
        in_features: { multipleOf: 16 },
        out_features: { multipleOf: 4 },
        WORKGROUP_SIZE: { multipleOf: 4 },
      },
      grid: (u, o) => [groupsFor(u.out_features, 8 * o.WORKGROUP_SIZE), groupsFor(u.num_tokens, 16), 1],
    },
    tiled: { ...gatedTiledBody, library: [storedF32, ...texts64, activation] },
    'tiled-f16': {
      ...gatedTiledBody,
      library: [storedF16, ...texts64, activation],
      features: ['shader-f16'],
    },
    'tiled-split-k': {
      ...gatedTiledBody,
      ...largeBody,
      library: [...splitTexts, activation],
      shapes: { ...columns, ...gatedOutputs, ...lanes256 },
    },
    'tiled-128': {
      ...largeBody,
      source: gatedTiled128,
      library: [...texts128, activation],
      shapes: { ...columns, ...gatedOutputs, ...lanes256 },
      grid: gatedGridOf(128),
    },
    'tiled-int8': {
      source: gatedTiledInt8,
      library: [...int8Texts, activation],
      features: ['packed_4x8_integer_dot_product'],
      overrides: { WORKGROUP_SIZE: 128 },
      elements: { y: 'f32' },
      shapes: int8Shapes,
      grid: gatedGridOf(64),
    },
    'subgroup-matrix': { ...gatedSmallMatrices, library: [...smallTexts, matrixVectors, activation] },
    'subgroup-matrix-scalars': { ...gatedSmallMatrices, library: [...smallTexts, matrixScalars, activation] },
    'subgroup-matrix-128': {
      ...gatedLargeMatrices,
      library: [...matrixTexts, matricesOf128, matrixVectors, activation],
    },
  },
});

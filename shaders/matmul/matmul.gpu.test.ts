import { describe, test } from 'vitest';
import { weightCases } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { gatedCase, matmulCase, offsetShape } from './matmul.cases.ts';
import { matmul, matmulGated } from './matmul.ts';

const gpu = useGpu();
const {
  plain,
  quad,
  tiled,
  subgroup,
  'tiled-128': tiled128,
  'tiled-split-k': tiledSplitK,
  'tiled-int8': tiledInt8,
} = matmul.bodies;

// A pipeline takes a software adapter a second and more, so the options share them: one a format.
const plainOptions = [
  {},
  {},
  { overrides: { WORKGROUP_SIZE: 1 } },
  { accumulate: 1 },
  { accumulate: 1, overrides: { WORKGROUP_SIZE: 64 } },
  { overrides: { WORKGROUP_SIZE: 4 } },
] as const;

describe.each(weightCases.map((weights, i) => ({ ...weights, ...plainOptions[i] })))(
  'matmul/plain %j',
  ({ format, groupSize, ...options }) => {
    test.each([
      { num_tokens: 1, in_features: 32, out_features: 4 },
      { num_tokens: 17, in_features: 96, out_features: 36 },
      offsetShape,
    ])('%j', (shape) => gpu.compare(matmulCase(plain, { format, groupSize }, shape, options)));
  },
);

describe('matmul/plain shapes', () => {
  test.each([
    { num_tokens: 15, in_features: 8, out_features: 12 },
    { num_tokens: 16, in_features: 8, out_features: 16 },
    { num_tokens: 33, in_features: 40, out_features: 252 },
    { num_tokens: 31, in_features: 104, out_features: 256 },
    { num_tokens: 2, in_features: 8, out_features: 260 },
    { num_tokens: 47, in_features: 16, out_features: 532, first_token: 16 },
  ])('%j', (shape) => gpu.compare(matmulCase(plain, { format: 'f32', groupSize: 1 }, shape)));
});

const quadOptions = [
  {},
  { accumulate: 1 },
  { overrides: { WORKGROUP_SIZE: 4 } },
  {},
  { accumulate: 1, overrides: { WORKGROUP_SIZE: 4 } },
  { overrides: { WORKGROUP_SIZE: 64 } },
] as const;

describe.each(weightCases.map((weights, i) => ({ ...weights, ...quadOptions[i] })))(
  'matmul/quad %j',
  ({ format, groupSize, ...rest }) => {
    test.each([
      { num_tokens: 1, in_features: 32, out_features: 4 },
      { num_tokens: 17, in_features: 96, out_features: 36 },
      offsetShape,
    ])('%j', (shape) => gpu.compare(matmulCase(quad, { format, groupSize }, shape, rest)));
  },
);

describe('matmul/quad shapes', () => {
  test.each([
    { num_tokens: 15, in_features: 16, out_features: 12 },
    { num_tokens: 16, in_features: 16, out_features: 16 },
    { num_tokens: 33, in_features: 48, out_features: 252 },
    { num_tokens: 31, in_features: 112, out_features: 256 },
    { num_tokens: 2, in_features: 16, out_features: 260 },
    { num_tokens: 47, in_features: 16, out_features: 532, first_token: 16 },
  ])('%j', (shape) => gpu.compare(matmulCase(quad, { format: 'f32', groupSize: 1 }, shape)));
});

// Around tiles of 64 x 64 and turns of sixteen columns, and of halves of both.
describe.each(weightCases.filter(({ groupSize }) => groupSize !== 16))('matmul/tiled %j', (weights) => {
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 65, in_features: 96, out_features: 68 },
    offsetShape,
  ])('%j', (shape) => gpu.compare(matmulCase(tiled, weights, shape)));
  test('adds to y', () => gpu.compare(matmulCase(tiled, weights, offsetShape, { accumulate: 1 })));
});

describe('matmul/tiled shapes', () => {
  test.each([
    { num_tokens: 7, in_features: 8, out_features: 12 },
    { num_tokens: 63, in_features: 16, out_features: 64 },
    { num_tokens: 64, in_features: 24, out_features: 60 },
    { num_tokens: 33, in_features: 40, out_features: 252 },
    { num_tokens: 129, in_features: 104, out_features: 132 },
    { num_tokens: 47, in_features: 16, out_features: 532, first_token: 16 },
  ])('%j', (shape) => gpu.compare(matmulCase(tiled, { format: 'f16', groupSize: 1 }, shape)));
});

// Around tiles of 128 x 128, halves of them, and turns of sixteen columns; what is added to, by a format that has no shapes of its own.
describe.each(
  weightCases.map((weights) => ({ ...weights, accumulate: weights.groupSize === 16 ? 1 : 0 }) as const),
)('matmul/tiled-128 %j', ({ accumulate, ...weights }) => {
  test.each([{ num_tokens: 131, in_features: 96, out_features: 196 }, offsetShape])('%j', (shape) =>
    gpu.compare(matmulCase(tiled128, weights, shape, { accumulate })),
  );
});

// Around turns of 32 columns, of which each half of the lanes has sixteen.
describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'f16', groupSize: 1, accumulate: 1 },
] as const)('matmul/tiled-split-k %j', ({ format, groupSize, ...options }) => {
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 65, in_features: 96, out_features: 68 },
    { num_tokens: 63, in_features: 1056, out_features: 64 },
    offsetShape,
  ])('%j', (shape) => gpu.compare(matmulCase(tiledSplitK, { format, groupSize }, shape, options)));
});

describe('matmul/tiled-split-k shapes', () => {
  test.each([
    { num_tokens: 7, in_features: 8, out_features: 12 },
    { num_tokens: 64, in_features: 24, out_features: 60 },
    { num_tokens: 129, in_features: 40, out_features: 132 },
  ])('%j', (shape) => gpu.compare(matmulCase(tiledSplitK, { format: 'f16', groupSize: 1 }, shape)));
});

describe('matmul/tiled-128 shapes', () => {
  test.each([
    { num_tokens: 1, in_features: 8, out_features: 4 },
    { num_tokens: 64, in_features: 24, out_features: 64 },
    { num_tokens: 127, in_features: 16, out_features: 128 },
    { num_tokens: 128, in_features: 40, out_features: 132 },
    { num_tokens: 257, in_features: 104, out_features: 124 },
    { num_tokens: 47, in_features: 16, out_features: 260, first_token: 16 },
  ])('%j', (shape) => gpu.compare(matmulCase(tiled128, { format: 'f16', groupSize: 1 }, shape)));
});

describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'int4', groupSize: 16 },
  { format: 'int8', groupSize: 16, accumulate: 1 },
  { format: 'int8-min', groupSize: 32 },
] as const)('matmul/tiled-int8 %j', ({ format, groupSize, ...options }) => {
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 65, in_features: 96, out_features: 68 },
    { num_tokens: 63, in_features: 1056, out_features: 64 },
    offsetShape,
  ])('%j', (shape) => gpu.compare(matmulCase(tiledInt8, { format, groupSize }, shape, options)));
});

test('matmul/tiled-int8 of nothing but zeros gives zeros', async () => {
  const shape = { num_tokens: 3, in_features: 64, out_features: 8 };
  const own = matmulCase(tiledInt8, { format: 'int4', groupSize: 32 }, shape);
  const buffers: typeof own.buffers = (random) => ({ ...own.buffers(random), x: new Float32Array(256) });
  await gpu.compare({ ...own, buffers });
});

describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'int8', groupSize: 16, overrides: { WORKGROUP_SIZE: 32 } },
] as const)('matmul/subgroup %j', ({ format, groupSize, ...options }) => {
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 17, in_features: 96, out_features: 36 },
    { num_tokens: 33, in_features: 160, out_features: 260 },
    offsetShape,
  ])('%j', (shape) => gpu.compare(matmulCase(subgroup, { format, groupSize }, shape, options)));
  test('adds to y', () =>
    gpu.compare(matmulCase(subgroup, { format, groupSize }, offsetShape, { ...options, accumulate: 1 })));
});

// Columns that fill no round of a subgroup, and rounds that end in the middle of one.
describe('matmul/subgroup shapes', () => {
  test.each([
    { num_tokens: 15, in_features: 8, out_features: 12 },
    { num_tokens: 16, in_features: 24, out_features: 252 },
    { num_tokens: 31, in_features: 104, out_features: 256 },
    { num_tokens: 47, in_features: 136, out_features: 532, first_token: 16 },
  ])('%j', (shape) => gpu.compare(matmulCase(subgroup, { format: 'f16', groupSize: 1 }, shape)));
});

const gatedShapes = [
  { num_tokens: 1, first_token: 0, in_features: 32, out_features: 4 },
  { num_tokens: 19, first_token: 7, in_features: 96, out_features: 68 },
  { num_tokens: 33, first_token: 0, in_features: 64, out_features: 128 },
  { num_tokens: 65, first_token: 1, in_features: 32, out_features: 52 },
] as const;

describe.each([
  { format: 'int4', groupSize: 32, WORKGROUP_SIZE: 16, ACTIVATION: 0 },
  { format: 'int8', groupSize: 16, WORKGROUP_SIZE: 4, ACTIVATION: 0 },
  { format: 'f32', groupSize: 1, WORKGROUP_SIZE: 4, ACTIVATION: 1 },
] as const)(
  'matmul/gated $format, workgroup size of quads $WORKGROUP_SIZE, activation $ACTIVATION',
  ({ WORKGROUP_SIZE, ACTIVATION, ...weights }) => {
    const overrides = { ...weightOverrides(weights), ACTIVATION };
    test.each(gatedShapes)('in quads %j', (shape) =>
      gpu.compare(gatedCase(matmulGated.bodies.quad, { ...overrides, WORKGROUP_SIZE }, shape)),
    );
    test.each(gatedShapes)('in tiles %j', (shape) =>
      gpu.compare(gatedCase(matmulGated.bodies.tiled, overrides, shape)),
    );
    test.each(
      weights.format === 'int8'
        ? []
        : [
            ...gatedShapes.slice(1, 3),
            { num_tokens: 129, first_token: 3, in_features: 40, out_features: 132 },
          ],
    )('in tiles of 128 %j', (shape) =>
      gpu.compare(gatedCase(matmulGated.bodies['tiled-128'], overrides, shape)),
    );
    test.each(weights.format === 'int4' ? gatedShapes : [])(
      'in tiles and halves of the columns %j',
      (shape) => gpu.compare(gatedCase(matmulGated.bodies['tiled-split-k'], overrides, shape)),
    );
    // Weights of f32 have no body of int8, and of a handful of outputs an NMSE says nothing.
    test.each(weights.format === 'f32' ? [] : gatedShapes.slice(1))('in tiles of int8 %j', (shape) =>
      gpu.compare(gatedCase(matmulGated.bodies['tiled-int8'], overrides, shape)),
    );
  },
);

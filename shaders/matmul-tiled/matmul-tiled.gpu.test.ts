import { describe, test } from 'vitest';
import { matmulCase, offsetShape } from '../testing/matmul-case.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matmulTiled } from './matmul-tiled.ts';

const gpu = useGpu();

// Tiles of 64 x 64, and of 32 tokens x 16 outputs with more columns than the lanes can load at once.
describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'int8', groupSize: 16, overrides: { WORKGROUP_SIZE: 8, LANES_OUT: 2, TILE_K: 64 } },
] as const)('matmul-tiled %j', ({ format, groupSize, ...options }) => {
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 63, in_features: 96, out_features: 68 },
    { num_tokens: 65, in_features: 160, out_features: 64 },
    offsetShape,
  ])('%j', (shape) => gpu.compare(matmulCase(matmulTiled, { format, groupSize }, shape, options)));
  test('adds to y', () =>
    gpu.compare(matmulCase(matmulTiled, { format, groupSize }, offsetShape, { ...options, accumulate: 1 })));
});

describe('matmul-tiled shapes', () => {
  test.each([
    { num_tokens: 7, in_features: 8, out_features: 12 },
    { num_tokens: 64, in_features: 24, out_features: 60 },
    { num_tokens: 33, in_features: 40, out_features: 252 },
    { num_tokens: 129, in_features: 104, out_features: 132 },
    { num_tokens: 47, in_features: 16, out_features: 532, first_token: 16 },
  ])('%j', (shape) => gpu.compare(matmulCase(matmulTiled, { format: 'f16', groupSize: 1 }, shape)));
});

import { describe, test } from 'vitest';
import { matmulCase, offsetShape } from '../testing/matmul-case.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matmulSubgroup } from './matmul-subgroup.ts';

const gpu = useGpu();

describe.each([
  { format: 'int4', groupSize: 32 },
  { format: 'int8', groupSize: 16, overrides: { WORKGROUP_SIZE: 32 } },
] as const)('matmul-subgroup %j', ({ format, groupSize, ...options }) => {
  test.each([
    { num_tokens: 1, in_features: 32, out_features: 4 },
    { num_tokens: 17, in_features: 96, out_features: 36 },
    { num_tokens: 33, in_features: 160, out_features: 260 },
    offsetShape,
  ])('%j', (shape) => gpu.compare(matmulCase(matmulSubgroup, { format, groupSize }, shape, options)));
  test('adds to y', () =>
    gpu.compare(
      matmulCase(matmulSubgroup, { format, groupSize }, offsetShape, { ...options, accumulate: 1 }),
    ));
});

// Columns that fill no round of a subgroup, and rounds that end in the middle of one.
describe('matmul-subgroup shapes', () => {
  test.each([
    { num_tokens: 15, in_features: 8, out_features: 12 },
    { num_tokens: 16, in_features: 24, out_features: 252 },
    { num_tokens: 31, in_features: 104, out_features: 256 },
    { num_tokens: 47, in_features: 136, out_features: 532, first_token: 16 },
  ])('%j', (shape) => gpu.compare(matmulCase(matmulSubgroup, { format: 'f16', groupSize: 1 }, shape)));
});

import { describe, test } from 'vitest';
import { weightCases } from '../lib/weights.ref.ts';
import { matmulCase, offsetShape } from '../testing/matmul-case.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matmul } from './matmul.ts';

const gpu = useGpu();

// A pipeline takes a software adapter a second and more, so the variants share them: one a format.
const variants = [
  {},
  {},
  { overrides: { WORKGROUP_SIZE: 1 } },
  { accumulate: 1 },
  { accumulate: 1, overrides: { WORKGROUP_SIZE: 64 } },
  { overrides: { WORKGROUP_SIZE: 4 } },
] as const;

describe.each(weightCases.map((weights, i) => ({ ...weights, ...variants[i] })))(
  'matmul %j',
  ({ format, groupSize, ...options }) => {
    test.each([
      { num_tokens: 1, in_features: 32, out_features: 4 },
      { num_tokens: 17, in_features: 96, out_features: 36 },
      offsetShape,
    ])('%j', (shape) => gpu.compare(matmulCase(matmul, { format, groupSize }, shape, options)));
  },
);

describe('matmul shapes', () => {
  test.each([
    { num_tokens: 15, in_features: 8, out_features: 12 },
    { num_tokens: 16, in_features: 8, out_features: 16 },
    { num_tokens: 33, in_features: 40, out_features: 252 },
    { num_tokens: 31, in_features: 104, out_features: 256 },
    { num_tokens: 2, in_features: 8, out_features: 260 },
    { num_tokens: 47, in_features: 16, out_features: 532, first_token: 16 },
  ])('%j', (shape) => gpu.compare(matmulCase(matmul, { format: 'f32', groupSize: 1 }, shape)));
});

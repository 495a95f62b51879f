import { describe, test } from 'vitest';
import { randomWeights, weightCases } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matmulTwin } from './matmul.ref.ts';
import { matmul } from './matmul.ts';

const gpu = useGpu();

interface Shape {
  readonly num_tokens: number;
  readonly in_features: number;
  readonly out_features: number;
  readonly first_token?: number;
  readonly weight_row?: number;
  readonly out_offset?: number;
  /** Columns of y to the right of the outputs. */
  readonly margin?: number;
}

// A pipeline takes a software adapter a second and more, so the variants share them: one a format.
const variants = [
  {},
  {},
  { WORKGROUP_SIZE: 1 },
  { accumulate: 1 },
  { accumulate: 1, WORKGROUP_SIZE: 64 },
  { WORKGROUP_SIZE: 4 },
] as const satisfies readonly { readonly accumulate?: 0 | 1; readonly WORKGROUP_SIZE?: number }[];

async function check(
  weights: (typeof weightCases)[number],
  { accumulate = 0, ...overrides }: { readonly accumulate?: 0 | 1; readonly WORKGROUP_SIZE?: number },
  { first_token = 0, weight_row = 0, out_offset = 0, margin = 0, ...shape }: Shape,
): Promise<void> {
  const out_stride = out_offset + shape.out_features + margin;
  const numRows = first_token + shape.num_tokens;
  // Rows around the used ones, so that a read of a wrong one shows.
  const layout = { ...weights, rows: weight_row + shape.out_features + 1, cols: shape.in_features };
  await gpu.compare({
    kernel: matmul,
    twin: matmulTwin,
    overrides: { ...weightOverrides(weights), ...overrides },
    uniforms: { ...shape, first_token, weight_row, out_offset, out_stride, accumulate },
    buffers: (random) => ({
      ...randomWeights(random, layout),
      x: random.f32((numRows + 1) * shape.in_features),
      y: accumulate === 1 ? random.f32((numRows + 1) * out_stride) : poisonF32((numRows + 1) * out_stride),
    }),
    tolerance: 'reduction-f32',
  });
}

describe.each(weightCases.map((weights, i) => ({ ...weights, ...variants[i] })))(
  'matmul %j',
  ({ format, groupSize, ...options }) => {
    test.each([
      { num_tokens: 1, in_features: 32, out_features: 4 },
      { num_tokens: 17, in_features: 96, out_features: 36 },
      {
        num_tokens: 19,
        in_features: 64,
        out_features: 20,
        first_token: 7,
        weight_row: 3,
        out_offset: 8,
        margin: 4,
      },
    ])('%j', (shape) => check({ format, groupSize }, options, shape));
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
  ])('%j', (shape) => check({ format: 'f32', groupSize: 1 }, {}, shape));
});

import { describe, test } from 'vitest';
import { randomWeights, weightCases } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { matmulTwin } from '../matmul/matmul.ref.ts';
import { poisonF32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import { matvec } from './matvec.ts';

const gpu = useGpu();

interface Shape {
  readonly in_features: number;
  readonly out_features: number;
  readonly weight_row?: number;
  readonly out_offset?: number;
}

function check(
  weights: (typeof weightCases)[number],
  { weight_row = 0, out_offset = 0, ...shape }: Shape,
  { accumulate = 0, ...overrides }: { readonly accumulate?: 0 | 1; readonly WORKGROUP_SIZE?: number } = {},
  kernel = matvec,
): Promise<void> {
  const length = out_offset + shape.out_features + 5;
  const layout = { ...weights, rows: weight_row + shape.out_features + 1, cols: shape.in_features };
  return gpu.compare({
    kernel,
    twin: (buffers, u, o) =>
      matmulTwin(buffers, { ...u, first_token: 0, num_tokens: 1, out_stride: length }, o),
    overrides: { ...weightOverrides(weights), ...overrides },
    uniforms: { ...shape, weight_row, out_offset, accumulate },
    buffers: (random) => ({
      ...randomWeights(random, layout),
      x: random.f32(shape.in_features),
      y: accumulate === 1 ? random.f32(length) : poisonF32(length),
    }),
    tolerance: 'reduction-f32',
  });
}

describe.each(weightCases)('matvec $format, groups of $groupSize', (weights) => {
  test.each([
    { in_features: 32, out_features: 1 },
    { in_features: 96, out_features: 67 },
    { in_features: 64, out_features: 32, weight_row: 5, out_offset: 3 },
  ])('%j', (shape) => check(weights, shape));
});

describe('matvec shapes', () => {
  const f32 = { format: 'f32', groupSize: 1 } as const;
  test.each([
    { in_features: 8, out_features: 63 },
    { in_features: 16, out_features: 64 },
    { in_features: 1016, out_features: 65 },
    { in_features: 8, out_features: 257 },
  ])('%j', (shape) => check(f32, shape));
  const int4 = { format: 'int4', groupSize: 32 } as const;
  const options = { accumulate: 1 as const, WORKGROUP_SIZE: 7 };
  test('accumulate, workgroup size 7', () =>
    check(int4, { in_features: 64, out_features: 50, out_offset: 2 }, options));
  test('grid folded over y', () =>
    check(int4, { in_features: 32, out_features: 230 }, options, { ...matvec, grid: () => [4, 3, 1] }));
});

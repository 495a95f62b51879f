// The test cases of every body of matmul: one product of a shape against the twin they share. And those of the self-test.
import type { ToleranceClass } from '@longread/core';
import { randomWeights, type weightCases, weightsOf } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import type { KernelSpec } from '../kernel.ts';
import type { KernelOf } from '../operation.ts';
import { casesOf, type Cases, type Overrides } from '../testing/case.ts';
import { poisonF32, type CaseOf } from '../testing/data.ts';
import { matmulGatedTwin, matmulTwin } from './matmul.ref.ts';
import { matmul, matmulGated } from './matmul.ts';

export interface MatmulShape {
  readonly num_tokens: number;
  readonly in_features: number;
  readonly out_features: number;
  readonly first_token?: number;
  readonly weight_row?: number;
  readonly out_offset?: number;
  /** Columns of y to the right of the outputs. */
  readonly margin?: number;
}

export interface MatmulOptions {
  readonly accumulate?: 0 | 1;
  readonly overrides?: Readonly<Record<string, number>>;
}

/** A product of random matrices. */
export function matmulCase(
  kernel: KernelOf<typeof matmul>,
  weights: (typeof weightCases)[number],
  { first_token = 0, weight_row = 0, out_offset = 0, margin = 0, ...shape }: MatmulShape,
  { accumulate = 0, overrides = {} }: MatmulOptions = {},
): CaseOf<typeof matmul> {
  const out_stride = out_offset + shape.out_features + margin;
  const numRows = first_token + shape.num_tokens;
  // Rows around the used ones, so that a read of a wrong one shows.
  const layout = { ...weights, rows: weight_row + shape.out_features + 1, cols: shape.in_features };
  return {
    kernel,
    twin: matmulTwin,
    overrides: { ...weightOverrides(weights), ...overrides },
    uniforms: { ...shape, first_token, weight_row, out_offset, out_stride, accumulate },
    buffers: (random) => ({
      ...randomWeights(random, layout),
      x: random.f32((numRows + 1) * shape.in_features),
      y: accumulate === 1 ? random.f32((numRows + 1) * out_stride) : poisonF32((numRows + 1) * out_stride),
    }),
    tolerance: toleranceOf(kernel),
  };
}

/** What is rounded on the way decides. */
function toleranceOf({ features = [] }: KernelSpec): ToleranceClass {
  if (features.includes('packed_4x8_integer_dot_product')) return 'int8-inputs';
  return features.includes('shader-f16') ? 'f16-storage' : 'reduction-f32';
}

/** Gate, up and activation of random matrices. */
export function gatedCase(
  kernel: KernelOf<typeof matmulGated>,
  overrides: Overrides,
  shape: Required<Pick<MatmulShape, 'first_token' | 'num_tokens' | 'in_features' | 'out_features'>>,
): CaseOf<typeof matmulGated> {
  const { first_token, num_tokens, in_features, out_features } = shape;
  const numRows = first_token + num_tokens + 1;
  return {
    kernel,
    twin: matmulGatedTwin,
    overrides,
    uniforms: shape,
    buffers: (random) => ({
      ...randomWeights(random, { ...weightsOf(overrides), rows: 2 * out_features + 1, cols: in_features }),
      x: random.f32(numRows * in_features),
      y: poisonF32(numRows * out_features),
    }),
    tolerance: toleranceOf(kernel),
  };
}

/** Offsets, margins and other rows around: what a wrong index would hit. */
export const offsetShape: MatmulShape = {
  num_tokens: 19,
  in_features: 64,
  out_features: 20,
  first_token: 7,
  weight_row: 3,
  out_offset: 8,
  margin: 4,
};

/** Ragged in all three sizes, wider than one tile of the body, and for lanes of several quads. */
const shapeFor = ({ name }: KernelSpec) => ({
  num_tokens: name.endsWith('-128') ? 131 : 67,
  in_features: 96,
  out_features: 148,
});

export const matmulCases: Cases = {
  ...casesOf(matmul, (kernel, overrides) => matmulCase(kernel, weightsOf(overrides), shapeFor(kernel))),
  ...casesOf(matmulGated, (kernel, overrides) =>
    gatedCase(kernel, overrides, { ...shapeFor(kernel), first_token: 1 }),
  ),
};

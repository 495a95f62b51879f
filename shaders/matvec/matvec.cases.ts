// The test cases of every body of matvec: one product of a shape against the twin they share. And those of the self-test.
import { randomWeights, type weightCases, weightsOf } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import type { KernelOf } from '../operation.ts';
import { casesOf, type Cases, type Overrides } from '../testing/case.ts';
import { poisonF32, type CaseOf } from '../testing/data.ts';
import { matvecFusedTwin, matvecGatedTwin, matvecTwin } from './matvec.ref.ts';
import { matvec, matvecFused, matvecGated } from './matvec.ts';

export interface MatvecShape {
  readonly in_features: number;
  readonly out_features: number;
  readonly weight_row?: number;
  readonly out_offset?: number;
}

/** A product of a random matrix and vector. */
export function matvecCase(
  kernel: KernelOf<typeof matvec>,
  weights: (typeof weightCases)[number],
  { weight_row = 0, out_offset = 0, ...shape }: MatvecShape,
  { accumulate = 0, ...overrides }: { readonly accumulate?: 0 | 1; readonly WORKGROUP_SIZE?: number } = {},
): CaseOf<typeof matvec> {
  const length = out_offset + shape.out_features + 5;
  const layout = { ...weights, rows: weight_row + shape.out_features + 1, cols: shape.in_features };
  return {
    kernel,
    twin: matvecTwin,
    overrides: { ...weightOverrides(weights), ...overrides },
    uniforms: { ...shape, weight_row, out_offset, accumulate },
    buffers: (random) => ({
      ...randomWeights(random, layout),
      x: random.f32(shape.in_features),
      y: accumulate === 1 ? random.f32(length) : poisonF32(length),
    }),
    tolerance: 'reduction-f32',
  };
}

/** A fused product: normalised or gated or both, as the overrides say. */
export function fusedCase(
  kernel: KernelOf<typeof matvecFused>,
  overrides: Overrides,
  shape: { readonly in_features: number; readonly out_features: number; readonly out_offset: number },
): CaseOf<typeof matvecFused> {
  const { in_features, out_features, out_offset } = shape;
  const rows = (overrides.GATED === 1 ? 2 : 1) * out_features + 1;
  return {
    kernel,
    twin: matvecFusedTwin,
    uniforms: { ...shape, eps: 1e-5 },
    buffers: (random) => ({
      ...randomWeights(random, { ...weightsOf(overrides), rows, cols: in_features }),
      x: random.f32(in_features, 3),
      norm: random.f32(in_features),
      y: poisonF32(out_offset + out_features + 5),
    }),
    tolerance: 'reduction-f32',
  };
}

export const matvecCases: Cases = {
  ...casesOf(matvec, (kernel, overrides) =>
    matvecCase(kernel, weightsOf(overrides), { in_features: 96, out_features: 67 }),
  ),
  ...casesOf(matvecFused, (kernel, overrides) =>
    fusedCase(kernel, overrides, { in_features: 288, out_features: 67, out_offset: 3 }),
  ),
  ...casesOf(matvecGated, (kernel, overrides) => {
    const shape = { in_features: 96, out_features: 67 };
    const layout = { ...weightsOf(overrides), rows: 2 * shape.out_features + 1, cols: shape.in_features };
    return {
      kernel,
      twin: matvecGatedTwin,
      uniforms: shape,
      buffers: (random) => ({
        ...randomWeights(random, layout),
        x: random.f32(shape.in_features),
        y: poisonF32(shape.out_features),
      }),
      tolerance: 'reduction-f32',
    };
  }),
};

// The test case of every matvec variant: one product of a shape against matmul's twin with one token.
import type { KernelSpec } from '../kernel.ts';
import { randomWeights, type weightCases } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { matmulTwin } from '../matmul/matmul.ref.ts';
import type { matvec } from '../matvec/matvec.ts';
import { poisonF32, type KernelCase } from './data.ts';

export interface MatvecShape {
  readonly in_features: number;
  readonly out_features: number;
  readonly weight_row?: number;
  readonly out_offset?: number;
}

type Names<S> = S extends KernelSpec<infer B, infer U> ? [B, U] : never;
type Bindings = Names<typeof matvec>[0];
type Uniforms = Names<typeof matvec>[1];

/** A product by `kernel`, a variant with the signature of matvec. */
export function matvecCase(
  kernel: KernelSpec<Bindings, Uniforms, 'WEIGHT_FORMAT' | 'GROUP_SIZE'>,
  weights: (typeof weightCases)[number],
  { weight_row = 0, out_offset = 0, ...shape }: MatvecShape,
  { accumulate = 0, ...overrides }: { readonly accumulate?: 0 | 1; readonly WORKGROUP_SIZE?: number } = {},
): KernelCase<Bindings, Uniforms, 'WEIGHT_FORMAT' | 'GROUP_SIZE'> {
  const length = out_offset + shape.out_features + 5;
  const layout = { ...weights, rows: weight_row + shape.out_features + 1, cols: shape.in_features };
  return {
    kernel,
    twin: (buffers, u, o) =>
      matmulTwin(
        buffers,
        { ...u, first_token: 0, num_tokens: 1, out_stride: length },
        { ...o, WORKGROUP_SIZE: 0 },
      ),
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

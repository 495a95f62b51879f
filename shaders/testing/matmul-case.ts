// The test case of every prefill matmul variant: one product of a shape against the twin they share.
import type { ToleranceClass } from '@longread/core';
import type { KernelSpec } from '../kernel.ts';
import { randomWeights, type weightCases } from '../lib/weights.ref.ts';
import { weightOverrides } from '../lib/weights.ts';
import { matmulTwin } from '../matmul/matmul.ref.ts';
import type { matmul } from '../matmul/matmul.ts';
import { poisonF32, type KernelCase } from './data.ts';

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

type Names<S> = S extends KernelSpec<infer B, infer U> ? [B, U] : never;
type Bindings = Names<typeof matmul>[0];
type Uniforms = Names<typeof matmul>[1];

export interface MatmulOptions {
  readonly accumulate?: 0 | 1;
  readonly overrides?: Readonly<Record<string, number>>;
  readonly tolerance?: ToleranceClass;
}

/** A product of random matrices by `kernel`, a variant with the signature of matmul. */
export function matmulCase(
  kernel: KernelSpec<Bindings, Uniforms, 'WEIGHT_FORMAT' | 'GROUP_SIZE'>,
  weights: (typeof weightCases)[number],
  { first_token = 0, weight_row = 0, out_offset = 0, margin = 0, ...shape }: MatmulShape,
  { accumulate = 0, overrides = {}, tolerance = 'reduction-f32' }: MatmulOptions = {},
): KernelCase<Bindings, Uniforms, 'WEIGHT_FORMAT' | 'GROUP_SIZE'> {
  const out_stride = out_offset + shape.out_features + margin;
  const numRows = first_token + shape.num_tokens;
  // Rows around the used ones, so that a read of a wrong one shows.
  const layout = { ...weights, rows: weight_row + shape.out_features + 1, cols: shape.in_features };
  return {
    kernel,
    twin: (buffers, u, o) => matmulTwin(buffers, u, { ...o, WORKGROUP_SIZE: 0 }),
    overrides: { ...weightOverrides(weights), ...overrides },
    uniforms: { ...shape, first_token, weight_row, out_offset, out_stride, accumulate },
    buffers: (random) => ({
      ...randomWeights(random, layout),
      x: random.f32((numRows + 1) * shape.in_features),
      y: accumulate === 1 ? random.f32((numRows + 1) * out_stride) : poisonF32((numRows + 1) * out_stride),
    }),
    tolerance,
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

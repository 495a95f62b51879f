// Multiplies activations by projections: picks the compiled kernel of each weight layout, cuts long products by rows.
import { invariant } from '@longread/core';
import type { Gpu, Kernel } from '@longread/gpu';
import { matmul, matvec, weightOverrides, type KernelSpec } from '@longread/shaders';
import type { Matrix, Model, Projection } from '../load.ts';

/** Outputs `first .. first + count - 1` of a projection. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

export interface Projector {
  /** y[t] (+)= W x[t] for tokens 0 .. numTokens - 1; `range` picks outputs, all when absent. */
  many(
    projection: Projection,
    x: GPUBuffer,
    y: GPUBuffer,
    numTokens: number,
    accumulate: boolean,
    range: RowRange | undefined,
  ): void;
  /** y (+)= W x for one token. */
  one(projection: Projection, x: GPUBuffer, y: GPUBuffer, accumulate: boolean): void;
}

type Compiled<S> = S extends KernelSpec<infer B, infer U, infer O> ? Kernel<B, U, O> : never;

/** @throws ShaderCompileError */
export async function createProjector(gpu: Gpu, model: Model): Promise<Projector> {
  const { recorder } = gpu;
  const kernels = await compileMatrices(gpu, model);
  return {
    many: (projection, x, y, numTokens, accumulate, range) => {
      const { inFeatures, outFeatures } = projection;
      const from = range?.first ?? 0;
      const to = from + (range?.count ?? outFeatures);
      for (const { matrix, outOffset } of projection.parts) {
        const first = Math.max(from, outOffset);
        const count = Math.min(to, outOffset + matrix.layout.rows) - first;
        if (count <= 0) continue;
        const { quants, scales } = matrix;
        const step = recorder.rowsPerDispatch(2 * inFeatures * count, 16);
        for (let token = 0; token < numTokens; token += step) {
          recorder.dispatch(
            kernels.many(matrix, accumulate),
            { quants, scales, x, y },
            {
              first_token: token,
              num_tokens: Math.min(step, numTokens - token),
              in_features: inFeatures,
              out_features: count,
              weight_row: first - outOffset,
              out_offset: first,
              out_stride: outFeatures,
            },
          );
        }
      }
    },
    one: (projection, x, y, accumulate) => {
      for (const { matrix, outOffset } of projection.parts) {
        const { quants, scales, layout } = matrix;
        recorder.dispatch(
          kernels.one(matrix, accumulate),
          { quants, scales, x, y },
          {
            in_features: projection.inFeatures,
            out_features: layout.rows,
            weight_row: 0,
            out_offset: outOffset,
          },
        );
      }
    },
  };
}

interface MatrixKernels {
  many(matrix: Matrix, accumulate: boolean): Compiled<typeof matmul>;
  one(matrix: Matrix, accumulate: boolean): Compiled<typeof matvec>;
}

/** Compiles, all at once, the kernel of each use and weight layout that the model has. */
async function compileMatrices(gpu: Gpu, model: Model): Promise<MatrixKernels> {
  const many = new Map<string, Compiled<typeof matmul>>();
  const one = new Map<string, Compiled<typeof matvec>>();
  const keyOf = ({ layout }: Matrix, accumulate: boolean) =>
    `${layout.format} ${layout.groupSize} ${accumulate}`;
  const compile = async ({ parts }: Projection, accumulate: boolean, uses: { readonly many: boolean }) => {
    for (const { matrix } of parts) {
      const key = keyOf(matrix, accumulate);
      const overrides = { ...weightOverrides(matrix.layout), ACCUMULATE: accumulate ? 1 : 0 };
      one.set(key, await gpu.kernels.get(matvec, overrides));
      if (uses.many) many.set(key, await gpu.kernels.get(matmul, overrides));
    }
  };
  await Promise.all([
    ...model.layers.flatMap(({ qkv, gateUp }) => [qkv, gateUp].map((p) => compile(p, false, { many: true }))),
    ...model.layers.flatMap(({ attentionOutput, down }) =>
      [attentionOutput, down].map((p) => compile(p, true, { many: true })),
    ),
    compile(model.lmHead, false, { many: false }), // one row of logits at a time
  ]);
  const found = <K>(kernels: ReadonlyMap<string, K>, matrix: Matrix, accumulate: boolean): K => {
    const kernel = kernels.get(keyOf(matrix, accumulate));
    invariant(kernel, `no kernel was compiled for ${keyOf(matrix, accumulate)}`);
    return kernel;
  };
  return {
    many: (matrix, accumulate) => found(many, matrix, accumulate),
    one: (matrix, accumulate) => found(one, matrix, accumulate),
  };
}

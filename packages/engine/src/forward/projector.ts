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
            kernels.many(matrix),
            { quants, scales, x, y },
            {
              first_token: token,
              num_tokens: Math.min(step, numTokens - token),
              in_features: inFeatures,
              out_features: count,
              weight_row: first - outOffset,
              out_offset: first,
              out_stride: outFeatures,
              accumulate: accumulate ? 1 : 0,
            },
          );
        }
      }
    },
    one: (projection, x, y, accumulate) => {
      for (const { matrix, outOffset } of projection.parts) {
        const { quants, scales, layout } = matrix;
        recorder.dispatch(
          kernels.one(matrix),
          { quants, scales, x, y },
          {
            in_features: projection.inFeatures,
            out_features: layout.rows,
            weight_row: 0,
            out_offset: outOffset,
            accumulate: accumulate ? 1 : 0,
          },
        );
      }
    },
  };
}

interface MatrixKernels {
  many(matrix: Matrix): Compiled<typeof matmul>;
  one(matrix: Matrix): Compiled<typeof matvec>;
}

/** Compiles, all at once, the kernels of each weight layout that the model has. */
async function compileMatrices(gpu: Gpu, model: Model): Promise<MatrixKernels> {
  const many = new Map<string, Compiled<typeof matmul>>();
  const one = new Map<string, Compiled<typeof matvec>>();
  const keyOf = ({ layout }: Matrix) => `${layout.format} ${layout.groupSize}`;
  const inLayers = model.layers.flatMap((w) => [w.qkv, w.attentionOutput, w.gateUp, w.down]);
  const matricesOf = (projections: readonly Projection[]) =>
    projections.flatMap(({ parts }) => parts.map(({ matrix }) => matrix));
  await Promise.all([
    ...matricesOf(inLayers).map(async (matrix) => {
      many.set(keyOf(matrix), await gpu.kernels.get(matmul, weightOverrides(matrix.layout)));
    }),
    ...matricesOf([...inLayers, model.lmHead]).map(async (matrix) => {
      one.set(keyOf(matrix), await gpu.kernels.get(matvec, weightOverrides(matrix.layout)));
    }),
  ]);
  const found = <K>(kernels: ReadonlyMap<string, K>, matrix: Matrix): K => {
    const kernel = kernels.get(keyOf(matrix));
    invariant(kernel, `no kernel was compiled for ${keyOf(matrix)}`);
    return kernel;
  };
  return { many: (matrix) => found(many, matrix), one: (matrix) => found(one, matrix) };
}

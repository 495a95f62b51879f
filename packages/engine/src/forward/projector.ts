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

interface MatrixKernels {
  readonly many: Compiled<typeof matmul>;
  readonly one: Compiled<typeof matvec>;
}

/** @throws ShaderCompileError */
export async function createProjector(gpu: Gpu, model: Model): Promise<Projector> {
  const { recorder } = gpu;
  const kernelsOf = await compileMatrices(gpu, model);
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
            kernelsOf(matrix, accumulate).many,
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
          kernelsOf(matrix, accumulate).one,
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

/** Compiles the kernels of each weight layout in the model: many tokens or one, plain or accumulating. */
async function compileMatrices(
  gpu: Gpu,
  model: Model,
): Promise<(matrix: Matrix, accumulate: boolean) => MatrixKernels> {
  const table = new Map<string, MatrixKernels>();
  const keyOf = ({ layout }: Matrix, accumulate: boolean) =>
    `${layout.format} ${layout.groupSize} ${accumulate}`;
  const projections = model.layers.flatMap((w) => [w.qkv, w.attentionOutput, w.gateUp, w.down]);
  for (const { matrix } of [...projections, model.lmHead].flatMap(({ parts }) => parts)) {
    for (const accumulate of [false, true]) {
      const key = keyOf(matrix, accumulate);
      if (table.has(key)) continue;
      const overrides = { ...weightOverrides(matrix.layout), ACCUMULATE: accumulate ? 1 : 0 };
      table.set(key, {
        many: await gpu.kernels.get(matmul, overrides),
        one: await gpu.kernels.get(matvec, overrides),
      });
    }
  }
  return (matrix, accumulate) => {
    const kernels = table.get(keyOf(matrix, accumulate));
    invariant(kernels, `no kernel was compiled for ${keyOf(matrix, accumulate)}`);
    return kernels;
  };
}

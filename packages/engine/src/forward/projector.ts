// Multiplies activations by projections: picks the compiled kernel of each matrix, cuts long products by rows.
import { invariant } from '@longread/core';
import type { Gpu, Kernel } from '@longread/gpu';
import {
  activationOverrides,
  matmul,
  matmulGated,
  matvec,
  matvecGated,
  type KernelSpec,
  type KernelVariant,
  type MatmulSpec,
  type MatvecSpec,
} from '@longread/shaders';
import type { Matrix, Model, Projection } from '../load.ts';
import { untestedChoice, type Compiled, type KernelChoice } from '../kernels/choose.ts';
import { layerMatrices, lmHeadMatrices, matmulsFor, matvecsFor } from '../kernels/preferences.ts';

/** Outputs `first .. first + count - 1` of a projection. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

/** Tokens `firstToken .. firstToken + numTokens - 1` of a pass. */
export interface TokenRange {
  readonly firstToken: number;
  readonly numTokens: number;
}

export interface Projector {
  /** y[t] (+)= W x[t] for the tokens; `range` picks outputs, all when absent. */
  many(
    projection: Projection,
    x: GPUBuffer,
    y: GPUBuffer,
    tokens: TokenRange,
    accumulate: boolean,
    range: RowRange | undefined,
  ): void;
  /** y (+)= W x for one token. */
  one(projection: Projection, x: GPUBuffer, y: GPUBuffer, accumulate: boolean): void;
  /** y[t] = activated(gate x[t]) * (up x[t]) for the tokens, when a single kernel does it; false, and nothing recorded, when none does. */
  gatedMany(gateUp: Projection, x: GPUBuffer, y: GPUBuffer, tokens: TokenRange): boolean;
  /** The same for one token; `x` is asked for where there is such a kernel. */
  gatedOne(gateUp: Projection, x: () => GPUBuffer, y: GPUBuffer): boolean;
}

/**
 * Compiles the kernels for each matrix of the model: those that the tuning table prefers, the defaults where it says nothing.
 * @throws WebGpuUnavailableError (nothing is right here)
 */
export async function createProjector(
  gpu: Gpu,
  model: Model,
  choice: KernelChoice = untestedChoice(gpu),
): Promise<Projector> {
  const { recorder } = gpu;
  const matvecs = (matrix: Matrix) => matvecsFor(gpu, matrix, choice.rows);
  const matmuls = (matrix: Matrix) => matmulsFor(gpu, matrix, choice.rows);
  const [manyKernels, oneKernels, gatedManyKernels, gatedOneKernels] = await Promise.all([
    compileFor(choice, layerMatrices(model), matmuls),
    compileFor(choice, [...layerMatrices(model), ...lmHeadMatrices(model)], matvecs),
    compileGated(choice, model, matmulGated, matmul, matmuls),
    compileGated(choice, model, matvecGated, matvec, matvecs),
  ]);
  /** Cuts a pass so that no dispatch takes too long; the steps as uniforms. */
  function* inSteps(
    kernel: Pick<Kernel, 'key'>,
    flopsPerToken: number,
    { firstToken, numTokens }: TokenRange,
  ): Generator<{ readonly first_token: number; readonly num_tokens: number }, void> {
    const end = firstToken + numTokens;
    const step = recorder.rowsPerDispatch(kernel, flopsPerToken, 16);
    for (let token = firstToken; token < end; token += step)
      yield { first_token: token, num_tokens: Math.min(step, end - token) };
  }
  return {
    many: (projection, x, y, tokens, accumulate, range) => {
      const { inFeatures, outFeatures } = projection;
      const from = range?.first ?? 0;
      const to = from + (range?.count ?? outFeatures);
      for (const { matrix, outOffset } of projection.parts) {
        const first = Math.max(from, outOffset);
        const count = Math.min(to, outOffset + matrix.layout.rows) - first;
        if (count <= 0) continue;
        const { quants, scales } = matrix;
        const kernel = manyKernels(matrix);
        for (const step of inSteps(kernel, 2 * inFeatures * count, tokens)) {
          recorder.dispatch(
            kernel,
            { quants, scales, x, y },
            {
              ...step,
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
          oneKernels(matrix),
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
    gatedMany: ({ parts, inFeatures, outFeatures }, x, y, tokens) => {
      const matrix = parts[0]?.matrix;
      const kernel = matrix && gatedManyKernels.get(matrix);
      if (matrix === undefined || kernel === undefined) return false;
      const { quants, scales } = matrix;
      const shape = { in_features: inFeatures, out_features: outFeatures / 2 };
      for (const step of inSteps(kernel, 2 * inFeatures * outFeatures, tokens))
        recorder.dispatch(kernel, { quants, scales, x, y }, { ...step, ...shape });
      return true;
    },
    gatedOne: ({ parts, inFeatures, outFeatures }, x, y) => {
      const matrix = parts[0]?.matrix;
      const kernel = matrix && gatedOneKernels.get(matrix);
      if (matrix === undefined || kernel === undefined) return false;
      const { quants, scales } = matrix;
      const shape = { in_features: inFeatures, out_features: outFeatures / 2 };
      recorder.dispatch(kernel, { quants, scales, x: x(), y }, shape);
      return true;
    },
  };
}

/**
 * The fused form of gate, up and activation, for the stacked matrices whose products go fastest by a body that has one, as that runs. Where
 * the device does it wrong there is none, and the products are taken apart.
 */
async function compileGated<S extends KernelSpec>(
  choice: KernelChoice,
  { layers, config }: Model,
  fused: { readonly bodies: Readonly<Record<string, S>> },
  { bodies }: typeof matmul | typeof matvec,
  variantsFor: (matrix: Matrix) => readonly KernelVariant<MatmulSpec | MatvecSpec>[],
): Promise<ReadonlyMap<Matrix, Compiled<S>>> {
  const bodyOf = (wanted: KernelSpec) =>
    Object.entries(bodies).find(([, spec]) => spec === wanted)?.[0] ?? '';
  const stacked = layers.flatMap(({ gateUp: { parts } }) => (parts.length === 1 ? parts : []));
  const found = await Promise.all(
    stacked.map(async ({ matrix }) => {
      const variants = variantsFor(matrix);
      const preferred = variants[0];
      const spec = preferred && fused.bodies[bodyOf(preferred.spec)];
      if (preferred === undefined || spec === undefined) return [];
      const [product, kernel] = await Promise.all([
        choice.choose(variants),
        choice.find([
          { spec, overrides: { ...preferred.overrides, ...activationOverrides(config.activation) } },
        ]),
      ]);
      return kernel && product.spec.name === preferred.spec.name ? [[matrix, kernel] as const] : [];
    }),
  );
  return new Map(found.flat());
}

/** Compiles, all at once, the kernel of each matrix; returns a look-up by matrix. */
async function compileFor<S extends MatmulSpec | MatvecSpec>(
  choice: KernelChoice,
  matrices: readonly Matrix[],
  variantsFor: (matrix: Matrix) => readonly KernelVariant<S>[],
): Promise<(matrix: Matrix) => Compiled<S>> {
  const kernels = new Map(
    await Promise.all(
      matrices.map(async (matrix) => [matrix, await choice.choose(variantsFor(matrix))] as const),
    ),
  );
  return (matrix) => {
    const kernel = kernels.get(matrix);
    invariant(kernel, 'no kernel was compiled for a matrix of the model');
    return kernel;
  };
}

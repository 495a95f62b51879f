// Products of one token that read the hidden state as it is: its norm goes into them, and so do gate, up and activation of an MLP. For
// matrices whose products go fastest by a body that has a fused form.
import type { Gpu } from '@longread/gpu';
import { activationOverrides, matvec, matvecFused } from '@longread/shaders';
import type { Compiled, KernelChoice } from '../kernels/choose.ts';
import { matvecsFor } from '../kernels/preferences.ts';
import { mixingProjections, type Matrix, type Model, type Projection } from '../load.ts';

/** Each records all of it, or returns false and records nothing. */
export interface FusedProjector {
  /** y <- W x, x normalised by `norm`. */
  normed(projection: Projection, x: GPUBuffer, norm: GPUBuffer, y: GPUBuffer): boolean;
  /** y <- activated(gate x) * (up x), x normalised by `norm` where there is one. */
  gated(gateUp: Projection, x: GPUBuffer, norm: GPUBuffer | undefined, y: GPUBuffer): boolean;
}

type Fused = Compiled<(typeof matvecFused.bodies)['rows' | 'subgroup']>;

/** What is compiled into a kernel beside the weights' layout. */
type Form = Readonly<Record<'NORMED' | 'GATED' | 'ACTIVATION', number>>;

/** @throws WebGpuUnavailableError (no product is right here) */
export async function createFusedProjector(
  gpu: Gpu,
  { config, layers, lmHead }: Model,
  choice: KernelChoice,
): Promise<FusedProjector> {
  const { recorder } = gpu;
  const activation = activationOverrides(config.activation);
  const normedForm = { ...activation, NORMED: 1, GATED: 0 };
  const gatedForm = { ...activation, NORMED: config.preNorms ? 1 : 0, GATED: 1 };
  const readers = layers.flatMap((weights) => {
    const [input, , ...gates] = mixingProjections(weights);
    return [input, ...gates];
  });
  const taken = layers.map(({ gateUp }) => gateUp);
  const normedProjections = config.preNorms ? [...readers, ...taken.filter(isApart), lmHead] : [lmHead];
  const [normedKernels, gatedKernels] = await Promise.all([
    compileFused(gpu, choice, normedProjections, normedForm),
    compileFused(
      gpu,
      choice,
      taken.filter((gateUp) => !isApart(gateUp)),
      gatedForm,
    ),
  ]);
  const record = (
    kernels: ReadonlyMap<Matrix, Fused>,
    { parts, inFeatures }: Projection,
    { x, norm, y }: { readonly x: GPUBuffer; readonly norm: GPUBuffer; readonly y: GPUBuffer },
    rowsPerOutput: number,
  ): boolean => {
    if (!parts.every(({ matrix }) => kernels.has(matrix))) return false;
    for (const { matrix, outOffset } of parts) {
      const { quants, scales, layout } = matrix;
      const kernel = kernels.get(matrix);
      if (kernel === undefined) continue;
      recorder.dispatch(
        kernel,
        { quants, scales, x, norm, y },
        {
          in_features: inFeatures,
          out_features: layout.rows / rowsPerOutput,
          out_offset: outOffset,
          eps: config.rmsNormEps,
        },
      );
    }
    return true;
  };
  return {
    normed: (projection, x, norm, y) => record(normedKernels, projection, { x, norm, y }, 1),
    gated: (gateUp, x, norm = x, y) => record(gatedKernels, gateUp, { x, norm, y }, 2),
  };
}

/** Gate and up are matrices of their own. */
function isApart({ parts }: Projection): boolean {
  return parts.length > 1;
}

/** The fused forms of the bodies by which the matrices' products go fastest; none for the others, and none that the device does wrong. */
async function compileFused(
  gpu: Gpu,
  choice: KernelChoice,
  projections: readonly Projection[],
  form: Form,
): Promise<ReadonlyMap<Matrix, Fused>> {
  const matrices = projections.flatMap(({ parts }) => parts.map(({ matrix }) => matrix));
  const found = await Promise.all(
    matrices.map(async (matrix) => {
      const variants = matvecsFor(gpu, matrix, choice.rows);
      const product = await choice.choose(variants);
      const variant = variants.find(({ spec }) => spec.name === product.spec.name);
      const body = (['subgroup', 'rows'] as const).find(
        (name) => matvec.bodies[name].name === product.spec.name,
      );
      if (variant === undefined || body === undefined) return [];
      const spec = matvecFused.bodies[body];
      const kernel = await choice.find([{ spec, overrides: { ...variant.overrides, ...form } }]);
      return kernel ? [[matrix, kernel] as const] : [];
    }),
  );
  return new Map(found.flat());
}

// Between load and the first pass: measures, once per adapter, which kernel variant multiplies each of the model's matrices fastest.
import { invariant, isUnfinished, rankVariants, type Tuning, type TuningRow } from '@longread/core';
import { tuneCase, type Gpu, type TuneLimits } from '@longread/gpu';
import {
  matmulVariants,
  matvecVariants,
  type KernelVariant,
  type MatmulSpec,
  type MatvecSpec,
} from '@longread/shaders';
import { allKernels } from '@longread/shaders/all.ts';
import type { TuningStore } from '@longread/store';
import type { CallOptions } from '../api.ts';
import type { Matrix, Model, Projection } from '../load.ts';

/** Time that tuning may take unless the caller says otherwise. */
export const defaultTuneLimitMs = 15_000;

/** Tokens of a measured matmul: enough rows of tiles for a GPU, little enough for a software adapter's submission. */
const measuredTokens = 128;

/** Outputs of a measured product at most: an LM head's tens of thousands take a software adapter long and tell no more. */
const measuredOutputs = 4096;

/** Activations around 1: what a kernel computes with decides nothing, but zeros and denormals could. */
const inputValue = 0.5;

/** Matrices that both prefill and decode multiply by. */
export function layerMatrices({ layers }: Model): readonly Matrix[] {
  return layers.flatMap((w) => [w.qkv, w.attentionOutput, w.gateUp, w.down].flatMap(matricesOf));
}

/** Matrices that only decode multiplies by. */
export function lmHeadMatrices({ lmHead }: Model): readonly Matrix[] {
  return matricesOf(lmHead);
}

export function matmulsFor(
  gpu: Gpu,
  matrix: Matrix,
  rows: readonly TuningRow[],
): readonly KernelVariant<MatmulSpec>[] {
  return ranked(rows, 'matmul', matrix, matmulVariants(gpu.facts, matrix.layout));
}

export function matvecsFor(
  gpu: Gpu,
  matrix: Matrix,
  rows: readonly TuningRow[],
): readonly KernelVariant<MatvecSpec>[] {
  return ranked(rows, 'matvec', matrix, matvecVariants(gpu.facts, matrix.layout));
}

/** The variants for a matrix, best first by what was measured; the default first where nothing was. */
function ranked<S extends MatmulSpec | MatvecSpec>(
  rows: readonly TuningRow[],
  kernel: Task['kernel'],
  matrix: Matrix,
  variants: readonly KernelVariant<S>[],
): readonly KernelVariant<S>[] {
  const names = variants.map(({ spec }) => spec.name);
  return rankVariants(rows, kernel, shapeClassOf(matrix), names).map((name) => {
    const variant = variants.find(({ spec }) => spec.name === name);
    invariant(variant, `${name} is no variant of ${kernel}`);
    return variant;
  });
}

export interface TuneOptions extends CallOptions {
  /** Undefined: measure nothing. */
  readonly limitMs: number | undefined;
  /** Ends measuring at once. */
  readonly skip?: AbortSignal | undefined;
}

/** What identifies the device in the store. */
function deviceKey({ facts }: Gpu): string {
  return [facts.adapter, ...facts.features, `subgroups of ${facts.subgroupSize}`].join(', ');
}

/** SHA-256, hex, of all kernels' sources: other kernels, other times. */
async function kernelVersion(): Promise<string> {
  const sources = new TextEncoder().encode(allKernels.map(({ source }) => source).join('\0'));
  const digest = await crypto.subtle.digest('SHA-256', sources);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The table of this adapter: the stored one as far as it knows the model's shape classes, measured where it does not, within
 * the limit. What it chose is yet to be tested (choose.ts), and to be stored after that.
 * @throws AbortedError | DeviceLostError | OutOfMemoryError
 */
export async function tuneKernels(
  gpu: Gpu,
  model: Model,
  store: Pick<TuningStore, 'find'>,
  { limitMs, skip, signal, onProgress }: TuneOptions,
): Promise<Tuning> {
  const adapter = deviceKey(gpu);
  const version = await kernelVersion();
  const stored = await store.find(adapter, version);
  const known = stored?.rows ?? [];
  const tasks = tasksOf(model).filter(({ kernel, matrix }) =>
    isUnfinished(known, kernel, shapeClassOf(matrix)),
  );
  const { tested = [], failed = [] } = stored ?? {};
  if (tasks.length === 0 || limitMs === undefined) return { adapter, version, rows: known, tested, failed };
  const failedKeys = new Set(failed.map(({ key }) => key));
  const isOpen = ({ kernel, shapeClass }: TuningRow) =>
    tasks.some((task) => task.kernel === kernel && shapeClassOf(task.matrix) === shapeClass);
  const rows = known.filter((row) => !isOpen(row));
  const deadline = performance.now() + limitMs;
  for (const [done, task] of tasks.entries()) {
    onProgress?.({ phase: 'tune', done, total: tasks.length, unit: 'cases' });
    rows.push(...(await runTask(gpu, task, rows, failedKeys, { deadline, skip, signal })));
  }
  onProgress?.({ phase: 'tune', done: tasks.length, total: tasks.length, unit: 'cases' });
  return { adapter, version, rows, tested, failed };
}

interface Task {
  readonly kernel: 'matmul' | 'matvec';
  readonly matrix: Matrix;
}

/**
 * One matrix of each shape class a kernel. Decode's products first, which take least; then the smallest first, so that variants a
 * device is bad at are found out where they cost least.
 */
function tasksOf(model: Model): readonly Task[] {
  const classes = (matrices: readonly Matrix[]) =>
    [...new Map(matrices.map((matrix) => [shapeClassOf(matrix), matrix])).values()].sort(
      (a, b) => a.layout.rows * a.layout.cols - b.layout.rows * b.layout.cols,
    );
  const inLayers = layerMatrices(model);
  return [
    ...classes([...inLayers, ...lmHeadMatrices(model)]).map(
      (matrix) => ({ kernel: 'matvec', matrix }) as const,
    ),
    ...classes(inLayers).map((matrix) => ({ kernel: 'matmul', matrix }) as const),
  ];
}

async function runTask(
  gpu: Gpu,
  { kernel, matrix }: Task,
  earlier: readonly TuningRow[],
  failed: ReadonlySet<string>,
  limits: TuneLimits,
): Promise<readonly TuningRow[]> {
  const { layout, quants, scales } = matrix;
  const { cols: numInputs } = layout;
  const numOutputs = Math.min(layout.rows, measuredOutputs);
  const numTokens = kernel === 'matmul' ? measuredTokens : 1;
  const owner = gpu.owner('tune');
  try {
    const x = owner.storage('x', 4 * numTokens * numInputs);
    const y = owner.storage('y', 4 * numTokens * numOutputs);
    await owner.settled();
    gpu.write(x, 0, new Float32Array(numTokens * numInputs).fill(inputValue));
    const buffers = { quants, scales, x, y };
    const shape = {
      in_features: numInputs,
      out_features: numOutputs,
      weight_row: 0,
      out_offset: 0,
      accumulate: 0,
    };
    const common = { kernel, shapeClass: shapeClassOf(matrix), failed, buffers };
    if (kernel === 'matvec') {
      const variants = matvecVariants(gpu.facts, layout);
      return await tuneCase(gpu, { ...common, variants, uniforms: shape }, earlier, limits);
    }
    const uniforms = { ...shape, first_token: 0, num_tokens: numTokens, out_stride: numOutputs };
    const variants = matmulVariants(gpu.facts, layout);
    return await tuneCase(gpu, { ...common, variants, uniforms }, earlier, limits);
  } finally {
    owner.dispose();
  }
}

function shapeClassOf({ layout: { format, groupSize, rows, cols } }: Matrix): string {
  return `${format}${groupSize > 1 ? `/${groupSize}` : ''} ${cols}x${rows}`;
}

function matricesOf({ parts }: Projection): readonly Matrix[] {
  return parts.map(({ matrix }) => matrix);
}

// Between load and the first pass: measures, once per adapter, which kernel variant multiplies each of the model's matrices fastest.
import {
  fastestVariant,
  invariant,
  isUnfinished,
  usualVariant,
  type Tuning,
  type TuningRow,
} from '@longread/core';
import { tuneCase, type Gpu, type TuneLimits } from '@longread/gpu';
import {
  matmulVariants,
  matvecVariants,
  weightOverrides,
  type KernelVariant,
  type MatmulSpec,
  type MatvecSpec,
} from '@longread/shaders';
import { allKernels } from '@longread/shaders/all.ts';
import type { TuningStore } from '@longread/store';
import type { CallOptions } from '../api.ts';
import type { Matrix, Model, Projection } from '../load.ts';
import { selfTest } from './self-test.ts';

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

export function matmulsFor(gpu: Gpu, { layout }: Matrix): readonly KernelVariant<MatmulSpec>[] {
  return withWeights(matmulVariants(gpu.facts), layout);
}

export function matvecsFor(gpu: Gpu, { layout }: Matrix): readonly KernelVariant<MatvecSpec>[] {
  return withWeights(matvecVariants(gpu.facts), layout);
}

/**
 * The variant that was fastest for the matrix's shape class; where the time was up before that was known, the one
 * that most classes chose; without any the first, the default.
 */
export function chosenVariant<S extends MatmulSpec | MatvecSpec>(
  rows: readonly TuningRow[],
  kernel: 'matmul' | 'matvec',
  matrix: Matrix,
  variants: readonly KernelVariant<S>[],
): KernelVariant<S> {
  const shapeClass = shapeClassOf(matrix);
  const usual = isUnfinished(rows, kernel, shapeClass) ? usualVariant(rows, kernel) : undefined;
  const name = usual ?? fastestVariant(rows, kernel, shapeClass);
  const chosen = variants.find(({ spec }) => spec.name === name) ?? variants[0];
  invariant(chosen, `${kernel} has no default variant`);
  return chosen;
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
 * the limit; then stored.
 * @throws AbortedError | DeviceLostError | OutOfMemoryError
 */
export async function tuneKernels(
  gpu: Gpu,
  model: Model,
  store: TuningStore,
  { limitMs, skip, signal, onProgress }: TuneOptions,
): Promise<Tuning> {
  const adapter = deviceKey(gpu);
  const version = await kernelVersion();
  const stored = await store.find(adapter, version);
  const known = stored?.rows ?? [];
  const tasks = tasksOf(model).filter(({ kernel, matrix }) =>
    isUnfinished(known, kernel, shapeClassOf(matrix)),
  );
  const tested = stored?.tested ?? [];
  if (tasks.length === 0 || limitMs === undefined) return { adapter, version, rows: known, tested };
  const isOpen = ({ kernel, shapeClass }: TuningRow) =>
    tasks.some((task) => task.kernel === kernel && shapeClassOf(task.matrix) === shapeClass);
  const rows = known.filter((row) => !isOpen(row));
  const deadline = performance.now() + limitMs;
  for (const [done, task] of tasks.entries()) {
    onProgress?.({ phase: 'tune', done, total: tasks.length, unit: 'cases' });
    rows.push(...(await runTask(gpu, task, rows, { deadline, skip, signal })));
  }
  onProgress?.({ phase: 'tune', done: tasks.length, total: tasks.length, unit: 'cases' });
  const tuning = { adapter, version, rows, tested };
  await store.put(tuning);
  return tuning;
}

/**
 * Tests the kernels in use that no earlier load tested, and stores that they passed. Called when all are compiled.
 * @throws WebGpuUnavailableError for a device that computes wrong numbers | AbortedError | DeviceLostError
 */
export async function testKernels(
  gpu: Gpu,
  tuning: Tuning,
  store: TuningStore,
  options: CallOptions,
): Promise<Tuning> {
  const losers = losingVariants(tuning.rows);
  const untested = (await gpu.kernels.compiled()).filter(
    ({ spec, key }) => !losers.has(spec.name) && !tuning.tested.includes(key),
  );
  if (untested.length === 0) return tuning;
  const passed = await selfTest(gpu, untested, options);
  const tested = { ...tuning, tested: [...tuning.tested, ...passed] };
  await store.put(tested);
  return tested;
}

/** Variants that were timed and are the choice nowhere; the defaults stay in use where nothing was timed. */
function losingVariants(rows: readonly TuningRow[]): ReadonlySet<string> {
  const chosen = rows.map(({ kernel, shapeClass }) => fastestVariant(rows, kernel, shapeClass));
  const isDefault = ({ kernel, variant }: TuningRow) => kernel === variant;
  return new Set(
    rows.flatMap((row) => (chosen.includes(row.variant) || isDefault(row) ? [] : [row.variant])),
  );
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
    const common = { kernel, shapeClass: shapeClassOf(matrix), buffers };
    if (kernel === 'matvec') {
      const variants = matvecsFor(gpu, matrix);
      return await tuneCase(gpu, { ...common, variants, uniforms: shape }, earlier, limits);
    }
    const uniforms = { ...shape, first_token: 0, num_tokens: numTokens, out_stride: numOutputs };
    return await tuneCase(gpu, { ...common, variants: matmulsFor(gpu, matrix), uniforms }, earlier, limits);
  } finally {
    owner.dispose();
  }
}

function shapeClassOf({ layout: { format, groupSize, rows, cols } }: Matrix): string {
  return `${format}${groupSize > 1 ? `/${groupSize}` : ''} ${cols}x${rows}`;
}

function withWeights<S>(variants: readonly KernelVariant<S>[], layout: Matrix['layout']): KernelVariant<S>[] {
  return variants
    .filter(({ accepts }) => accepts?.(layout) ?? true)
    .map(({ spec, overrides }) => ({ spec, overrides: { ...weightOverrides(layout), ...overrides } }));
}

function matricesOf({ parts }: Projection): readonly Matrix[] {
  return parts.map(({ matrix }) => matrix);
}

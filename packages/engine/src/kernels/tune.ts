// Between load and the first pass: measures, once per adapter, which kernel variant multiplies each of the model's matrices fastest, and
// which kind of attention takes less time.
import { headSizesOf, isUnfinished, type Tuning, type TuningRow } from '@longread/core';
import { tuneCase, type Gpu, type TuneLimits } from '@longread/gpu';
import { matmulVariants, matvecVariants } from '@longread/shaders';
import { allKernels } from '@longread/shaders/all.ts';
import { openMemoryTuningStore, type TuningStore } from '@longread/store';
import type { CallOptions } from '../api.ts';
import type { Matrix, Model } from '../load.ts';
import { deviceKey } from './device-key.ts';
import {
  attentionClassOf,
  layerMatrices,
  lmHeadMatrices,
  shapeClassOf,
  type Product,
} from './preferences.ts';
import { attentionKernels, tuneAttention } from './tune-attention.ts';
import { decodeAttentionKernels, tuneDecodeAttention } from './tune-decode-attention.ts';

/** Time that tuning may take unless the caller says otherwise. */
export const defaultTuneLimitMs = 15_000;

/** Outputs of a measured product at most: an LM head's tens of thousands take a software adapter long and tell no more. */
const measuredOutputs = 4096;

/** Activations around 1: what a kernel computes with decides nothing, but zeros and denormals could. */
const inputValue = 0.5;

/** Part of the version: times that were measured in another way are not compared with. */
const measuringMethod = 'chunks by the clock of the device, three rounds, one of what is far behind';

export interface TuneOptions extends CallOptions {
  /** Undefined: measure nothing. */
  readonly limitMs: number | undefined;
  /** Tokens of a pass of prefill. */
  readonly chunkSize: number;
  /** Ends measuring at once. */
  readonly skip?: AbortSignal | undefined;
}

/** SHA-256, hex, of all kernels' sources and of the method: other kernels or another clock, other times. */
async function tableVersion(): Promise<string> {
  const parts = [measuringMethod, ...allKernels.map(({ source }) => source)];
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(parts.join('\0')));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What is stored, or else what the caller knows, of the same adapter and version alone: other kernels or another device, other times. */
export async function tuningsWith(
  store: Pick<TuningStore, 'find'>,
  known: Tuning | undefined,
): Promise<Pick<TuningStore, 'find'>> {
  if (known === undefined) return store;
  const given = openMemoryTuningStore();
  await given.put(known);
  return {
    find: async (adapter, version) =>
      (await store.find(adapter, version)) ?? (await given.find(adapter, version)),
  };
}

/** The table of a device before anything is known of it. */
export async function blankTuning(gpu: Gpu): Promise<Tuning> {
  return { adapter: deviceKey(gpu), version: await tableVersion(), rows: [], tested: [], failed: [] };
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
  { limitMs, chunkSize, skip, signal, onProgress }: TuneOptions,
): Promise<Tuning> {
  const blank = await blankTuning(gpu);
  const { adapter, version } = blank;
  const { rows: known, tested, failed } = (await store.find(adapter, version)) ?? blank;
  const tasks = tasksOf(gpu, model, chunkSize).filter(({ kernels: [kernel = ''], shapeClass }) =>
    isUnfinished(known, kernel, shapeClass),
  );
  if (tasks.length === 0 || limitMs === undefined) return { adapter, version, rows: known, tested, failed };
  const failedKeys = new Set(failed.map(({ key }) => key));
  const isOpen = ({ kernel, shapeClass }: TuningRow) =>
    tasks.some((task) => task.shapeClass === shapeClass && task.kernels.includes(kernel));
  const rows = known.filter((row) => !isOpen(row));
  const deadline = performance.now() + limitMs;
  for (const [done, task] of tasks.entries()) {
    onProgress?.({ phase: 'tune', done, total: tasks.length, unit: 'cases' });
    rows.push(...(await task.run(rows, failedKeys, { deadline, skip, signal })));
  }
  onProgress?.({ phase: 'tune', done: tasks.length, total: tasks.length, unit: 'cases' });
  return { adapter, version, rows, tested, failed };
}

/** What is measured together on a shape class; the first of its kernels tells whether it was. */
interface Task {
  readonly kernels: readonly string[];
  readonly shapeClass: string;
  readonly run: (
    earlier: readonly TuningRow[],
    failed: ReadonlySet<string>,
    limits: TuneLimits,
  ) => Promise<readonly TuningRow[]>;
}

/**
 * One matrix of each shape class a kernel, and attention. Decode's products first, which take least; then the smallest first, so that
 * variants a device is bad at are found out where they cost least. Attention of many tokens before the larger products, which take the
 * choice of the smallest where the time is up; decode's last: its default is a software adapter's best.
 */
function tasksOf(gpu: Gpu, model: Model, chunkSize: number): readonly Task[] {
  const classes = (matrices: readonly Matrix[]) =>
    [...new Map(matrices.map((matrix) => [shapeClassOf(matrix), matrix])).values()].sort(
      (a, b) => a.layout.rows * a.layout.cols - b.layout.rows * b.layout.cols,
    );
  const product = (kernel: Product, matrix: Matrix, numTokens: number): Task => ({
    kernels: [kernel],
    shapeClass: shapeClassOf(matrix),
    run: (earlier, failed, limits) =>
      tuneProduct(gpu, { kernel, matrix, numTokens }, earlier, failed, limits),
  });
  const inLayers = layerMatrices(model);
  const { config } = model;
  const [smallest, ...larger] = classes(inLayers).map((matrix) => product('matmul', matrix, chunkSize));
  return [
    ...classes([...inLayers, ...lmHeadMatrices(model)]).map((matrix) => product('matvec', matrix, 1)),
    ...(smallest ? [smallest] : []),
    ...headSizesOf(config).map((headDim) => ({
      kernels: attentionKernels,
      shapeClass: attentionClassOf({ ...config, headDim }),
      run: (_: unknown, failed: ReadonlySet<string>, limits: TuneLimits) =>
        tuneAttention(gpu, { ...config, headDim }, failed, limits),
    })),
    ...larger,
    ...headSizesOf(config).map((headDim) => ({
      kernels: decodeAttentionKernels,
      shapeClass: attentionClassOf({ ...config, headDim }),
      run: (_: unknown, failed: ReadonlySet<string>, limits: TuneLimits) =>
        tuneDecodeAttention(gpu, { ...config, headDim }, failed, limits),
    })),
  ];
}

interface MeasuredProduct {
  readonly kernel: Product;
  readonly matrix: Matrix;
  readonly numTokens: number;
}

async function tuneProduct(
  gpu: Gpu,
  { kernel, matrix, numTokens }: MeasuredProduct,
  earlier: readonly TuningRow[],
  failed: ReadonlySet<string>,
  limits: TuneLimits,
): Promise<readonly TuningRow[]> {
  const { layout, quants, scales } = matrix;
  const { cols: numInputs } = layout;
  const numOutputs = Math.min(layout.rows, measuredOutputs);
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
    const common = { kernel, shapeClass: shapeClassOf(matrix), failed, buffers, rows: numTokens };
    if (kernel === 'matvec') {
      const variants = matvecVariants(gpu.facts, layout);
      return await tuneCase(gpu, { ...common, variants, uniforms: () => shape }, earlier, limits);
    }
    const variants = matmulVariants(gpu.facts, layout);
    const uniforms = (first: number, count: number) => ({
      ...shape,
      first_token: first,
      num_tokens: count,
      out_stride: numOutputs,
    });
    return await tuneCase(gpu, { ...common, variants, uniforms }, earlier, limits);
  } finally {
    owner.dispose();
  }
}

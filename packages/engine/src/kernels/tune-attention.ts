// Measures attention of many tokens: each part of its two kinds by itself, and with these the kinds.
import { fastestVariant, lostNote, timeLimitNote, type ModelConfig, type TuningRow } from '@longread/core';
import { kernelKey, tuneCase, type Gpu, type TuneLimits } from '@longread/gpu';
import {
  attentionColumnSums,
  attentionScores,
  attentionSoftmax,
  attentionValues,
  flashAttentionOutput,
  flashAttentionReceived,
  flashOutputVariants,
  flashReceivedVariants,
  scoresVariants,
  valuesVariants,
  variantsOf,
  type KernelSpec,
  type KernelVariant,
} from '@longread/shaders';
import { planTile, type AttentionKind } from '@longread/planner';
import { attentionClassOf, type HeadShape } from './preferences.ts';

/** A pass behind as many kept entries as a document has by default: what compress does most. */
const passRows = 1024;
const numSlots = 1024;
const numKeys = numSlots + passRows;

/** Rows of a tile of scores; the kind that writes none has its own (planTile). Tiles stand amid the pass, as their mean does. */
const stagedRows = 128;

/** Where the simplest dispatch takes as many times what the stages do, no other wins: a software adapter's memory is its processor's. */
const hopeless = 4;

/** Activations around 1, as for products: zeros and denormals could decide. */
const inputValue = 0.5;

/** The operations of each kind, by the names of their rows. */
const partsOf: Readonly<Record<AttentionKind, readonly string[]>> = {
  staged: [attentionScores, attentionSoftmax, attentionValues, attentionColumnSums].map(({ name }) => name),
  flash: [flashAttentionOutput, flashAttentionReceived].map(({ name }) => name),
};

/** Kernels whose rows measuring attention gives. */
export const attentionKernels: readonly string[] = ['attention', ...partsOf.staged, ...partsOf.flash];

/** What decides the shapes that are measured. */
export type TunedHeads = HeadShape & Pick<ModelConfig, 'attentionScale'>;

/** Rows of the parts, and one for each kind: the sum of its parts. @throws AbortedError | DeviceLostError | OutOfMemoryError */
export async function tuneAttention(
  gpu: Gpu,
  config: TunedHeads,
  failed: ReadonlySet<string>,
  limits: TuneLimits,
): Promise<readonly TuningRow[]> {
  const { numHeads, numKvHeads, headDim, attentionScale: scale } = config;
  const { facts } = gpu;
  const shapeClass = attentionClassOf(config);
  const { tileRows: flashRows } = planTile('flash', config, passRows, numKeys);
  const owner = gpu.owner('tune');
  try {
    const cacheBytes = 4 * numKvHeads * numKeys * headDim;
    const rowBytes = 4 * passRows * numHeads * headDim;
    const buffers = {
      q: owner.storage('q', rowBytes),
      keys: owner.storage('keys', cacheBytes),
      values: owner.storage('values', cacheBytes),
      s: owner.storage('scores', 4 * numHeads * stagedRows * numKeys),
      factors: owner.storage('factors', 4 * numHeads * stagedRows),
      norms: owner.storage('norms', 4 * numHeads * flashRows),
      sums: owner.storage('sums', 4 * numKvHeads * numKeys),
      y: owner.storage('y', rowBytes),
    };
    await owner.settled();
    gpu.write(buffers.q, 0, new Float32Array(rowBytes / 4).fill(inputValue));
    for (const cache of [buffers.keys, buffers.values])
      gpu.write(cache, 0, new Float32Array(cacheBytes / 4).fill(inputValue));
    const group_size = numHeads / numKvHeads;
    const tileOf = (rows: number) => (first: number, num_tokens: number) => ({
      first_token: (passRows - rows) / 2 + first,
      num_tokens,
      num_slots: numSlots,
      num_heads: numHeads,
      group_size,
      head_dim: headDim,
      capacity: numKeys,
      tile_rows: rows,
      key_stride: numKeys,
      window: numKeys,
      scale,
      num_kv_heads: numKvHeads,
      kv_heads_together: 1,
      num_keys: numSlots + (passRows - rows) / 2 + first + num_tokens,
    });
    const casesOf = (rows: number) => ({ shapeClass, failed, buffers, rows, uniforms: tileOf(rows) });
    const [staged, flash] = [casesOf(stagedRows), casesOf(flashRows)];
    const rows: TuningRow[] = [];
    const measure = async (measuring: Promise<readonly TuningRow[]>, tileRows: number) =>
      rows.push(...(await measuring).map((row) => ofPass(row, tileRows)));
    const { name: scores } = attentionScores;
    const { name: values } = attentionValues;
    await measure(
      tuneCase(gpu, { ...staged, kernel: scores, variants: scoresVariants(facts, headDim) }, [], limits),
      stagedRows,
    );
    const softmax = { kernel: attentionSoftmax.name, variants: variantsOf(attentionSoftmax, facts, {}) };
    await measure(tuneCase(gpu, { ...staged, ...softmax }, [], limits), stagedRows);
    await measure(
      tuneCase(gpu, { ...staged, kernel: values, variants: valuesVariants(facts, headDim) }, [], limits),
      stagedRows,
    );
    const sums = { kernel: attentionColumnSums.name, variants: variantsOf(attentionColumnSums, facts, {}) };
    await measure(tuneCase(gpu, { ...staged, ...sums }, [], limits), stagedRows);
    const { ms: stagedMs = Infinity } = rowOf('staged', shapeClass, 0, rows);
    const rivalMs = (stagedMs * flashRows) / passRows;
    const output = { ...flash, rivalMs, kernel: flashAttentionOutput.name };
    const [plainest, ...others] = flashOutputVariants(facts, headDim);
    if (plainest) await measure(tuneCase(gpu, { ...output, variants: [plainest] }, [], limits), flashRows);
    if (hasLost(shapeClass, rows, hopeless)) rows.push(...lostRows(output.kernel, shapeClass, others));
    else await measure(tuneCase(gpu, { ...output, variants: others }, [], limits), flashRows);
    const received = { ...flash, kernel: flashAttentionReceived.name };
    const variants = flashReceivedVariants(facts, headDim);
    if (hasLost(shapeClass, rows)) rows.push(...lostRows(received.kernel, shapeClass, variants));
    else await measure(tuneCase(gpu, { ...received, variants }, [], limits), flashRows);
    const flops = attentionFlops(config);
    return [rowOf('staged', shapeClass, flops, rows), rowOf('flash', shapeClass, flops, rows), ...rows];
  } finally {
    owner.dispose();
  }
}

/** Whether the one dispatch takes so many times longer than all stages: then what goes with it need not be measured. */
function hasLost(shapeClass: string, rows: readonly TuningRow[], times = 1): boolean {
  const { ms: staged } = rowOf('staged', shapeClass, 0, rows);
  const outputs = rows.flatMap(({ kernel, ms }) => (kernel === flashAttentionOutput.name ? (ms ?? []) : []));
  return staged !== undefined && outputs.length > 0 && Math.min(...outputs) > times * staged;
}

function lostRows(
  kernel: string,
  shapeClass: string,
  variants: readonly KernelVariant<KernelSpec>[],
): readonly TuningRow[] {
  return variants.map(({ spec, overrides }) => {
    const row = { kernel, shapeClass, variant: spec.name, key: kernelKey(spec, overrides) };
    return { ...row, ms: undefined, gflops: undefined, note: lostNote };
  });
}

/** The time of a tile as that of the pass. */
function ofPass(row: TuningRow, tileRows: number): TuningRow {
  return { ...row, ms: row.ms && (row.ms * passRows) / tileRows };
}

/** Scores and values of the pass. */
function attentionFlops({ numHeads, headDim }: HeadShape): number {
  return 4 * numHeads * headDim * passRows * (numSlots + passRows / 2);
}

/** The sum of a kind's parts, each by its fastest kernel; what keeps one from being measured keeps the kind. */
function rowOf(
  kind: AttentionKind,
  shapeClass: string,
  flops: number,
  rows: readonly TuningRow[],
): TuningRow {
  const parts = partsOf[kind].map((kernel) => {
    const own = rows.filter((row) => row.kernel === kernel);
    const fastest = fastestVariant(own, kernel, shapeClass);
    return own.find(({ variant }) => variant === fastest) ?? own[0];
  });
  const row = { kernel: 'attention', shapeClass, variant: kind, key: kind, gflops: undefined };
  let ms = 0;
  for (const part of parts) {
    if (part?.ms === undefined)
      return { ...row, ms: undefined, note: part?.note ?? 'no kernel for such heads' };
    ms += part.ms;
  }
  const late = rows.some(({ note }) => note === timeLimitNote);
  return { ...row, ms, gflops: flops / ms / 1e6, note: late ? timeLimitNote : (parts[0]?.note ?? '') };
}

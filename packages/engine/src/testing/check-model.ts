// Opens a tiny model as a load does, and holds what the device computes with it against the float64 reference.
import {
  invariant,
  LongreadError,
  nmse,
  Random,
  tolerances,
  type EmbeddingBlock,
  type ReadSettings,
} from '@longread/core';
import { openGguf, type ModelFile } from '@longread/formats';
import { bytesSource, dequantizeReference, tinyLlamaSource, writeGguf } from '@longread/formats/testing';
import { createGpu, type Gpu } from '@longread/gpu';
import { resolveSampling } from '@longread/planner';
import { createCompressor } from '../compress.ts';
import { decode } from '../decode.ts';
import { createDecodeCache } from '../forward/decode-cache.ts';
import { createTransformer, type Transformer } from '../forward/transformer.ts';
import { untestedChoice, type KernelChoice } from '../kernels/choose.ts';
import { checkModelShapes } from '../kernels/model-shapes.ts';
import { openModel, uploadModel } from '../load.ts';
import { recompute } from '../recompute.ts';
import type { ModelCase } from './random-model.ts';
import { createReference, type Reference } from './reference.ts';

/** `refused`: by an error that names key and limit. `right`: all that was computed is what the reference computes. */
export interface ModelVerdict {
  readonly verdict: 'refused' | 'right' | 'wrong';
  readonly what: string;
  /** What differs, or why it was refused. */
  readonly detail: string;
}

const pass = { during: 'test' };
const maxTokens = 80;
const numSteps = 4;
const chunk = 24;

/** Runs one case; throws what is no typed error. */
export async function checkModel(
  gpu: Gpu,
  model: ModelCase,
  choice = untestedChoice(gpu),
): Promise<ModelVerdict> {
  const { hiddenSize, intermediateSize, headDim, numHeads, numKvHeads, numLayers } = model.options;
  const what =
    `seed ${model.seed}: ${numLayers} layers, hidden ${hiddenSize}, feed-forward ${intermediateSize}, ` +
    `${numHeads} heads on ${numKvHeads} of ${headDim}, ${model.promptLength} tokens`;
  try {
    const differences = await compare(gpu, model, choice);
    return { verdict: differences.length === 0 ? 'right' : 'wrong', what, detail: differences.join('; ') };
  } catch (error) {
    if (!(error instanceof LongreadError)) throw error;
    const isNamed = 'key' in error.details && 'limit' in error.details && error.code === 'ModelFormat';
    return { verdict: isNamed ? 'refused' : 'wrong', what, detail: error.message };
  }
}

async function compare(gpu: Gpu, model: ModelCase, choice: KernelChoice): Promise<string[]> {
  const source = tinyLlamaSource(model.seed, model.options);
  const bytes = writeGguf(source);
  const file = await openGguf(bytesSource(bytes));
  checkModelShapes(file);
  const owner = gpu.owner('model');
  try {
    const uploaded = await uploadModel(gpu, owner, await openModel({ model: new Blob([bytes]) }), {});
    const sizes = { maxTokens, maxKeys: 128 };
    const transformer = await createTransformer(gpu, owner, uploaded, sizes, choice);
    // From the blocks as they are defined, so that what a layout on the GPU loses counts too.
    const reference = await createReference(file, ({ name }) => {
      const stored = source.tensors.find((tensor) => tensor.name === name);
      invariant(stored, `the file has no ${name}`);
      return dequantizeReference(stored.type, stored.data);
    });
    const random = new Random(model.seed + 1);
    const { vocabSize } = file.config;
    const ids = Uint32Array.from({ length: model.promptLength }, () => random.below(vocabSize));
    return [
      ...(await compareLogits(gpu, transformer, reference, ids)),
      ...(await compareEmbeddings(gpu, transformer, reference, file, model, ids)),
    ];
  } finally {
    owner.dispose();
  }
}

/** After a prefill, and after some steps of decoding. */
async function compareLogits(
  gpu: Gpu,
  transformer: Transformer,
  reference: Reference,
  ids: Uint32Array<ArrayBuffer>,
): Promise<string[]> {
  const differences: string[] = [];
  const compareWith = async (name: string, tokens: ArrayLike<number>) => {
    const { logits } = transformer.activations;
    const got = new Float32Array(await gpu.recorder.read(logits, 0, 4 * transformer.config.vocabSize));
    const error = nmse(got, reference(tokens).logits);
    if (!(error <= tolerances.logits.limit)) differences.push(`logits ${name}: nmse ${error}`);
  };
  const cache = await createDecodeCache(gpu, transformer, ids.length + numSteps + 1);
  try {
    await recompute(gpu, transformer, cache, ids, pass);
    await compareWith('after the prompt', ids);
    const generated: number[] = [];
    const options = {
      sampling: resolveSampling({}),
      maxNewTokens: numSteps + 1,
      endIds: [],
      firstSlot: ids.length,
      history: ids,
    };
    for await (const id of decode(gpu, transformer, cache, options)) generated.push(id);
    await compareWith(`after ${numSteps} steps`, [...ids, ...generated.slice(0, numSteps)]);
  } finally {
    cache.dispose();
  }
  return differences;
}

/**
 * Of chunks, against the reference's heads and against those of one chunk.
 * @param ids at most 80.
 * @param budget by default enough to evict nothing.
 */
export async function compareEmbeddings(
  gpu: Gpu,
  transformer: Transformer,
  reference: Reference,
  { config }: Pick<ModelFile, 'config'>,
  { heads }: Pick<ModelCase, 'heads'>,
  ids: Uint32Array<ArrayBuffer>,
  budget = maxTokens,
): Promise<string[]> {
  const { headDim, numHeads, numKvHeads } = config;
  const { qkv } = reference(ids);
  const want = Array.from(ids, (_, t) =>
    heads.flatMap(({ layer, type, head }) => {
      const first = { Q: 0, K: numHeads, V: numHeads + numKvHeads }[type] + head;
      const vector = Array.from(qkv[layer]?.[t]?.subarray(first * headDim, (first + 1) * headDim) ?? []);
      const length = Math.hypot(...vector);
      return vector.map((value) => value / length);
    }),
  ).flat();
  const exitLayer = Math.max(...heads.map(({ layer }) => layer)) + 1;
  const read = { budget, recent: 8, exitLayer, heads };
  const compress = async (settings: ReadSettings): Promise<number[]> => {
    const compressor = await createCompressor(gpu, transformer, settings);
    try {
      const values: number[] = [];
      for (let from = 0; from < ids.length; from += settings.chunkSize) {
        const block = await compressor.compress(ids.slice(from, from + settings.chunkSize), pass);
        values.push(...valuesOf(block, headDim));
      }
      return values;
    } finally {
      compressor.dispose();
    }
  };
  const inChunks = await compress({ ...read, chunkSize: chunk });
  const whole = await compress({ ...read, chunkSize: maxTokens });
  // int8 with one scale a part: half a step of at most 1 / 127; between two of them, one on a rounding boundary may take either.
  return [
    ...tooFar('embeddings in chunks', inChunks, want, 0.5 / 127 + 1e-4),
    ...tooFar('embeddings of one chunk', whole, want, 0.5 / 127 + 1e-4),
    ...tooFar('chunks against one', inChunks, whole, 1 / 100),
  ];
}

function valuesOf({ quants, scales }: EmbeddingBlock, headDim: number): number[] {
  return Array.from(quants, (q, i) => q * (scales[Math.floor(i / headDim)] ?? NaN));
}

function tooFar(name: string, got: readonly number[], want: readonly number[], limit: number): string[] {
  const errors = want.map((value, i) => Math.abs((got[i] ?? NaN) - value));
  const bad = errors.findIndex((error) => !(error < limit));
  if (bad === -1 && got.length === want.length) return [];
  return [
    `${name}: [${bad}] expected ${want[bad]}, got ${got[bad]} (${got.length} of ${want.length} values)`,
  ];
}

/** For each operation any of the kernels that may take it, by seed. */
export function anyChoice(gpu: Gpu, seed: number): KernelChoice {
  const random = new Random(seed + 2);
  const first = untestedChoice(gpu);
  const choose: KernelChoice['choose'] = (variants) => {
    const at = random.below(variants.length);
    return first.choose(variants.slice(at));
  };
  return { rows: [], find: choose, choose };
}

/** A device for a run of cases, which share the kernels that they have in common. */
export const openDevice = (): Promise<Gpu> => createGpu(navigator.gpu);

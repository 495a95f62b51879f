// What the strategy layer reads a document with: a page of a site fetches it with the first question that is asked so.
import type { ReadSettings } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { addAttention, planChunks, planEviction, qkvWidth, streamingRule } from '@longread/planner';
import { createBreath } from '../breath.ts';
import { createCompressedCache } from '../compressed-cache.ts';
import type { Transformer } from '../forward/transformer.ts';
import { readLayers, type ReadOptions } from '../read-layers.ts';
import { searchedLayer } from './searched-layer.ts';

export { planWindows } from '@longread/planner';

/**
 * `[ids.length]`: the attention that the question behind the document pays to each of its tokens in the layer.
 * @throws AbortedError | OutOfMemoryError | LimitExceededError | DeviceLostError
 */
export async function layerScores(
  gpu: Gpu,
  transformer: Transformer,
  settings: ReadSettings,
  ids: Uint32Array<ArrayBuffer>,
  question: Uint32Array<ArrayBuffer>,
  options: ReadOptions,
  beginId?: number,
): Promise<Float32Array<ArrayBuffer>> {
  const { numHeads, numKvHeads, headDim, attentionScale: scale } = transformer.config;
  const rowFloats = numKvHeads * headDim;
  const keys = new Float32Array(ids.length * rowFloats);
  const queries = new Float32Array(question.length * numHeads * headDim);
  const { during, signal } = options;
  const reader = await gpu.build('layer', (owner) => readerOn(gpu, owner, transformer, settings));
  try {
    if (beginId !== undefined) await reader.keys(Uint32Array.of(beginId), { during, signal });
    for (const { firstToken, numTokens } of planChunks(ids.length, settings.chunkSize)) {
      const onTokens = (done: number) => options.onTokens?.(firstToken + done);
      const chunk = ids.slice(firstToken, firstToken + numTokens);
      keys.set(await reader.keys(chunk, { ...options, onTokens }), firstToken * rowFloats);
    }
    for (const { firstToken, numTokens } of planChunks(question.length, settings.chunkSize)) {
      const chunk = question.slice(firstToken, firstToken + numTokens);
      queries.set(await reader.queries(chunk, { during, signal }), firstToken * numHeads * headDim);
    }
  } finally {
    reader.dispose();
  }
  const breathe = createBreath(signal, during);
  const sums = new Float64Array(ids.length);
  for (let row = 0; row < queries.length / headDim; row++) {
    await breathe();
    const kvHead = Math.floor((row % numHeads) / (numHeads / numKvHeads));
    const query = queries.subarray(row * headDim, (row + 1) * headDim);
    addAttention(sums, query, keys, { rowFloats, column: kvHead * headDim, scale });
  }
  return Float32Array.from(sums);
}

interface LayerReader {
  /** Reads the next chunk. @returns `[numTokens, numKvHeads, headDim]` unrotated */
  keys(ids: Uint32Array<ArrayBuffer>, options: ReadOptions): Promise<Float32Array<ArrayBuffer>>;
  /** Of tokens behind what was read, which stays as it is. @returns `[numTokens, numHeads, headDim]` unrotated */
  queries(ids: Uint32Array<ArrayBuffer>, options: ReadOptions): Promise<Float32Array<ArrayBuffer>>;
  dispose(): void;
}

async function readerOn(
  gpu: Gpu,
  owner: BufferOwner,
  transformer: Transformer,
  settings: ReadSettings,
): Promise<LayerReader> {
  const { config, activations } = transformer;
  const { budget, chunkSize } = settings;
  const last = searchedLayer(settings);
  const cache = await createCompressedCache(gpu, owner, config, activations.anglesOf, {
    ...settings,
    rule: streamingRule,
    numLayers: last,
    wholeChunks: false,
  });
  const buffer = owner.storage('ids', 4 * chunkSize);
  await cache.startReading();
  const width = qkvWidth(config);
  /** Projections `first .. first + count - 1` of a pass through the layers below. */
  const project = async (
    ids: Uint32Array<ArrayBuffer>,
    keep: number | undefined,
    first: number,
    count: number,
    options: ReadOptions,
  ) => {
    gpu.write(buffer, 0, ids);
    await transformer.fetch(ids);
    transformer.embed(buffer, ids.length);
    await readLayers(transformer, cache, ids.length, keep, options);
    transformer.project(last, ids.length, [{ first, count }]);
    const rows = new Float32Array(
      await gpu.recorder.read(activations.qkv, 0, 4 * ids.length * width, options),
    );
    const wanted = new Float32Array(ids.length * count);
    for (let t = 0; t < ids.length; t++)
      wanted.set(rows.subarray(t * width + first, t * width + first + count), t * count);
    return wanted;
  };
  const { numHeads, numKvHeads, headDim } = config;
  return {
    keys: async (ids, options) => {
      const keys = await project(ids, budget, numHeads * headDim, numKvHeads * headDim, options);
      cache.advance(planEviction(cache.numSlots, ids.length, budget).numKept);
      return keys;
    },
    queries: (ids, options) => project(ids, undefined, 0, numHeads * headDim, options),
    dispose: () => owner.dispose(),
  };
}

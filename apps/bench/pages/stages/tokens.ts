// Compress through the lower layers, prefill and decode through all of them, without a document around them.
import { weightBytes } from '@longread/core';
import { calibrationFor, defaultReadSettings, resolveSampling } from '@longread/planner';
import {
  createCompressor,
  createDecodeCache,
  createTransformer,
  decode as decodeTokens,
  mixingProjections,
  recompute,
} from 'longread/stages';
import type { Model } from 'longread/stages';
import { passSize, timed, type Bed } from './bed.ts';
import type { Work } from './driver.ts';

const prepare = (bed: Bed) =>
  bed.once('transformer', async () => {
    const transformer = await createTransformer(bed.gpu, bed.owner, bed.model, passSize, bed.choice);
    return { transformer, cache: await createDecodeCache(bed.gpu, transformer, 4096) };
  });

/** Bytes of weights that one decode step reads: all layers and the LM head, once each. */
function stepWeightBytes({ layers, lmHead }: Model): number {
  const projections = layers.flatMap((layer) => [...mixingProjections(layer), layer.gateUp, layer.down]);
  return [...projections, lmHead]
    .flatMap(({ parts }) => parts)
    .reduce((sum, { matrix }) => sum + weightBytes(matrix.layout), 0);
}

/** Arbitrary token ids: the time does not depend on which. */
const arbitraryIds = (count: number, vocabSize: number) =>
  Uint32Array.from({ length: count }, (_, i) => (i * 7919) % vocabSize);

/** A chunk behind a full compressed cache, at default settings, with the heads of a model that was never calibrated. */
export async function compress(bed: Bed, numTokens: number, measure = timed): Promise<Work> {
  const { gpu, model } = bed;
  const { transformer } = await prepare(bed);
  const ids = arbitraryIds(numTokens, transformer.config.vocabSize);
  const options = { during: 'bench' };
  const compressor = await bed.once(`compressor ${numTokens}`, async () => {
    const defaults = defaultReadSettings(model.config, calibrationFor('', model.config));
    const made = await createCompressor(gpu, transformer, { ...defaults, chunkSize: numTokens });
    while (made.numChunks * numTokens < defaults.budget) await made.compress(ids, options);
    return made;
  });
  return measure(bed, { flops: 0, bytes: 0 }, async () => {
    await compressor.compress(ids, options);
  });
}

export async function prefill(bed: Bed, numTokens: number, measure = timed): Promise<Work> {
  const { transformer, cache } = await prepare(bed);
  const ids = arbitraryIds(numTokens, transformer.config.vocabSize);
  return measure(bed, { flops: 0, bytes: 0 }, async () => {
    cache.ids = new Uint32Array(); // nothing of the run before is to be reused
    await recompute(bed.gpu, transformer, cache, ids, { during: 'bench' });
  });
}

export async function decode(bed: Bed, numSlots: number, numTokens: number): Promise<Work> {
  const { transformer, cache } = await prepare(bed);
  const { numLayers, numKvHeads, headDim, vocabSize } = transformer.config;
  const kvBytes = 4 * 2 * numLayers * numKvHeads * headDim * (numSlots + numTokens / 2);
  const bytes = numTokens * (stepWeightBytes(bed.model) + kvBytes);
  const options = {
    sampling: resolveSampling({}),
    // The last token is picked without a step through the layers.
    maxNewTokens: numTokens + 1,
    endIds: [],
    firstSlot: numSlots,
    history: arbitraryIds(numSlots, vocabSize),
  };
  return timed(bed, { flops: 0, bytes }, async () => {
    let count = 0;
    for await (const id of decodeTokens(bed.gpu, transformer, cache, options)) count += id >= 0 ? 1 : 0;
    if (count !== numTokens + 1) throw new Error(`decode gave ${count} tokens of ${numTokens + 1}`);
  });
}

// What a token costs in each phase: arithmetic and bytes that the method needs, whatever kernels do. Pure.
import type { Sizes } from './models.ts';

/** Floating-point operations, a multiply-add as two; bytes read and written. */
export interface Work {
  readonly products: number;
  readonly attention: number;
  readonly search: number;
  readonly bytes: number;
}

/** As compress reads by default: tokens of a chunk, and that stay in each layer. */
export const reading = { chunkSize: 1024, budget: 1024 };
/** As a question is asked: tokens gathered, cached when a token is decoded, written, and of the question. */
export const asking = { gathered: 1024, cached: 2048, written: 64, question: 32 };
/** Heads whose vectors are stored, those that late interaction looks at, and query tokens of a hop. */
export const searching = { numParts: 4, lateParts: 1, hops: 2, hopQueries: 80 };
/** Of GPU memory: an int4 weight with its group's scale and minimum, an int8 one of the embedding. */
const bytesAWeight = { matrix: 0.625, embedding: 1.125 };

function layerWeights({ hiddenSize, intermediateSize, numHeads, numKvHeads, headDim }: Sizes): number {
  return hiddenSize * (2 * numHeads * headDim + 2 * numKvHeads * headDim + 3 * intermediateSize);
}

/** Scores and values over `keys` keys, of all heads of a layer. */
function attentionOver({ numHeads, headDim }: Sizes, keys: number): number {
  return 4 * numHeads * headDim * keys;
}

/** Of one token read. */
export function compressWork(sizes: Sizes): Work {
  const { exitLayer, hiddenSize, headDim } = sizes;
  const { chunkSize, budget } = reading;
  return {
    products: 2 * ((exitLayer - 1) * layerWeights(sizes) + searching.numParts * headDim * hiddenSize),
    attention: (exitLayer - 1) * attentionOver(sizes, budget + chunkSize / 2),
    search: 0,
    bytes: ((exitLayer - 1) * layerWeights(sizes) * bytesAWeight.matrix) / chunkSize,
  };
}

/** Of one token recomputed among those gathered. */
export function recomputeWork(sizes: Sizes): Work {
  const { numLayers } = sizes;
  return {
    products: 2 * numLayers * layerWeights(sizes),
    attention: numLayers * attentionOver(sizes, asking.gathered / 2),
    search: 0,
    bytes: (numLayers * layerWeights(sizes) * bytesAWeight.matrix) / asking.gathered,
  };
}

/** Of one token written: all weights, and packed keys and values of the cached tokens (int16 with a scale, a mean and sums a head). */
export function decodeWork(sizes: Sizes): Work {
  const { numLayers, hiddenSize, numKvHeads, headDim, vocabSize } = sizes;
  const weights =
    numLayers * layerWeights(sizes) * bytesAWeight.matrix + vocabSize * hiddenSize * bytesAWeight.embedding;
  const cache = numLayers * asking.cached * 2 * numKvHeads * (2 * headDim + 16);
  return {
    products: 2 * (numLayers * layerWeights(sizes) + vocabSize * hiddenSize),
    attention: numLayers * attentionOver(sizes, asking.cached),
    search: 0,
    bytes: weights + cache,
  };
}

/** Of one token searched, by all searches of a question whose find is followed; bytes are those of its embeddings each time. */
export function searchWork({ headDim }: Sizes): Work {
  const { numParts, lateParts, hops, hopQueries } = searching;
  const dots = lateParts * asking.question + hops * numParts * hopQueries;
  return {
    products: 0,
    attention: 0,
    search: 2 * headDim * dots,
    bytes: (1 + hops) * numParts * (headDim + 4),
  };
}

/** What a device does a second: operations by kind, and bytes. */
export interface Rates {
  readonly products: number;
  readonly attention: number;
  readonly search: number;
  readonly bytes: number;
}

/** Seconds of `work`: arithmetic of all kinds one after the other, or memory where that takes longer. */
export function secondsOf(work: Work, rates: Rates): number {
  const arithmetic =
    work.products / rates.products + work.attention / rates.attention + work.search / rates.search;
  return Math.max(arithmetic, work.bytes / rates.bytes);
}

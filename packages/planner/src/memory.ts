// The memory plan (design 4): what the engine is about to allocate on the GPU, item by item, compared with what the device has
// before anything is made. Sizes are those that the engine allocates by (buffer-sizes.ts).
import {
  countCarrying,
  weightBytes,
  type ModelConfig,
  type ReadSettings,
  type WeightLayout,
} from '@longread/core';
import {
  activationSizes,
  carriedBytes,
  decodeCapacity,
  decodeSizes,
  embeddingSizes,
  headScoringSizes,
  keptLayerSizes,
  keySizes,
  maxBatchTokens,
  qkvWidth,
  searchSizes,
  workingCapacity,
  workingSizes,
  type AttentionKind,
  type BufferSizes,
  type HeadScoringShape,
  type KeptShape,
  type SearchShape,
} from './buffer-sizes.ts';
import { cacheLayers, configOfKind, kindsOf, packedLayers, workingCaches } from './cache-layers.ts';
import { smallestPartBytes } from './row-parts.ts';
import { ofActivations, ofCarried, ofEmbeddings, ofEntries, remedies } from './remedies.ts';

export interface MemoryItem {
  readonly name: string;
  /** All buffers of this item together. */
  readonly bytes: number;
  /** Its largest single buffer, bound whole. */
  readonly largestBindingBytes: number;
  /** What makes that buffer smaller. */
  readonly remedy: string;
  /** Keys that passes over it see, which activations must have room for; none when absent. */
  readonly numKeys?: number;
}

export interface MemoryPlan {
  readonly items: readonly MemoryItem[];
  readonly totalBytes: number;
  readonly largestBindingBytes: number;
}

export function planMemory(items: readonly MemoryItem[]): MemoryPlan {
  return {
    items,
    totalBytes: sum(items.map(({ bytes }) => bytes)),
    largestBindingBytes: Math.max(0, ...items.map((item) => item.largestBindingBytes)),
  };
}

/** Positions of a prompt and its answer by default: what is gathered, the answer, and the words around. */
const usualPositions = 1024 + 256 + 256;

/** What a question by default decodes from. */
export function usualDecodeMemory(config: ModelConfig): MemoryItem {
  return decodeMemory(config, Math.min(usualPositions, config.contextLength));
}

/** Keys that there is room for from the load on: those of reading, and of a question by default. */
export function firstKeys(config: ModelConfig, read: KeptShape): number {
  return keysOf([usualDecodeMemory(config), { numKeys: workingCapacity(read) }]);
}

/** The most keys that passes over any of `items` see. */
export function keysOf(items: readonly Pick<MemoryItem, 'numKeys'>[]): number {
  return Math.max(0, ...items.map(({ numKeys = 0 }) => numKeys));
}

/**
 * What an engine holds from its load on: weights, and the activations of a chunk over `numKeys` keys, for which there is more room once a
 * question needed it.
 *
 * @param layouts canonical layout of every tensor.
 * @param attention the kind that takes most, where it is not chosen yet.
 */
export function engineMemory(
  config: ModelConfig,
  layouts: readonly WeightLayout[],
  read: ReadSettings,
  numKeys: number = firstKeys(config, read),
  attention: AttentionKind = 'staged',
): readonly MemoryItem[] {
  const weights = {
    name: 'weights',
    bytes: sum(layouts.map(weightBytes)),
    largestBindingBytes: Math.max(0, ...layouts.map(smallestPartBytes)), // larger ones are cut by rows
    remedy: remedies.model,
  };
  const { chunkSize } = read;
  const sizes = [
    activationSizes(config, chunkSize, attention),
    keySizes(config, chunkSize, numKeys, attention),
  ];
  return [weights, item('activations', sizes, ofActivations(numKeys > workingCapacity(read)))];
}

/** What the device takes before anything is on it: mostly the uniforms of recorded dispatches, each of which binds a slot. */
export function recorderMemory(bytes: number): MemoryItem {
  return { name: 'uniforms', bytes, largestBindingBytes: 0, remedy: remedies.model };
}

/** What open documents hold: their compressed caches, and the scratch of a chunk each. */
export function documentMemory(config: ModelConfig, read: ReadSettings, numDocuments: number): MemoryItem {
  const one = [
    ...cacheLayers(config, read, read.exitLayer - 1).kept,
    ...carried(config, read.exitLayer - 1, 2),
    ...working(config, read),
    embeddingSizes(config, read),
  ];
  return {
    ...item('documents', times(numDocuments, one).flat(), { ...ofEntries, ...ofEmbeddings, ...ofCarried }),
    numKeys: workingCapacity(read),
  };
}

/** What reading a document needs on top while it lasts: the second copy of the cache, and room to read a chunk's results back. */
export function readingMemory(config: ModelConfig, read: ReadSettings): MemoryItem {
  const { kept, flags, largest } = cacheLayers(config, read, read.exitLayer - 1);
  const { quants, scales } = embeddingSizes(config, read);
  // A layer of the state before is read back while a chunk's embeddings are, at most the largest.
  const numCarrying = countCarrying(config, read.exitLayer - 1);
  const beyond = (numCarrying > 0 ? carriedBytes(config) : 0) - largest.kv - largest.sums;
  const readback = { quants, scales, ...largest, carried: Math.max(0, beyond) };
  return item('reading', [...kept, ...flags, readback], {
    ...ofEntries,
    ...ofEmbeddings,
    ...ofCarried,
  });
}

/** What a search over stored embeddings needs while it lasts. */
export function searchMemory(config: ModelConfig, numParts: number, shape: SearchShape): MemoryItem {
  const sizes = searchSizes(config, numParts, shape);
  const { heads, question } = remedies;
  // A batch is of a fixed number of tokens, but for chunks that are longer than that.
  const batch = shape.batchTokens > maxBatchTokens ? remedies.embeddings : heads;
  // The scores of one batch are on their way to the host while the next one's are made.
  return item('search', [sizes, { readback: sizes.batchScores, nextReadback: sizes.batchScores }], {
    quants: batch,
    scales: batch,
    batchScores: batch,
    queries: question,
    standard: question,
    z: question,
    readback: batch,
    nextReadback: batch,
  });
}

/** What scoring sets of heads on a sample needs while it lasts, beside what reading the sample does. */
export function headScoringMemory(config: ModelConfig, shape: HeadScoringShape): MemoryItem {
  const sizes = headScoringSizes(config, shape);
  const { sample, question } = remedies;
  return item('scoring of heads', [sizes, { readback: sizes.scores }], {
    quants: sample,
    scales: sample,
    queries: question,
    standard: question,
    z: sample,
    scores: sample,
    readback: sample,
  });
}

/** The packed keys and values of all layers for a prompt and its answer, one layer's as f32, and their ids. */
export function decodeMemory(config: ModelConfig, numPositions: number): MemoryItem {
  const { keys, values } = decodeSizes(config, numPositions);
  const { positions: remedy } = remedies;
  return {
    ...item(
      'decode cache',
      [
        ...packedLayers(config, numPositions),
        ...carried(config, config.numLayers, 1),
        { keys, values, ids: 4 * numPositions },
      ],
      { packed: remedy, keys: remedy, values: remedy, ids: remedy, ...ofCarried },
    ),
    numKeys: decodeCapacity(numPositions),
  };
}

/**
 * What a strategy that evicts keeps of all layers, one spare layer, and the scratch of a chunk.
 * @param once whether nothing is evicted before the prompt's end: `budget` is its length then.
 */
export function evictingMemory(config: ModelConfig, shape: KeptShape, once = false): MemoryItem {
  const { document } = remedies;
  const { kept, spares, flags } = cacheLayers(config, shape, config.numLayers);
  const ofPrompt = { kv: document, keys: document, values: document, sums: document, flags: document };
  return {
    ...item(
      'kept cache',
      [
        ...[...kept, ...spares, ...flags],
        ...carried(config, config.numLayers, 2),
        ...working(config, shape),
        { ids: 4 * shape.chunkSize },
      ],
      { ...ofEntries, ...ofEmbeddings, ...ofCarried, ...(once && ofPrompt) },
    ),
    numKeys: workingCapacity(shape),
  };
}

/** What a strategy has that merges what others drop: a layer's entries, a chunk's projections and their scores are read back for it. */
export function mergingMemory(config: ModelConfig, shape: KeptShape): MemoryItem {
  const evicting = evictingMemory(config, shape);
  const { kv } = cacheLayers(config, shape, config.numLayers).largest;
  const { sums } = workingSizes(config, shape);
  return {
    ...evicting,
    bytes: evicting.bytes + kv + sums + chunkScratch(config, shape).projections,
  };
}

/** What the strategy layer keeps of the layers below the one it searches, and the scratch of a chunk, its projections read back. */
export function layerMemory(config: ModelConfig, shape: KeptShape, numLayers: number): MemoryItem {
  const { kept, spares, flags } = cacheLayers(config, shape, numLayers);
  return {
    ...item(
      'lower layers',
      [
        ...[...kept, ...spares, ...flags],
        ...carried(config, numLayers, 2),
        ...working(config, shape),
        chunkScratch(config, shape),
      ],
      { ...ofEntries, ...ofEmbeddings, ...ofCarried, projections: remedies.chunk },
    ),
    numKeys: workingCapacity(shape),
  };
}

/** What the strategy pages has of one layer at a time, and the scratch of a chunk. The entries themselves are on the host. */
export function pagesMemory(config: ModelConfig, shape: KeptShape): MemoryItem {
  return {
    ...item(
      'pages',
      [
        ...kindsOf(config).map((kind) => keptLayerSizes(configOfKind(config, kind), shape)),
        ...workingCaches(config, shape),
        ...kindsOf(config).map(() => ({ sums: workingSizes(config, shape).sums })),
        chunkScratch(config, shape),
        ...carried(config, config.numLayers, 1),
      ],
      { ...ofEntries, ...ofEmbeddings, ...ofCarried, projections: remedies.chunk },
    ),
    numKeys: workingCapacity(shape),
  };
}

/** Working caches, and the attention that the keys of the layer at hand receive. */
function working(config: ModelConfig, shape: KeptShape) {
  return [...workingCaches(config, shape), { sums: workingSizes(config, shape).sums }];
}

/** What the layers below `end` carry in the place of keys and values, in so many copies. */
function carried(config: ModelConfig, end: number, copies: number) {
  return times(copies * countCarrying(config, end), { carried: carriedBytes(config) });
}

/** A chunk's ids, and its projections where they are read back. */
function chunkScratch(config: ModelConfig, { chunkSize }: KeptShape) {
  return { ids: 4 * chunkSize, projections: 4 * chunkSize * qkvWidth(config) };
}

/** @param remedyOf what makes each buffer smaller. */
function item<N extends string>(
  name: string,
  buffers: readonly Partial<BufferSizes<N>>[],
  remedyOf: Readonly<Record<N, string>>,
): MemoryItem {
  const sizes = buffers.flatMap((named) => Object.entries<number>(named as BufferSizes<N>));
  const largest = sizes.reduce((most, size) => (size[1] > most[1] ? size : most), ['', 0]);
  return {
    name,
    bytes: sum(sizes.map(([, bytes]) => bytes)),
    largestBindingBytes: largest[1],
    remedy: largest[0] === '' ? '' : remedyOf[largest[0] as N],
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const times = <T>(count: number, value: T): T[] => Array.from({ length: Math.max(0, count) }, () => value);

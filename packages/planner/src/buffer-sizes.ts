// Bytes of every buffer the engine allocates, as functions of the model and the settings. The engine allocates by these and the
// memory plan (memory.ts) adds them up, so that the two cannot drift apart.
import {
  deltaChannels,
  deltaInputs,
  isSharing,
  ofLayer,
  type ModelConfig,
  type ReadSettings,
} from '@longread/core';

/** Bytes of each named buffer. */
export type BufferSizes<N extends string = string> = Readonly<Record<N, number>>;

/** Bytes of attention scores that may exist at once; of a few rows of a very long window, more. */
const scoresBytes = 16 * 1024 * 1024;

/** Most query rows whose attention scores exist at once. */
const maxTileRows = 128;

/** Splits of all KV heads together that occupy a large GPU. */
const splitsOfDevice = 256;

/**
 * Floating-point operations of a dispatch that attends without writing scores, at most, where a device is slow: a tenth of a second. A fast
 * one has its own number: cut so short, a pass over many keys has too few workgroups for it.
 */
export const leastFlashFlops = 2 ** 34;

/** Attention of many tokens: `staged` writes the scores of a tile of rows, `flash` none. The first is the default. */
export const attentionKinds = ['staged', 'flash'] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** Kernels work on blocks of 16 rows, keys and slots. */
const inBlocks = (count: number): number => Math.ceil(count / 16) * 16;

/** How attention scores of one tile of query rows are laid out: `[numHeads, tileRows, keyStride]`. */
export interface ScoreTile {
  readonly tileRows: number;
  readonly keyStride: number;
}

/**
 * The tile for a pass of `numTokens` queries over `numKeys` keys (themselves included): 128 rows, fewer for few queries or many keys.
 * A function of the pass's shape alone, never of time: column sums add up tile by tile, and must add up the same way every time.
 */
export function planScoreTile(
  { numHeads }: Pick<ModelConfig, 'numHeads'>,
  numTokens: number,
  numKeys: number,
): ScoreTile {
  const keyStride = inBlocks(numKeys);
  const fitting = Math.floor(scoresBytes / (4 * numHeads * keyStride) / 16) * 16;
  return { tileRows: Math.min(maxTileRows, inBlocks(numTokens), Math.max(16, fitting)), keyStride };
}

/**
 * The same of either kind. Where no scores are written, the more rows the better they fill a device: as many as are not too long.
 * @param flashFlops that a dispatch may have: the same for a device at every time, as the shape is.
 */
export function planTile(
  attention: AttentionKind,
  config: Pick<ModelConfig, 'numHeads' | 'headDim'>,
  numTokens: number,
  numKeys: number,
  flashFlops = leastFlashFlops,
): ScoreTile {
  if (attention === 'staged') return planScoreTile(config, numTokens, numKeys);
  const { numHeads, headDim } = config;
  const fitting = Math.floor(flashFlops / (4 * numHeads * headDim * numKeys) / 16) * 16;
  return { tileRows: Math.min(inBlocks(numTokens), Math.max(maxTileRows, fitting)), keyStride: 0 };
}

/** Floats in one row of projections: query heads, key heads, value heads. */
export function qkvWidth({ numHeads, numKvHeads, headDim }: ModelConfig): number {
  return (numHeads + 2 * numKvHeads) * headDim;
}

/** The same of one layer, which may have no keys and values. */
export function qkvWidthOf(config: ModelConfig, layer: number): number {
  const { numHeads, numKvHeads, headDim } = ofLayer(config, layer);
  return (numHeads + (isSharing(config, layer) ? 0 : 2 * numKvHeads)) * headDim;
}

/** Floats that a token brings to all layers together. */
export function layerInputsWidth({
  numLayers,
  layerInputs,
}: Pick<ModelConfig, 'numLayers' | 'layerInputs'>): number {
  return numLayers * (layerInputs?.size ?? 0);
}

/** Buffers of a pass of up to `maxTokens` tokens, whatever it sees; one set an engine. */
export function activationSizes(config: ModelConfig, maxTokens: number, attention: AttentionKind) {
  const { hiddenSize, intermediateSize, numHeads, headDim, vocabSize } = config;
  const rows = (width: number) => 4 * maxTokens * width;
  // What goes into what stands in the place of attention, and what comes out, is where that of MLP and attention is in other layers.
  const convolved = config.convolution === undefined ? 0 : hiddenSize;
  const { delta } = config;
  const gates = config.attentionGate === true ? numHeads * headDim : 0;
  const inputSize = config.layerInputs?.size ?? 0;
  const tileRows = Math.min(attention === 'staged' ? maxTileRows : Infinity, inBlocks(maxTokens));
  return {
    hidden: rows(hiddenSize),
    normed: rows(hiddenSize),
    qkv: rows(qkvWidth(config)),
    q: rows(numHeads * headDim),
    attention: rows(Math.max(numHeads * headDim, convolved, delta ? delta.numValueHeads * delta.headDim : 0)),
    gateUp: rows(
      Math.max(2 * intermediateSize, 3 * convolved, gates, delta ? deltaInputs(delta) : 0, inputSize),
    ),
    gated: rows(Math.max(intermediateSize, delta ? deltaChannels(delta) : 0, inputSize)),
    projectedInputs: rows(layerInputsWidth(config)),
    inputRows: rows(layerInputsWidth(config)),
    ones: config.valueNorm === true ? 4 * headDim : 0,
    factors: 4 * numHeads * tileRows,
    headInput: 4 * hiddenSize,
    logits: 4 * vocabSize,
    deltaScales: delta ? 4 * 2 * delta.headDim : 0,
  } satisfies BufferSizes;
}

/** Of a pass of up to `maxTokens` tokens what grows with the keys it sees, up to `maxKeys`; one set an engine. */
export function keySizes(config: ModelConfig, maxTokens: number, maxKeys: number, attention: AttentionKind) {
  const { numHeads, numKvHeads, headDim, rotaryDim } = config;
  const tileRows = Math.min(maxTileRows, inBlocks(maxTokens));
  const scores = (numRows: number) => 4 * numHeads * numRows * inBlocks(maxKeys);
  // Of each split and each four query heads of a group: their outputs, maxima and sums. Of 64 keys, or fewer in so few splits that they
  // just occupy a device (shaders/decode-attention).
  const blocks = numKvHeads * Math.ceil(numHeads / numKvHeads / 4);
  const splits = Math.max(
    Math.ceil(maxKeys / 64),
    Math.min(Math.ceil(maxKeys / 32), Math.ceil(splitsOfDevice / blocks)),
  );
  const partial = 16 * blocks * splits * (headDim + 2);
  return {
    // No tile of planScoreTile exceeds this, nor what decode puts in the same place.
    scores:
      attention === 'staged'
        ? Math.max(Math.min(scoresBytes, scores(tileRows)), scores(16), partial)
        : partial,
    angles: 4 * maxKeys * rotaryDim,
    slidingAngles: config.sliding === undefined ? 0 : 4 * maxKeys * (config.sliding.headDim ?? rotaryDim),
  } satisfies BufferSizes;
}

/**
 * What a layer carries from pass to pass in the place of keys and values: a convolution its last columns `[length - 1, hiddenSize]`, a
 * delta layer those of its channels and behind them its state `[numValueHeads, headDim of values, headDim of keys]`.
 */
export function carriedBytes({
  convolution,
  delta,
  hiddenSize,
}: Pick<ModelConfig, 'convolution' | 'delta' | 'hiddenSize'>): number {
  if (delta !== undefined)
    return 4 * ((delta.length - 1) * deltaChannels(delta) + delta.numValueHeads * delta.headDim ** 2);
  return convolution === undefined ? 0 : 4 * (convolution.length - 1) * hiddenSize;
}

/** What eviction needs to know of the settings. */
export type KeptShape = Pick<ReadSettings, 'budget' | 'chunkSize'>;

/** Slots per KV head that hold the kept entries and a chunk, in whole blocks of the kernels. */
export function workingCapacity({ budget, chunkSize }: KeptShape): number {
  return inBlocks(budget + chunkSize);
}

/** Kept entries of one layer: `[2, numKvHeads, budget, headDim]` keys then values, and `[numKvHeads, budget]` scores. */
export function keptLayerSizes({ numKvHeads, headDim }: ModelConfig, { budget }: KeptShape) {
  return { kv: 4 * 2 * numKvHeads * budget * headDim, sums: 4 * numKvHeads * budget } satisfies BufferSizes;
}

/** What attention sees of the layer at hand, and the attention that its keys receive; one set for each kind of layers of a compressed cache. */
export function workingSizes({ numKvHeads, headDim }: ModelConfig, shape: KeptShape) {
  const entries = 4 * numKvHeads * workingCapacity(shape);
  return { keys: entries * headDim, values: entries * headDim, sums: entries } satisfies BufferSizes;
}

/** Which entries of one layer stay: `[numKvHeads, workingCapacity]`. */
export function flagsBytes({ numKvHeads }: ModelConfig, shape: KeptShape): number {
  return 4 * numKvHeads * workingCapacity(shape);
}

/** A chunk's ids and embeddings (kept while a document is open) and their stored form (while it is read). */
export function embeddingSizes({ headDim }: ModelConfig, { chunkSize, heads }: ReadSettings) {
  const numParts = heads.length;
  return {
    ids: 4 * chunkSize,
    embeddings: 4 * chunkSize * numParts * headDim,
    quants: chunkSize * numParts * headDim,
    scales: 4 * chunkSize * numParts,
  } satisfies BufferSizes;
}

/** Positions of a decode cache that holds `numPositions`: caches of about the same length are the same size, and get reused. */
export function decodeCapacity(numPositions: number): number {
  return Math.ceil(numPositions / 256) * 256;
}

/** Of a decode cache: packed keys and values, a buffer for each layer that has some; and the keys and values of a layer as f32, once. */
export function decodeSizes({ numKvHeads, headDim }: ModelConfig, numPositions: number) {
  const rows = numKvHeads * decodeCapacity(numPositions);
  return {
    packed: 2 * rows * (2 * headDim + 16),
    keys: 4 * rows * headDim,
    values: 4 * rows * headDim,
  } satisfies BufferSizes;
}

/** Most tokens of embeddings on the GPU at once, in whole blocks of the store; a block may be larger. */
export const maxBatchTokens = 8192;

export interface SearchShape {
  /** The most tokens of embeddings that are searched at once. */
  readonly batchTokens: number;
  readonly numQueries: number;
  /** 1 for cosine scoring; the parts that are looked at for the others. */
  readonly numGroups: number;
  /** The first of the parts that are looked at. */
  readonly firstPart: number;
  /** Tokens that a score looks at, odd: the window of late interaction, else 1. */
  readonly window: number;
}

/** Queries per pass of the similarity kernel's inner tile. */
const queryTile = 16;

/** Queries in whole tiles of the similarity kernel. */
export function paddedQueries(numQueries: number): number {
  return Math.ceil(numQueries / queryTile) * queryTile;
}

/** Tokens that late interaction scores at once: the similarities of a stretch and of half a window on both sides are held. */
export const stretchTokens = 1024;

/** Columns of a stretch's similarities, in whole tiles of the kernels. */
export function stretchStride(window: number): number {
  return Math.ceil((stretchTokens + window - 1) / 8) * 8;
}

/** Buffers of one search over stored embeddings. */
export function searchSizes(
  { headDim }: Pick<ModelConfig, 'headDim'>,
  numParts: number,
  { batchTokens, numQueries, numGroups, window }: Omit<SearchShape, 'firstPart'>,
) {
  const queries = paddedQueries(numQueries);
  const held = batchTokens + window - 1;
  return {
    quants: held * numParts * headDim,
    scales: 4 * held * numParts,
    queries: 4 * queries * numParts * headDim,
    standard: 8 * queries * (window > 1 ? numParts : numGroups),
    z: window > 1 ? 4 * numGroups * queries * stretchStride(window) : 0,
    batchScores: 4 * held,
  } satisfies BufferSizes;
}

/** What scoring sets of heads one by one takes: a whole sample's embeddings, one question, the scores of all sets. */
export interface HeadScoringShape {
  readonly numTokens: number;
  readonly numParts: number;
  /** Of the longest question or hop. */
  readonly numQueries: number;
  readonly numSets: number;
  /** Parts of the largest set. */
  readonly largestSet: number;
}

/** Columns of a sample's similarities, in whole tiles of the kernels. */
export function sampleStride(numTokens: number): number {
  return Math.ceil(numTokens / 8) * 8;
}

/** Buffers of scoring sets of heads on a sample. */
export function headScoringSizes(
  { headDim }: Pick<ModelConfig, 'headDim'>,
  { numTokens, numParts, numQueries, numSets, largestSet }: HeadScoringShape,
) {
  const queries = paddedQueries(numQueries);
  return {
    quants: numTokens * numParts * headDim,
    scales: 4 * numTokens * numParts,
    queries: 4 * queries * numParts * headDim,
    standard: 8 * queries * numParts,
    z: 4 * largestSet * queries * sampleStride(numTokens),
    scores: 4 * numSets * numTokens,
  } satisfies BufferSizes;
}

// GGUF metadata -> ModelConfig, for the architectures of families.ts. Refuses by name what the engine would run wrongly.
import { ModelFormatError, type ConvolutionLayers, type ModelConfig } from '@longread/core';
import { familyOf, type ModelFamily } from './families.ts';
import {
  optionalInteger,
  optionalNumber,
  optionalString,
  requireInteger,
  requireMultiple,
  requireNumber,
  requireString,
} from './gguf-keys.ts';
import type { GgufEntries } from './gguf-keys.ts';
import {
  readIntermediateSizes,
  readLayerInputs,
  readLogitCap,
  readSharing,
  readSliding,
  readWindow,
} from './gguf-layers.ts';
import { readDelta, readSkippedLayers } from './gguf-delta.ts';
import { refusePart } from './gguf-parts.ts';
import { refuseForeignKeys } from './foreign-keys.ts';
import { readRopeScaling, readTrainedLength } from './gguf-rope.ts';

const anyCount = { min: 0, max: 2 ** 31 - 1 };
const anyNumber = { min: -Infinity, max: Infinity };
/** Of embeddings, residuals and logits; squares of them are no trouble to f32. */
const scaleRange = { min: 1e-3, max: 1e3 };

/** Sizes of a model that whoever runs it may be unable to do, by the metadata key that each comes from. */
export type SizeKeys = Readonly<
  Record<'headDim' | 'rotaryDim' | 'hiddenSize' | 'intermediateSize' | 'vocabSize', string> &
    Partial<Record<'stateDim' | 'numStates' | 'slidingHeadDim' | 'layerInputSize', string>>
>;

export function sizeKeysOf(entries: GgufEntries): SizeKeys {
  const key = keysOf(entries);
  const hasKeyLength = entries.has(key('attention.key_length'));
  return {
    // Without a length of its own a head is its share of the hidden size.
    headDim: key(hasKeyLength ? 'attention.key_length' : 'attention.head_count'),
    rotaryDim: key('rope.dimension_count'),
    hiddenSize: key('embedding_length'),
    intermediateSize: key('feed_forward_length'),
    vocabSize: 'tokenizer.ggml.tokens',
    stateDim: key('ssm.state_size'),
    numStates: key('ssm.time_step_rank'),
    slidingHeadDim: key('attention.key_length_swa'),
    layerInputSize: key('embedding_length_per_layer_input'),
  };
}

/** The family that the file says it is of. Throws ModelFormatError naming what is known. */
export function readFamily(entries: GgufEntries): ModelFamily {
  refusePart(entries);
  return familyOf(requireString(entries, 'general.architecture'));
}

/** A key of the file's architecture by its last parts. */
function keysOf(entries: GgufEntries): (name: string) => string {
  const architecture = requireString(entries, 'general.architecture');
  return (name) => `${architecture}.${name}`;
}

/** Builds the configuration; `tiedEmbeddings` comes from the tensor list. Throws ModelFormatError naming the key. */
export function readConfig(entries: GgufEntries, family: ModelFamily, tiedEmbeddings: boolean): ModelConfig {
  const key = keysOf(entries);
  refuseForeignKeys(entries, key, family);
  const numSkipped = readSkippedLayers(entries, key, family);
  const numBlocks = requireInteger(entries, key('block_count'), { min: numSkipped + 1, max: 1024 });
  const numLayers = numBlocks - numSkipped;
  const hiddenSize = requireInteger(entries, key('embedding_length'), { min: 1, max: 65_536 });
  const numHeads = requireInteger(entries, key('attention.head_count'), { min: 1, max: 1024 });
  const { numKvHeads, convolution } = readKvHeads(entries, key, family, numLayers, numHeads);
  const headDim = readHeadDim(entries, key, hiddenSize, numHeads);
  const rotaryDim = readRotaryDim(entries, key, family, headDim);
  requireMultiple(key('attention.head_count'), numHeads, numKvHeads);
  const { ropePairing, qkvBias, qkNorm, valueNorm, preNorms, postNorms, activation } = family;
  const isShare = numLayers === family.numLayersScaledByShare;
  const ropeTheta = optionalNumber(entries, key('rope.freq_base'), { min: 1, max: 1e12 }) ?? 10_000;
  const sliding = readSliding(entries, key, family, numLayers, ropeTheta, headDim);

  return {
    name: optionalString(entries, 'general.name') ?? 'unnamed',
    numLayers,
    hiddenSize,
    ...readIntermediateSizes(entries, key, family, numLayers),
    numHeads,
    numKvHeads,
    headDim,
    vocabSize: readVocabSize(entries, key),
    contextLength: readContextLength(entries, key, family),
    ropeTheta,
    rotaryDim,
    unrotatedLayers: readUnrotated(entries, key, family, numLayers),
    ...readRopeScaling(entries, key, family, rotaryDim, ropeTheta),
    ropePairing,
    qkvBias,
    qkNorm,
    valueNorm,
    preNorms,
    postNorms,
    activation,
    ...readScales(entries, key, family, hiddenSize),
    ...readLogitCap(entries, key, family),
    attentionScale:
      family.attentionScale ?? readAttentionScale(entries, key, isShare ? hiddenSize / numHeads : headDim),
    sliding,
    ...readSharing(entries, key, family, numLayers, sliding),
    ...readLayerInputs(entries, key, family),
    convolution,
    delta: readDelta(entries, key, family, numLayers),
    attentionGate: family.gatesAttention || undefined,
    tiedEmbeddings,
  };
}

/** One number, or one a layer: the same in all, but in families that have layers without any, which have a convolution. */
function readKvHeads(
  entries: GgufEntries,
  key: (name: string) => string,
  { mayConvolve, mayDifferByLayer }: ModelFamily,
  numLayers: number,
  numHeads: number,
): { readonly numKvHeads: number; readonly convolution: ConvolutionLayers | undefined } {
  const name = key('attention.head_count_kv');
  const ofAll = entries.get(name);
  if (!(mayConvolve || mayDifferByLayer) || !Array.isArray(ofAll))
    return {
      numKvHeads: optionalInteger(entries, name, { min: 1, max: 1024 }) ?? numHeads,
      convolution: undefined,
    };
  const counts = ofAll.map(Number);
  const numKvHeads = Math.max(0, ...counts);
  const isRight = Number.isInteger(numKvHeads) && numKvHeads >= 1 && numKvHeads <= 1024;
  const isOther = (count: number) => count !== numKvHeads && !(mayConvolve && count === 0);
  if (!isRight || counts.length !== numLayers || counts.some(isOther))
    throw new ModelFormatError(
      `Metadata key "${name}" is an array of ${counts.length}: expected for each of ${numLayers} layers ${mayConvolve ? '0 or ' : ''}one number from 1 to 1024, the same in all.`,
      { key: name, length: counts.length, numLayers },
    );
  const flags = counts.map((count) => count === 0);
  if (!flags.includes(true)) return { numKvHeads, convolution: undefined };
  const length = requireInteger(entries, key('shortconv.l_cache'), { min: 2, max: 16 });
  return { numKvHeads, convolution: { length, isConvolution: flags } };
}

function readHeadDim(
  entries: GgufEntries,
  key: (name: string) => string,
  hiddenSize: number,
  numHeads: number,
): number {
  const keyLength = optionalInteger(entries, key('attention.key_length'), { min: 2, max: 1024 });
  if (keyLength === undefined) requireMultiple(key('embedding_length'), hiddenSize, numHeads);
  const headDim = keyLength ?? hiddenSize / numHeads;
  requireMultiple(key('attention.key_length'), headDim, 2); // rotation takes pairs
  const name = key('attention.value_length');
  requireHeadDim(name, optionalInteger(entries, name, anyCount) ?? headDim, headDim);
  return headDim;
}

function readRotaryDim(
  entries: GgufEntries,
  key: (name: string) => string,
  { mayRotateInPart }: ModelFamily,
  headDim: number,
): number {
  const name = key('rope.dimension_count');
  const range = mayRotateInPart ? { min: 2, max: headDim } : anyCount;
  const value = optionalInteger(entries, name, range) ?? headDim;
  if (mayRotateInPart) requireMultiple(name, value, 2);
  else requireHeadDim(name, value, headDim);
  return value;
}

function requireHeadDim(key: string, value: number, headDim: number): void {
  if (value === headDim) return;
  throw new ModelFormatError(
    `Metadata key "${key}" is ${value}, the head size is ${headDim}: they must be equal.`,
    { key, value, headDim },
  );
}

function readVocabSize(entries: GgufEntries, key: (name: string) => string): number {
  const tokens = entries.get('tokenizer.ggml.tokens');
  const numTokens = Array.isArray(tokens) ? tokens.length : 0;
  if (numTokens === 0) {
    throw new ModelFormatError(
      'Metadata key "tokenizer.ggml.tokens" is missing or empty: the file has no vocabulary.',
      { key: 'tokenizer.ggml.tokens' },
    );
  }
  const name = key('vocab_size');
  const declared = optionalInteger(entries, name, anyCount) ?? numTokens;
  if (declared !== numTokens) {
    throw new ModelFormatError(`Metadata key "${name}" is ${declared}, but there are ${numTokens} tokens.`, {
      key: name,
      value: declared,
      numTokens,
    });
  }
  return numTokens;
}

/** The last of each period, or all. */
function readUnrotated(
  entries: GgufEntries,
  key: (name: string) => string,
  { unrotatedPeriod, mayNotRotate }: ModelFamily,
  numLayers: number,
): readonly boolean[] | undefined {
  if (mayNotRotate && entries.get(key('rope.scaling.finetuned')) === false)
    return Array.from({ length: numLayers }, () => true);
  if (unrotatedPeriod === undefined) return undefined;
  return Array.from({ length: numLayers }, (_, layer) => (layer + 1) % unrotatedPeriod === 0);
}

/** The window, as far as every layer is run as it was trained. */
function readContextLength(
  entries: GgufEntries,
  key: (name: string) => string,
  { mayScaleQueries, slidesInAll }: ModelFamily,
): number {
  const length = requireInteger(entries, key('context_length'), { min: 1, max: 2 ** 30 });
  const scale = optionalNumber(entries, key('attention.temperature_scale'), anyNumber) ?? 0;
  if (mayScaleQueries && scale !== 0) return Math.min(length, readTrainedLength(entries, key));
  const lookBack = slidesInAll ? readWindow(entries, key) : 0;
  return lookBack === 0 ? length : Math.min(length, lookBack);
}

/**
 * What is added to the hidden state may be scaled: here the state is divided by that instead, which norms undo, and they are all that
 * reads it. A scale of 0 is none, as llama.cpp has it; logits are divided by theirs.
 */
function readScales(
  entries: GgufEntries,
  key: (name: string) => string,
  { scalesEmbeddings, mayScale }: ModelFamily,
  hiddenSize: number,
): Pick<ModelConfig, 'embeddingScale' | 'rmsNormEps' | 'logitScale'> {
  const rmsNormEps = requireNumber(entries, key('attention.layer_norm_rms_epsilon'), {
    min: 1e-12,
    max: 0.1,
  });
  if (!mayScale)
    return { rmsNormEps, embeddingScale: scalesEmbeddings ? Math.sqrt(hiddenSize) : 1, logitScale: 1 };
  const read = (name: string) => {
    const scale = optionalNumber(entries, key(name), anyNumber) ?? 0;
    return scale === 0 ? 1 : requireNumber(entries, key(name), scaleRange);
  };
  const residualScale = read('residual_scale');
  return {
    embeddingScale: read('embedding_scale') / residualScale,
    rmsNormEps: rmsNormEps / residualScale ** 2,
    logitScale: 1 / requireNumber(entries, key('logit_scale'), scaleRange),
  };
}

/** As llama.cpp reads it: a scale of 0 is none, which is the root of the head's size. */
function readAttentionScale(entries: GgufEntries, key: (name: string) => string, headSize: number): number {
  const scale = optionalNumber(entries, key('attention.scale'), { min: 0, max: 1024 }) ?? 0;
  return scale === 0 ? 1 / Math.sqrt(headSize) : scale;
}

// config.json of a hub repository -> ModelConfig, for the types of model-types.ts. Refuses by name what the engine would run wrongly.
import { ModelFormatError, type ModelConfig } from '@longread/core';
import type { ModelFamily } from '../families.ts';
import type { SizeKeys } from '../gguf-config.ts';
import { unsupported } from '../unsupported.ts';
import {
  optionalInteger,
  optionalNumber,
  optionalString,
  requireInteger,
  show,
  valueOf,
  type JsonObject,
} from './json-file.ts';
import { readConvolution, readKinds, readSliding, readUnrotated } from './layers.ts';
import { readModelType, type ModelType } from './model-types.ts';
import { readRope, readRopes, readRotaryShare, readTrainedLength, scalesQueries } from './rope.ts';
import { readScales } from './scales.ts';

/** Keys that change what a model computes in a way that is not run: the values that change nothing, and what any other asks for. */
const foreign: readonly (readonly [key: string, neutral: readonly unknown[], what: string])[] = [
  ['quantization_config', [], 'weights that are quantised already'],
  ['quantization', [], 'weights that are quantised already'],
  ['compression_config', [], 'weights that are compressed'],
  ['attention_bias', [false], 'biases of attention'],
  ['mlp_bias', [false], 'biases of the MLP'],
  ['qkv_bias', [], 'biases of attention'],
  ['num_experts', [0], 'a mixture of experts'],
  ['num_local_experts', [0], 'a mixture of experts'],
  ['n_routed_experts', [0], 'a mixture of experts'],
  ['is_causal', [true], 'attention to what comes after a token'],
  ['use_bidirectional_attention', [false], 'attention to what comes after a token'],
  ['attn_logit_softcapping', [], 'soft-capped attention'],
  ['final_logit_softcapping', [], 'soft-capped logits'],
  ['logit_scale', [1], 'scaled logits'],
  ['logits_scaling', [1], 'scaled logits'],
  ['residual_multiplier', [1], 'scaled residuals'],
  ['embedding_multiplier', [1], 'scaled embeddings'],
  ['attention_multiplier', [], 'another scale of attention'],
  ['no_rope_layers', [], 'layers that do not rotate'],
  ['partial_rotary_factor', [1], 'heads that rotate in part'],
  ['use_sliding_window', [false], 'sliding-window attention in layers behind the first'],
  ['num_kv_shared_layers', [0], 'layers that share keys and values'],
  ['conv_bias', [false], 'biases of convolutions'],
  ['lm_head_bias', [false], 'biases of the head'],
];

function refuseForeignKeys(config: JsonObject, { runs }: ModelType): void {
  for (const [key, neutral, what] of foreign) {
    const value = valueOf(config, key);
    if (value === undefined || neutral.includes(value) || runs.includes(key)) continue;
    throw unsupported(
      key,
      show(value),
      `Not supported: ${what} (key "${key}" of ${config.name} is ${show(value)}).`,
    );
  }
}

export interface ReadConfig {
  readonly config: ModelConfig;
  readonly sizeKeys: SizeKeys;
  readonly type: ModelType;
}

/** Builds the configuration. Throws ModelFormatError naming the key. */
export function readConfig(json: JsonObject): ReadConfig {
  const type = readModelType(json);
  refuseForeignKeys(json, type);
  const { family, defaults } = type;
  checkActivation(json, type);
  const hiddenSize = requireInteger(json, 'hidden_size', { min: 1, max: 65_536 });
  const numHeads = requireInteger(json, 'num_attention_heads', { min: 1, max: 1024 });
  const numKvHeads = optionalInteger(json, 'num_key_value_heads', { min: 1, max: 1024 }) ?? numHeads;
  requireMultiple('num_attention_heads', numHeads, numKvHeads);
  const headDim = readHeadDim(json, defaults.headDim, hiddenSize, numHeads);
  const rotaryDim = readRotaryDim(json, family, headDim);
  const numLayers = requireInteger(json, 'num_hidden_layers', { min: 1, max: 1024 });
  const contextLength = requireInteger(json, 'max_position_embeddings', { min: 1, max: 2 ** 30 });
  const sizes = { rotaryDim, contextLength, family, defaultTheta: defaults.ropeTheta };
  const { full, slidingTheta } =
    family.slidingPeriod === undefined
      ? { full: readRope(json, sizes), slidingTheta: 0 }
      : readRopes(json, sizes, type.slidingBase);
  const isOther = readKinds(json, numLayers, family);
  const { ropePairing, qkvBias, qkNorm, preNorms, postNorms, activation } = family;
  return {
    type,
    sizeKeys: {
      rotaryDim: 'partial_rotary_factor',
      headDim: valueOf(json, 'head_dim') === undefined ? 'num_attention_heads' : 'head_dim',
      hiddenSize: 'hidden_size',
      intermediateSize: 'intermediate_size',
      vocabSize: 'vocab_size',
    },
    config: {
      name: nameOf(json),
      numLayers,
      hiddenSize,
      intermediateSize: readIntermediateSize(json, type),
      numHeads,
      numKvHeads,
      headDim,
      vocabSize: requireInteger(json, 'vocab_size', { min: 1, max: 2 ** 22 }),
      contextLength: readWindow(json, family, contextLength),
      ...full,
      rotaryDim,
      unrotatedLayers: readUnrotated(json, numLayers, family),
      ropePairing,
      qkvBias,
      qkNorm,
      preNorms,
      postNorms,
      activation,
      ...readScales(json, type, headDim, hiddenSize),
      sliding: family.mayConvolve ? undefined : readSliding(json, isOther, slidingTheta),
      convolution: family.mayConvolve ? readConvolution(json, isOther) : undefined,
      tiedEmbeddings: readTied(json, type),
    },
  };
}

/** A repository's name, where its files were saved under one. */
function nameOf(json: JsonObject): string {
  const path = optionalString(json, '_name_or_path') ?? '';
  return (
    path.split(/[\\/]/).findLast((part) => part !== '') ?? optionalString(json, 'model_type') ?? 'unnamed'
  );
}

function checkActivation(json: JsonObject, { activation: [key, only] }: ModelType): void {
  // Gemma's older files have both spellings, of which the first names another function and is not read.
  const value = valueOf(json, key) ?? only;
  if (value === only) return;
  throw unsupported(
    key,
    show(value),
    `The activation ${show(value)} is not supported here, only "${only}" is (key "${key}" of ${json.name}).`,
  );
}

function readHeadDim(
  json: JsonObject,
  byDefault: number | undefined,
  hiddenSize: number,
  numHeads: number,
): number {
  const given = optionalInteger(json, 'head_dim', { min: 2, max: 1024 }) ?? byDefault;
  if (given === undefined) requireMultiple('hidden_size', hiddenSize, numHeads);
  const headDim = given ?? hiddenSize / numHeads;
  requireMultiple('head_dim', headDim, 2); // rotation takes pairs
  return headDim;
}

function requireMultiple(key: string, value: number, factor: number): void {
  if (value % factor === 0) return;
  throw new ModelFormatError(`Key "${key}" gives ${value}, which is not a multiple of ${factor}.`, {
    key,
    value,
    factor,
  });
}

function readRotaryDim(json: JsonObject, { mayRotateInPart }: ModelFamily, headDim: number): number {
  if (!mayRotateInPart) return headDim;
  const rotaryDim = Math.trunc(headDim * readRotaryShare(json));
  requireMultiple('partial_rotary_factor', rotaryDim, 2);
  if (rotaryDim > 0) return rotaryDim;
  throw new ModelFormatError(`Key "partial_rotary_factor" of ${json.name} leaves no element that rotates.`, {
    key: 'partial_rotary_factor',
  });
}

/** The window, as far as every layer is run as it was trained. */
function readWindow(json: JsonObject, family: ModelFamily, contextLength: number): number {
  const lookBack = family.slidesInAll
    ? optionalInteger(json, 'sliding_window', { min: 1, max: 2 ** 30 })
    : undefined;
  const trained = family.mayScaleQueries && scalesQueries(json) ? readTrainedLength(json) : undefined;
  return Math.min(contextLength, lookBack ?? Infinity, trained ?? Infinity);
}

/** LFM2's files give a size that their class makes another of, as LLaMA's first code did. */
function readIntermediateSize(json: JsonObject, { family }: ModelType): number {
  const range = { min: 1, max: 2 ** 20 };
  if (!family.mayConvolve) return requireInteger(json, 'intermediate_size', range);
  const given =
    optionalInteger(json, 'block_ff_dim', range) ?? requireInteger(json, 'intermediate_size', range);
  if (!readFlag(json, 'block_auto_adjust_ff_dim', true)) return given;
  const multiple = optionalInteger(json, 'block_multiple_of', range) ?? 256;
  const factor = optionalNumber(json, 'block_ffn_dim_multiplier', { min: 1e-3, max: 1e3 }) ?? 1;
  return multiple * Math.ceil(Math.trunc(factor * Math.trunc((2 * given) / 3)) / multiple);
}

/** The second spelling is LFM2's, and counts before the other. */
function readTied(json: JsonObject, { family, defaults }: ModelType): boolean {
  const tied = readFlag(json, 'tie_word_embeddings', defaults.tiedEmbeddings);
  return family.mayConvolve ? readFlag(json, 'tie_embedding', tied) : tied;
}

function readFlag(json: JsonObject, key: string, byDefault: boolean): boolean {
  const value = valueOf(json, key) ?? byDefault;
  if (typeof value === 'boolean') return value;
  throw new ModelFormatError(`Key "${key}" of ${json.name} is ${show(value)}: expected a boolean.`, { key });
}

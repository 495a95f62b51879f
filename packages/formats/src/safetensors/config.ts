// config.json of a hub repository -> ModelConfig, for the types of model-types.ts. Refuses by name what the engine would run wrongly.
import { ModelFormatError, type ModelConfig, type SlidingLayers } from '@longread/core';
import type { SizeKeys } from '../gguf-config.ts';
import { unsupported } from '../unsupported.ts';
import {
  optionalInteger,
  optionalNumber,
  optionalString,
  requireInteger,
  requireNumber,
  show,
  valueOf,
  type JsonObject,
} from './json-file.ts';
import { readModelType, type ModelType } from './model-types.ts';
import { readRope, readRopes } from './rope.ts';

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
];

function refuseForeignKeys(config: JsonObject): void {
  for (const [key, neutral, what] of foreign) {
    const value = valueOf(config, key);
    if (value === undefined || neutral.includes(value)) continue;
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
  refuseForeignKeys(json);
  const type = readModelType(json);
  const { family, defaults } = type;
  checkActivation(json, type);
  const hiddenSize = requireInteger(json, 'hidden_size', { min: 1, max: 65_536 });
  const numHeads = requireInteger(json, 'num_attention_heads', { min: 1, max: 1024 });
  const numKvHeads = optionalInteger(json, 'num_key_value_heads', { min: 1, max: 1024 }) ?? numHeads;
  requireMultiple('num_attention_heads', numHeads, numKvHeads);
  const headDim = readHeadDim(json, defaults.headDim, hiddenSize, numHeads);
  const numLayers = requireInteger(json, 'num_hidden_layers', { min: 1, max: 1024 });
  const contextLength = requireInteger(json, 'max_position_embeddings', { min: 1, max: 2 ** 30 });
  const sizes = { headDim, contextLength, defaultTheta: defaults.ropeTheta };
  const slides = family.slidingPeriod !== undefined;
  const { full, slidingTheta } = slides
    ? readRopes(json, sizes)
    : { full: readRope(json, sizes), slidingTheta: 0 };
  const isSliding = readLayers(json, numLayers, family.slidingPeriod);
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
      intermediateSize: requireInteger(json, 'intermediate_size', { min: 1, max: 2 ** 20 }),
      numHeads,
      numKvHeads,
      headDim,
      vocabSize: requireInteger(json, 'vocab_size', { min: 1, max: 2 ** 22 }),
      contextLength,
      ...full,
      rotaryDim: headDim, // "partial_rotary_factor" is refused, and so is what scales logits or grows heads
      ropeMagnitude: 1,
      logitScale: 1,
      ropePairing,
      rmsNormEps: requireNumber(json, 'rms_norm_eps', { min: 1e-12, max: 0.1 }),
      qkvBias,
      qkNorm,
      preNorms,
      postNorms,
      activation,
      embeddingScale: family.scalesEmbeddings ? Math.sqrt(hiddenSize) : 1,
      attentionScale: readAttentionScale(json, type, headDim),
      sliding: readSliding(json, isSliding, slidingTheta),
      tiedEmbeddings: readTied(json, defaults.tiedEmbeddings),
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

function readAttentionScale(json: JsonObject, { attentionScalar }: ModelType, headDim: number): number {
  if (attentionScalar === undefined) return 1 / Math.sqrt(headDim);
  const { key, byDefault } = attentionScalar;
  return 1 / Math.sqrt(optionalNumber(json, key, { min: 1e-6, max: 1e6 }) ?? byDefault);
}

function readTied(json: JsonObject, byDefault: boolean): boolean {
  const value = valueOf(json, 'tie_word_embeddings') ?? byDefault;
  if (typeof value === 'boolean') return value;
  throw new ModelFormatError(
    `Key "tie_word_embeddings" of ${json.name} is ${show(value)}: expected a boolean.`,
    {
      key: 'tie_word_embeddings',
    },
  );
}

/** `[numLayers]`: by name (`layer_types`), or all but the last of a period. Throws ModelFormatError where none may slide and one does. */
function readLayers(json: JsonObject, numLayers: number, period: number | undefined): readonly boolean[] {
  const types = valueOf(json, 'layer_types');
  if (types !== undefined) {
    const known = ['full_attention', ...(period === undefined ? [] : ['sliding_attention'])];
    if (
      !Array.isArray(types) ||
      types.length !== numLayers ||
      !types.every((type) => known.includes(type as string))
    )
      throw unsupported(
        'layer_types',
        show(types),
        `Key "layer_types" of ${json.name} is ${show(types)}: expected ${numLayers} times ${known.join(' or ')}.`,
      );
    return types.map((type) => type === 'sliding_attention');
  }
  const ofFile = ['sliding_window_pattern', '_sliding_window_pattern'].map((key) =>
    optionalInteger(json, key, { min: 1, max: 1024 }),
  );
  const every = ofFile.find((value) => value !== undefined) ?? period;
  return Array.from(
    { length: numLayers },
    (_, layer) => period !== undefined && every !== undefined && (layer + 1) % every !== 0,
  );
}

function readSliding(
  json: JsonObject,
  isSliding: readonly boolean[],
  ropeTheta: number,
): SlidingLayers | undefined {
  if (!isSliding.includes(true)) return undefined;
  return {
    window: requireInteger(json, 'sliding_window', { min: 1, max: 2 ** 30 }),
    ropeTheta,
    isSliding,
  };
}

// GGUF metadata -> ModelConfig for architecture `llama`. Refuses by name what the engine would run wrongly.
import { ModelFormatError, type ModelConfig } from '@longread/core';
import {
  optionalInteger,
  optionalNumber,
  optionalString,
  requireInteger,
  requireNumber,
  requireString,
} from './gguf-keys.ts';
import type { GgufEntries } from './gguf-keys.ts';
import { refusePart } from './gguf-parts.ts';
import { unsupported } from './unsupported.ts';

const anyCount = { min: 0, max: 2 ** 31 - 1 };
const anyNumber = { min: -Infinity, max: Infinity };

/** Sizes of a model that whoever runs it may be unable to do, by the metadata key that each comes from. */
export type SizeKeys = Readonly<Record<'headDim' | 'hiddenSize' | 'intermediateSize' | 'vocabSize', string>>;

export function sizeKeysOf(entries: GgufEntries): SizeKeys {
  const hasKeyLength = entries.has('llama.attention.key_length');
  return {
    // Without a length of its own a head is its share of the hidden size.
    headDim: hasKeyLength ? 'llama.attention.key_length' : 'llama.attention.head_count',
    hiddenSize: 'llama.embedding_length',
    intermediateSize: 'llama.feed_forward_length',
    vocabSize: 'tokenizer.ggml.tokens',
  };
}

/** Builds the configuration; `tiedEmbeddings` comes from the tensor list. Throws ModelFormatError naming the key. */
export function readConfig(entries: GgufEntries, tiedEmbeddings: boolean): ModelConfig {
  refusePart(entries);
  const architecture = requireString(entries, 'general.architecture');
  if (architecture !== 'llama') {
    const what = `Architecture "${architecture.slice(0, 80)}" is not supported: only "llama" is.`;
    throw unsupported('general.architecture', architecture, what);
  }
  refuseRopeScaling(entries);
  refuseOther(entries, 'llama.expert_count', 'mixture of experts');
  refuseOther(entries, 'llama.attention.sliding_window', 'sliding-window attention');

  const hiddenSize = requireInteger(entries, 'llama.embedding_length', { min: 1, max: 65_536 });
  const numHeads = requireInteger(entries, 'llama.attention.head_count', { min: 1, max: 1024 });
  const numKvHeads =
    optionalInteger(entries, 'llama.attention.head_count_kv', { min: 1, max: 1024 }) ?? numHeads;
  const headDim = readHeadDim(entries, hiddenSize, numHeads);
  const intermediateSize = requireInteger(entries, 'llama.feed_forward_length', { min: 1, max: 2 ** 20 });
  requireMultiple('llama.attention.head_count', numHeads, numKvHeads);

  return {
    name: optionalString(entries, 'general.name') ?? 'unnamed',
    numLayers: requireInteger(entries, 'llama.block_count', { min: 1, max: 1024 }),
    hiddenSize,
    intermediateSize,
    numHeads,
    numKvHeads,
    headDim,
    vocabSize: readVocabSize(entries),
    contextLength: requireInteger(entries, 'llama.context_length', { min: 1, max: 2 ** 30 }),
    ropeTheta: optionalNumber(entries, 'llama.rope.freq_base', { min: 1, max: 1e12 }) ?? 10_000,
    ropePairing: 'adjacent',
    rmsNormEps: requireNumber(entries, 'llama.attention.layer_norm_rms_epsilon', { min: 1e-12, max: 0.1 }),
    tiedEmbeddings,
  };
}

function readHeadDim(entries: GgufEntries, hiddenSize: number, numHeads: number): number {
  const keyLength = optionalInteger(entries, 'llama.attention.key_length', { min: 2, max: 1024 });
  if (keyLength === undefined) requireMultiple('llama.embedding_length', hiddenSize, numHeads);
  const headDim = keyLength ?? hiddenSize / numHeads;
  requireMultiple('llama.attention.key_length', headDim, 2); // rotation takes pairs
  for (const key of ['llama.attention.value_length', 'llama.rope.dimension_count']) {
    const value = optionalInteger(entries, key, anyCount) ?? headDim;
    if (value !== headDim) {
      throw new ModelFormatError(
        `Metadata key "${key}" is ${value}, the head size is ${headDim}: they must be equal.`,
        {
          key,
          value,
          headDim,
        },
      );
    }
  }
  return headDim;
}

function readVocabSize(entries: GgufEntries): number {
  const tokens = entries.get('tokenizer.ggml.tokens');
  const numTokens = Array.isArray(tokens) ? tokens.length : 0;
  if (numTokens === 0) {
    throw new ModelFormatError(
      'Metadata key "tokenizer.ggml.tokens" is missing or empty: the file has no vocabulary.',
      {
        key: 'tokenizer.ggml.tokens',
      },
    );
  }
  const declared = optionalInteger(entries, 'llama.vocab_size', anyCount) ?? numTokens;
  if (declared !== numTokens) {
    throw new ModelFormatError(
      `Metadata key "llama.vocab_size" is ${declared}, but there are ${numTokens} tokens.`,
      {
        key: 'llama.vocab_size',
        value: declared,
        numTokens,
      },
    );
  }
  return numTokens;
}

function requireMultiple(key: string, value: number, factor: number): void {
  if (value % factor === 0) return;
  throw new ModelFormatError(`Metadata key "${key}" gives ${value}, which is not a multiple of ${factor}.`, {
    key,
    value,
    factor,
  });
}

/** Any rope scaling but `none` changes every position; without a type, llama.cpp takes a factor as linear scaling. */
function refuseRopeScaling(entries: GgufEntries): void {
  const type = optionalString(entries, 'llama.rope.scaling.type');
  if (type === 'none') return;
  for (const key of ['llama.rope.scaling.type', 'llama.rope.scaling.factor', 'llama.rope.scale_linear']) {
    const value = key.endsWith('type') ? type : optionalNumber(entries, key, anyNumber);
    if (value !== undefined && value !== 0 && value !== 1) {
      const what = `Rope scaling is not supported: metadata key "${key}" is ${String(value).slice(0, 80)}.`;
      throw unsupported(key, value, what);
    }
  }
}

function refuseOther(entries: GgufEntries, key: string, what: string): void {
  const value = optionalInteger(entries, key, anyCount) ?? 0;
  if (value > 0) throw unsupported(key, value, `Not supported: ${what} (metadata key "${key}" is ${value}).`);
}

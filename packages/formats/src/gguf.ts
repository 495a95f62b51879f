// Opens a GGUF file: header, configuration, tensors and tokenizer are read and validated; weights stream later.
import {
  invariant,
  type ModelConfig,
  type TensorId,
  type WeightLayout,
  type WeightRows,
} from '@longread/core';
import type { ByteSource } from './byte-source.ts';
import { readFrequencyDivisors } from './frequency-divisors.ts';
import { readConfig, readFamily, sizeKeysOf, type SizeKeys } from './gguf-config.ts';
import { readSkippedLayers } from './gguf-delta.ts';
import { isWidened } from './gguf-rope.ts';
import { readParts } from './gguf-split.ts';
import { placeTensors } from './gguf-tensors.ts';
import { readTokenizer } from './gguf-tokenizer.ts';
import { readRows, type StoredTensor } from './repack/read-rows.ts';
import { createValueReader } from './repack/read-values.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';

/** One tensor of an opened model: its role, canonical layout and name in the file. */
export interface ModelTensor {
  readonly id: TensorId;
  readonly layout: WeightLayout;
  readonly name: string;
}

/** An opened, validated model file. */
export interface ModelFile {
  readonly config: ModelConfig;
  /** Where its sizes come from. */
  readonly sizeKeys: SizeKeys;
  /** Every tensor the engine needs: present, in shape, inside the file. */
  readonly tensors: readonly ModelTensor[];
  readonly tokenizer: TokenizerDefinition;
  /**
   * Streams a tensor of `tensors` in its canonical layout as runs of whole rows, reading at most `maxBytes` of the file
   * at a time (one row at least). A run is good until the next one is asked for, of any tensor. Throws ModelFormatError when a scale is out of range.
   */
  readRows(tensor: ModelTensor, maxBytes: number): AsyncIterable<WeightRows>;
  /**
   * Of models with layer inputs `[ids.length, numLayers size]`: what the tokens' rows of the table hold, which is read from the file row by
   * row; none of `tensors` is the table. Throws as `readRows`.
   */
  readonly layerInputsOf?: (ids: ArrayLike<number>) => Promise<Float32Array<ArrayBuffer>>;
}

/**
 * Opens a GGUF file (versions 2 and 3, little-endian, its parts one behind the other where it was split) of an architecture in
 * families.ts, with tensors of the types in docs/models.md and a tokenizer of a kind that gguf-tokenizer.ts knows. Throws
 * ModelFormatError naming tensor or key for anything else.
 */
export async function openGguf(source: ByteSource): Promise<ModelFile> {
  const { config: ofHeader, sizeKeys, tokenizer, placed } = await readFile(source);
  const { weights, frequencyDivisors, layerInputs, layerScales } = placed;
  const divided =
    frequencyDivisors === undefined
      ? ofHeader
      : withDivisors(ofHeader, await readFrequencyDivisors(source, frequencyDivisors));
  const config = await withScales(source, divided, layerScales);
  const byName = new Map(weights.map((tensor) => [tensor.name, tensor]));
  const buffers = { quants: new Uint32Array(), scales: new Uint32Array() };
  return {
    config,
    sizeKeys,
    tensors: weights.map(({ id, layout, name }) => ({ id, layout, name })),
    tokenizer,
    readRows(tensor, maxBytes) {
      const stored = byName.get(tensor.name);
      invariant(stored !== undefined, `readRows of "${tensor.name}", which is not a tensor of this file`);
      return readRows(source, stored, maxBytes, buffers);
    },
    ...(layerInputs && { layerInputsOf: createValueReader(source, layerInputs) }),
  };
}

/** A model whose layers scale what leaves them: those without a number of their own by 1. */
async function withScales(
  source: ByteSource,
  config: ModelConfig,
  tensors: readonly (StoredTensor | undefined)[],
): Promise<ModelConfig> {
  if (!tensors.some((tensor) => tensor !== undefined)) return config;
  const layerScales: number[] = [];
  for (const tensor of tensors)
    layerScales.push(tensor ? ((await createValueReader(source, tensor)([0]))[0] ?? NaN) : 1);
  return { ...config, layerScales };
}

/** Those of a tensor come on top of those that a key asks for. */
function withDivisors(config: ModelConfig, divisors: readonly number[]): ModelConfig {
  const { ropeFrequencyDivisors: ofKeys } = config;
  return {
    ...config,
    ropeFrequencyDivisors: divisors.map((divisor, pair) => divisor * (ofKeys?.[pair] ?? 1)),
  };
}

/** What a header says of a model, without what is behind it: divisors of the rotary frequencies. */
export type ModelHeader = Pick<ModelFile, 'config' | 'sizeKeys' | 'tensors' | 'tokenizer'>;

/** Reads the header alone, of a file that is still on its way: what it takes on a device is known then. Throws as openGguf. */
export async function readGgufModel(source: ByteSource): Promise<ModelHeader> {
  const { config, sizeKeys, tokenizer, placed } = await readFile(source);
  const tensors = placed.weights.map(({ id, layout, name }) => ({ id, layout, name }));
  return { config, sizeKeys, tensors, tokenizer };
}

/** The same without a look behind the header, as far as a file that is still on its way can be judged. */
export async function openGgufTokenizer(source: ByteSource): Promise<TokenizerDefinition> {
  return (await readFile(source)).tokenizer;
}

/** All that a header says. */
async function readFile(source: ByteSource) {
  const parts = await readParts(source);
  const { entries } = parts[0].header;
  const tiedEmbeddings = !parts.some(({ header }) =>
    header.tensors.some(({ name }) => name === 'output.weight'),
  );
  const family = readFamily(entries);
  const config = readConfig(entries, family, tiedEmbeddings);
  const numSkipped = readSkippedLayers(entries, (name) => `${family.architecture}.${name}`, family);
  const placed = placeTensors(parts, family, config, isWidened(entries, family, config), numSkipped);
  return { config, placed, sizeKeys: sizeKeysOf(entries), tokenizer: readTokenizer(entries, family) };
}

// What a recommended model's file will say in its header, made of the facts of the list by the readers of real ones: so the memory plan
// knows before anything is asked of a network.
import { ModelFormatError, isCarrying, type ModelConfig } from '@longread/core';
import { expectedTensors, type Expected } from '../expected-tensors.ts';
import { readConfig, readFamily, sizeKeysOf } from '../gguf-config.ts';
import type { ModelHeader } from '../gguf.ts';
import type { GgufValue } from '../gguf-header.ts';
import { storedRowBytes } from '../repack/read-rows.ts';
import { matrixTypes, normTypes, type SourceType } from '../repack/source-types.ts';
import type { RecommendedModel } from './recommended.ts';

export interface PlannedHeader extends Pick<ModelHeader, 'config' | 'sizeKeys' | 'tensors'> {
  /** Of all tensors in the file; a header comes on top, which is mostly vocabulary. */
  readonly tensorBytes: number;
}

/** @throws ModelFormatError for a shape or a family that does not load */
export function plannedHeader(model: RecommendedModel): PlannedHeader {
  const { family: architecture, name, keys, vocabulary, tiedEmbeddings, file } = model;
  const entries = new Map<string, GgufValue>([
    ['general.architecture', architecture],
    ['general.name', name],
    // Whoever asks wants to know how many there are.
    ['tokenizer.ggml.tokens', new Array<string>(vocabulary).fill('')],
    ...Object.entries(keys).map(([key, value]) => [`${architecture}.${key}`, value] as const),
  ]);
  const family = readFamily(entries);
  const config = readConfig(entries, family, tiedEmbeddings);
  let tensorBytes = 0;
  const tensors = expectedTensors(config, family).flatMap((tensor) => {
    const type = typeOf(tensor, file.type, config);
    tensorBytes += tensor.rows * storedRowBytes(type, tensor.cols);
    const { format, groupSize } = type;
    return tensor.parts.map(({ id, rows }) => ({
      id,
      name: tensor.name,
      layout: { format, rows, cols: tensor.cols, groupSize },
    }));
  });
  return { config, sizeKeys: sizeKeysOf(entries), tensors, tensorBytes };
}

const typesByName: ReadonlyMap<string, SourceType> = new Map(
  [...matrixTypes.values()].map((type) => [type.name, type]),
);

/** Of types in blocks of 256 what is taken where rows are no multiple of that. */
const fallbacks: Readonly<Record<string, string>> = { Q4_K: 'Q5_0', Q5_K: 'Q5_1', Q6_K: 'Q8_0' };

function typeOf(
  tensor: Expected,
  mixture: RecommendedModel['file']['type'],
  config: ModelConfig,
): SourceType {
  if (tensor.isVector) return matrixOrNorm(normTypes.get(0), 'F32');
  const name = mixture === 'Q4_K_M' ? inMixture(tensor, config) : isHead(tensor, config) ? 'Q6_K' : 'Q4_1';
  const wanted = matrixOrNorm(typesByName.get(name), name);
  if (tensor.cols % wanted.blockSize === 0) return wanted;
  const instead = fallbacks[name] ?? name;
  return matrixOrNorm(typesByName.get(instead), instead);
}

function matrixOrNorm(type: SourceType | undefined, name: string): SourceType {
  if (type === undefined) throw new ModelFormatError(`Tensors of type ${name} are not read.`, { type: name });
  return type;
}

/** The matrix that logits come from. */
function isHead({ name }: Expected, { tiedEmbeddings }: ModelConfig): boolean {
  return name === (tiedEmbeddings ? 'token_embd.weight' : 'output.weight');
}

/**
 * Which type Q4_K_M gives a tensor: six bits to the head, and in the first eighth of the layers, the last, and every third between to
 * values and to what leaves the MLP; five to queries, keys and values in one tensor; four to all else. Of values only layers that
 * attend count. Source: llama.cpp 2026-10, how it quantises.
 */
function inMixture(tensor: Expected, config: ModelConfig): string {
  if (isHead(tensor, config)) return 'Q6_K';
  const [, layerText = '', name = ''] = /^blk\.(\d+)\.(.*)$/.exec(tensor.name) ?? [];
  const layers = Array.from({ length: config.numLayers }, (_, layer) => layer);
  if (name === 'attn_qkv.weight') return 'Q5_K';
  if (name === 'ffn_down.weight') return isFiner(Number(layerText), config.numLayers) ? 'Q6_K' : 'Q4_K';
  if (name !== 'attn_v.weight') return 'Q4_K';
  const attending = layers.filter((layer) => !isCarrying(config, layer));
  return isFiner(attending.indexOf(Number(layerText)), attending.length) ? 'Q6_K' : 'Q4_K';
}

function isFiner(index: number, count: number): boolean {
  const eighth = Math.floor(count / 8);
  return index < eighth || index >= Math.floor((7 * count) / 8) || (index - eighth) % 3 === 2;
}

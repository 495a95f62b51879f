// Which files of a hub repository make a model, by their names alone, and in which order they are one. All others are left out.
import { ModelFormatError } from '@longread/core';
import { valueOf, wrongValue, asObject, type JsonObject } from './json-file.ts';

/** The files beside the weights, in the order in which they are hashed: those that must be there, and those that may. */
export const requiredNames = ['config.json', 'tokenizer.json'] as const;
export const optionalNames = [
  'tokenizer_config.json',
  'generation_config.json',
  'chat_template.jinja',
] as const;
export const sideNames: readonly SideName[] = [...requiredNames, ...optionalNames];
export type SideName = (typeof requiredNames)[number] | (typeof optionalNames)[number];

export const indexName = 'model.safetensors.index.json';
/** An index names a file for each of some thousand tensors. */
const maxShards = 1000;

const isWeights = (name: string): boolean => name.endsWith('.safetensors');

/** True for the name of a file that a model in safetensors is loaded by: its weights, or the list of their files. */
export const isSafetensorsName = (name: string): boolean => isWeights(name) || name === indexName;

/** Names of a repository's files that are read; the files of weights in the order in which they are one. */
export interface ModelNames {
  readonly sides: readonly SideName[];
  readonly index: typeof indexName | undefined;
  /** Those that are there by their names; with an index it says which count. */
  readonly weights: readonly string[];
}

/** True for the name of any file that a model in safetensors is made of. */
export const isHubName = (name: string): boolean =>
  isSafetensorsName(name) || sideNames.some((side) => side === name);

/** Sorts what was chosen together. Throws ModelFormatError for a name that is there twice, or what must be there and is not. */
export function chooseNames(names: readonly string[]): ModelNames {
  const known = names.filter(isHubName);
  const twice = known.find((name, i) => known.indexOf(name) !== i);
  if (twice !== undefined)
    throw new ModelFormatError(
      `${twice} is there twice: choose the files of one folder, without its subfolders.`,
      {
        name: twice,
      },
    );
  const missing = requiredNames.find((name) => !known.includes(name));
  if (missing !== undefined) throw missingFile(missing);
  return {
    sides: sideNames.filter((side) => known.includes(side)),
    index: known.includes(indexName) ? indexName : undefined,
    weights: known.filter(isWeights).sort(),
  };
}

export function missingFile(name: string): ModelFormatError {
  return new ModelFormatError(
    `${name} is missing: a model in safetensors needs it beside its weights. Choose the whole folder.`,
    { name },
  );
}

/** The names of all files of a numbered set of which one is named; that one alone when its name is of none. */
export function shardNames(name: string): readonly string[] {
  const [, stem, of] = /^(.*)-\d{5}-of-(\d{5})\.safetensors$/.exec(name) ?? [];
  if (stem === undefined || of === undefined) return [name];
  const count = Number(of);
  if (count < 1 || count > maxShards) throw tooMany(count);
  return Array.from(
    { length: count },
    (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${of}.safetensors`,
  );
}

/**
 * The files of weights without an index: one alone, `model.safetensors` among others, or all of a numbered set.
 * Throws ModelFormatError naming what is missing, or when nothing tells which of them are the model.
 */
export function weightsWithoutIndex(weights: readonly string[]): readonly string[] {
  const whole = 'model.safetensors';
  if (weights.includes(whole)) return [whole];
  const [first] = weights;
  if (first === undefined)
    throw new ModelFormatError(
      'There are no weights: no file whose name ends in .safetensors. Choose the whole folder; weights in .bin, .pt or .onnx are not read.',
      {},
    );
  const all = shardNames(first);
  if (all.length === 1 && weights.length > 1)
    throw new ModelFormatError(
      `There are several files of weights and no ${indexName} to say which are the model: ${weights.slice(0, 5).join(', ')}. Choose those of one model.`,
      { files: weights.length },
    );
  const missing = all.find((name) => !weights.includes(name));
  if (missing !== undefined) throw missingFile(missing);
  return all;
}

/** Where an index says that tensors are: file by name of tensor. Throws ModelFormatError when it says no such thing. */
export function readWeightMap(index: JsonObject): ReadonlyMap<string, string> {
  const value = valueOf(index, 'weight_map');
  if (value === undefined) throw wrongValue(index, 'weight_map', 'the file of each tensor');
  const entries = Object.entries(asObject(value, `${index.name}: weight_map`));
  const map = new Map<string, string>();
  for (const [tensor, file] of entries) {
    // A name and no path: what lies elsewhere is no part of what was chosen.
    if (typeof file !== 'string' || !isWeights(file) || /[\\/]/.test(file) || file.startsWith('.'))
      throw wrongValue(index, 'weight_map', 'names of files that end in .safetensors');
    map.set(tensor, file);
  }
  const count = new Set(map.values()).size;
  if (count === 0) throw wrongValue(index, 'weight_map', 'the file of each tensor');
  if (count > maxShards) throw tooMany(count);
  return map;
}

const tooMany = (count: number): ModelFormatError =>
  new ModelFormatError(
    `The weights are in ${count} files, the limit is ${maxShards}: choose another model.`,
    {
      files: count,
      limit: maxShards,
    },
  );

/** The files that an index names, in order. */
export const filesOf = (map: ReadonlyMap<string, string>): readonly string[] =>
  [...new Set(map.values())].sort();

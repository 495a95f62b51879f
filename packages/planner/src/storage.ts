// Bytes that a stored document takes, said before it is read: what the store counts of it (DocumentManifest.sizeBytes).
import {
  attendingLayers,
  countCarrying,
  headDimOf,
  type ModelConfig,
  type ReadSettings,
} from '@longread/core';
import { carriedBytes } from './buffer-sizes.ts';
import { momentBytes } from './similarity-stats.ts';

type StoredConfig = Pick<
  ModelConfig,
  'numKvHeads' | 'headDim' | 'hiddenSize' | 'sliding' | 'convolution' | 'delta' | 'sharedFrom'
>;

/**
 * @param numTokens of a document that is read at once.
 * @param textBytes its text, as UTF-8.
 */
export function documentStorageBytes(
  config: StoredConfig,
  settings: ReadSettings,
  numTokens: number,
  textBytes: number,
): number {
  // Its id and its end, then int8 embeddings with a scale each.
  const token = 4 + 4 + settings.heads.length * (config.headDim + 4);
  return numTokens * token + textBytes + stateStorageBytes(config, settings, numTokens);
}

/** Of the state after `numTokens`. */
export function stateStorageBytes(
  config: StoredConfig,
  { heads, budget, exitLayer }: ReadSettings,
  numTokens: number,
): number {
  const { numKvHeads, headDim } = config;
  // Of each entry that is kept, a key and a value of 20 bits a number with an exponent each, and a score as f32.
  const slot = (layer: number) => numKvHeads * (2 * (2.5 * headDimOf(config, layer) + 1) + 4);
  const carried = countCarrying(config, exitLayer - 1) * carriedBytes(config);
  const attending = attendingLayers(config, exitLayer - 1);
  const entries = Math.min(numTokens, budget) * attending.reduce((sum, layer) => sum + slot(layer), 0);
  const sizes = 4 * attending.length;
  return entries + sizes + carried + momentBytes(heads.length, headDim);
}

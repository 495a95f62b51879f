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

/**
 * @param numTokens of a document that is read at once.
 * @param textBytes its text, as UTF-8.
 */
export function documentStorageBytes(
  config: Pick<
    ModelConfig,
    'numKvHeads' | 'headDim' | 'hiddenSize' | 'sliding' | 'convolution' | 'delta' | 'sharedFrom'
  >,
  { heads, budget, exitLayer }: ReadSettings,
  numTokens: number,
  textBytes: number,
): number {
  const { numKvHeads, headDim } = config;
  const numParts = heads.length;
  // Its id and its end, then int8 embeddings with a scale each.
  const token = 4 + 4 + numParts * (headDim + 4);
  // Keys, values and a score of each entry that is kept, as f32.
  const slot = (layer: number) => 4 * numKvHeads * (2 * headDimOf(config, layer) + 1);
  const carried = countCarrying(config, exitLayer - 1) * carriedBytes(config);
  const slots = attendingLayers(config, exitLayer - 1).reduce((sum, layer) => sum + slot(layer), 0);
  const entries = Math.min(numTokens, budget) * slots;
  const state = entries + carried + momentBytes(numParts, headDim);
  return numTokens * token + textBytes + state;
}

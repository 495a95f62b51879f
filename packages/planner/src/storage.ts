// Bytes that a stored document takes, said before it is read: what the store counts of it (DocumentManifest.sizeBytes).
import { countAttention, countCarrying, type ModelConfig, type ReadSettings } from '@longread/core';
import { carriedBytes } from './buffer-sizes.ts';
import { momentBytes } from './similarity-stats.ts';

/**
 * @param numTokens of a document that is read at once.
 * @param textBytes its text, as UTF-8.
 */
export function documentStorageBytes(
  config: Pick<ModelConfig, 'numKvHeads' | 'headDim' | 'hiddenSize' | 'convolution' | 'delta'>,
  { heads, budget, exitLayer }: ReadSettings,
  numTokens: number,
  textBytes: number,
): number {
  const { numKvHeads, headDim } = config;
  const numParts = heads.length;
  // Its id and its end, then int8 embeddings with a scale each.
  const token = 4 + 4 + numParts * (headDim + 4);
  // Keys, values and a score of each entry that is kept, as f32.
  const slot = 4 * numKvHeads * (2 * headDim + 1);
  const carried = countCarrying(config, exitLayer - 1) * carriedBytes(config);
  const entries = countAttention(config, exitLayer - 1) * Math.min(numTokens, budget) * slot;
  const state = entries + carried + momentBytes(numParts, headDim);
  return numTokens * token + textBytes + state;
}

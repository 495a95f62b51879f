// How samples are read when heads are measured.
import type { EmbeddingHead, ModelConfig, ReadSettings } from '@longread/core';
import { exitLayerOf } from './read-settings.ts';

/** Tokens of a sample's chunks and budget, small as in the paper: a sample is short, and is to be evicted from as a document is. */
const sampleTokens = 256;

/**
 * How samples are read to choose among heads: in chunks whose embeddings the device binds, with a budget that holds what sliding layers
 * look back on.
 *
 * @param maxTokens of a pass.
 */
export function sampleSettings(
  config: ModelConfig,
  heads: readonly EmbeddingHead[],
  maxTokens: number,
  { maxStorageBufferBindingSize }: { readonly maxStorageBufferBindingSize: number },
): ReadSettings {
  const fitting = Math.floor(maxStorageBufferBindingSize / (4 * heads.length * config.headDim));
  const half = Math.floor(config.contextLength / 2);
  const chunkSize = Math.max(1, Math.min(sampleTokens, maxTokens, half, fitting));
  const lookBack = (config.sliding?.window ?? 1) - 1;
  const budget = Math.max(Math.min(sampleTokens, half), 32 * Math.ceil(lookBack / 32));
  return { chunkSize, budget, recent: Math.floor(budget / 4), exitLayer: exitLayerOf(heads), heads };
}

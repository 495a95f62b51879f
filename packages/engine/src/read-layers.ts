// One chunk through the layers behind the entries that were kept before it: what compress and the strategies that keep a cache have in common.
import { isCarrying, isSharing, windowOf } from '@longread/core';
import type { CompressedCache } from './compressed-cache.ts';
import type { PassOptions, Transformer } from './forward/transformer.ts';

export interface ReadOptions extends PassOptions {
  /** Progress within the chunk, in whole tokens' worth of work. */
  readonly onTokens?: (done: number) => void;
}

/**
 * Runs the `numTokens` tokens whose embeddings are in the hidden state through all layers of the cache. When `keep` is given, that
 * many entries of each layer and KV head stay; `advance` is the caller's.
 *
 * @param onProjected called when the projections of a layer with keys of its own are recorded.
 */
export async function readLayers(
  transformer: Transformer,
  cache: CompressedCache,
  numTokens: number,
  keep: number | undefined,
  options: ReadOptions,
  onProjected?: (layer: number) => void,
): Promise<void> {
  const span = { numTokens, firstSlot: cache.numSlots, capacity: cache.capacity };
  const mix = async (layer: number): Promise<void> => {
    if (isCarrying(transformer.config, layer)) {
      await transformer.carry(layer, span, cache.carried.change(layer), options);
      return;
    }
    transformer.project(layer, numTokens);
    if (isSharing(transformer.config, layer)) {
      await transformer.attend(layer, span, cache.workingOf(layer), options);
      return;
    }
    onProjected?.(layer);
    cache.unpack(layer);
    const received = keep === undefined ? undefined : cache.startScores(layer, numTokens);
    // A sliding layer keeps its newest entries: what they receive is nothing to go by.
    const isScored = windowOf(transformer.config, layer) === Infinity;
    await transformer.attend(layer, span, cache.workingOf(layer), options, isScored ? received : undefined);
    if (keep !== undefined) await cache.evict(layer, transformer.activations.qkv, numTokens, keep, options);
  };
  for (let layer = 0; layer < cache.numLayers; layer++) {
    await mix(layer);
    await transformer.mlp(layer, span, options);
    options.onTokens?.(Math.floor((numTokens * (layer + 1)) / cache.numLayers));
  }
}

// Stage 5, recompute: the prompt's tokens through all layers at positions 0 .. m-1, giving a fresh cache to decode from. Design 3.4.
import { invariant } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import type { DecodeCache } from './forward/decode-cache.ts';
import type { PassOptions, Transformer } from './forward/transformer.ts';

export interface RecomputeOptions extends PassOptions {
  readonly onTokens?: (done: number) => void;
}

/**
 * Runs `ids` at slots 0 .. m-1; afterwards the transformer's logits are those after the last token. What the cache holds of the same
 * beginning is not run again: an entry depends on the tokens up to its own alone.
 * @returns how many tokens were run
 * @throws AbortedError | OutOfMemoryError | DeviceLostError
 */
export async function recompute(
  gpu: Gpu,
  transformer: Transformer,
  cache: DecodeCache,
  ids: Uint32Array<ArrayBuffer>,
  options: RecomputeOptions,
): Promise<number> {
  invariant(ids.length >= 1 && ids.length <= cache.capacity, `a prompt of ${ids.length} tokens`);
  const owner = gpu.owner('prompt');
  try {
    const buffer = owner.storage('ids', 4 * transformer.maxTokens);
    await owner.settled();
    // The last one's logits are wanted; and what layers carry is of the end alone, no place in between can be gone back to.
    const numKept = cache.layers.some((layer) => 'carried' in layer)
      ? 0
      : Math.min(sharedLength(cache.ids, ids), ids.length - 1);
    cache.ids = ids.subarray(0, numKept);
    for (const layer of cache.layers)
      if ('carried' in layer) gpu.recorder.clear(layer.carried, 0, layer.carried.size);
    const numOwn = Math.min(transformer.config.sharedFrom ?? Infinity, cache.layers.length);
    for (let start = numKept; start < ids.length; start += transformer.maxTokens) {
      const piece = ids.subarray(start, start + transformer.maxTokens);
      const numTokens = piece.length;
      gpu.write(buffer, 0, piece);
      await transformer.fetch(piece);
      transformer.embed(buffer, numTokens);
      const isEnd = start + numTokens === ids.length;
      const inner = { numTokens, firstSlot: start, capacity: cache.capacity };
      // Behind the last layer with keys of its own nothing is wanted but the last token's logits.
      const last = { ...inner, numWanted: isEnd ? 1 : 0 };
      for (const [layer, kv] of cache.layers.entries()) {
        const span = layer >= numOwn - 1 ? last : inner;
        if (layer >= numOwn && !isEnd) break;
        if ('carried' in kv) await transformer.carry(layer, span, kv.carried, options);
        else {
          transformer.project(layer, numTokens);
          await transformer.attend(layer, span, kv, options);
        }
        await transformer.mlp(layer, span, options);
        options.onTokens?.(start + Math.floor((numTokens * (layer + 1)) / cache.layers.length));
      }
      if (isEnd) transformer.head(numTokens - 1);
    }
    await gpu.recorder.finish(options);
    cache.ids = ids;
    return ids.length - numKept;
  } finally {
    owner.dispose();
  }
}

/** Length of the common beginning. */
function sharedLength(a: Uint32Array, b: Uint32Array): number {
  const end = a.findIndex((id, i) => id !== b[i]);
  return end === -1 ? a.length : end;
}

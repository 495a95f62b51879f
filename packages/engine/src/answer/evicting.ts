// The strategies that keep a cache by a rule: entries are evicted after a chunk, or once at the end. The rules are the planner's.
import { isSharing } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { evictingMemory, planEviction, type EvictionRule } from '@longread/planner';
import { createCompressedCache } from '../compressed-cache.ts';
import type { Merging } from '../evict-layer.ts';
import type { Fading } from '../forward/fading.ts';
import type { Transformer } from '../forward/transformer.ts';
import { readLayers } from '../read-layers.ts';
import { keeping, type PromptReader } from './keeping.ts';
import type { Strategy } from './strategy.ts';

export interface EvictingReader extends PromptReader {
  /** As Compressor's; says nothing of entries that were merged. */
  keptFlags(layer: number): Promise<Uint32Array<ArrayBuffer>>;
}

export interface EvictingReaderOptions {
  readonly rule: EvictionRule;
  readonly chunkSize: number;
  /** Most entries that are kept after a chunk. */
  readonly budget: number;
  /** Of the read settings, for rules that go by it. */
  readonly recent: number;
  /** By which scores fade while they add up. */
  readonly fading?: Fading;
  /** Where what does not stay is not dropped. */
  readonly merging?: Merging;
}

/** @throws ShaderCompileError | OutOfMemoryError | LimitExceededError */
export function createEvictingReader(
  gpu: Gpu,
  transformer: Transformer,
  options: EvictingReaderOptions,
): Promise<EvictingReader> {
  return gpu.build('kept cache', (owner) => readerOn(gpu, owner, transformer, options));
}

async function readerOn(
  gpu: Gpu,
  owner: BufferOwner,
  transformer: Transformer,
  options: EvictingReaderOptions,
): Promise<EvictingReader> {
  const { config, activations } = transformer;
  const cache = await createCompressedCache(gpu, owner, config, activations.anglesOf, {
    ...options,
    numLayers: config.numLayers,
    wholeChunks: false,
  });
  const buffer = owner.storage('ids', 4 * options.chunkSize);
  await cache.startReading();
  let numTokens = 0;
  let numEntries = 0;
  return {
    get numSlots() {
      return cache.numSlots;
    },
    read: async (ids, keep, pass) => {
      numTokens = ids.length;
      gpu.write(buffer, 0, ids);
      await transformer.fetch(ids);
      transformer.embed(buffer, numTokens);
      await readLayers(transformer, cache, numTokens, keep, pass);
      const plan = planEviction(cache.numSlots, numTokens, keep);
      numEntries = plan.numEntries;
      cache.advance(plan.numKept);
    },
    unpackInto: (decodeCache) => {
      transformer.head(numTokens - 1);
      decodeCache.ids = new Uint32Array();
      const { layers, capacity } = decodeCache;
      const span = { numTokens: cache.numSlots, firstSlot: 0, capacity };
      for (const [layer, kv] of layers.entries()) {
        if (isSharing(config, layer)) continue;
        if ('carried' in kv) {
          gpu.recorder.copy(cache.carried.of(layer), 0, kv.carried, 0, kv.carried.size);
          continue;
        }
        cache.unpack(layer, { to: kv, toCapacity: capacity });
        transformer.pack(layer, span, kv);
      }
    },
    save: () => cache.save(),
    restore: (entries, numTokens) => {
      cache.restore(entries, numTokens);
    },
    keptFlags: (layer) => cache.keptFlags(layer, numEntries),
    dispose: () => owner.dispose(),
  };
}

export function evicting(rule: EvictionRule): Strategy {
  const { once } = rule;
  return keeping({
    once,
    memory: (config, shape) => [evictingMemory(config, shape, once)],
    createReader: ({ context }, { chunkSize, budget, recent }) =>
      createEvictingReader(context.gpu, context.transformer, { rule, chunkSize, budget, recent }),
  });
}

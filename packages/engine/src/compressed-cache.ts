// A compressed KV cache on the GPU: what an eviction rule keeps of each layer. Keys are unrotated; slots are in token order. Evicting
// writes a spare copy of a layer, so that nothing is moved within a buffer.
import {
  invariant,
  attendingLayers,
  headDimOf,
  ofLayer,
  rotaryDimOf,
  windowOf,
  type CompressState,
  type ModelConfig,
} from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import {
  flagsBytes,
  keptLayerSizes,
  workingCaches,
  workingCapacity,
  workingKindOf,
  workingKinds,
  workingSizes,
  type EvictionRule,
  type KeptShape,
} from '@longread/planner';
import { evictCompact, evictSelect, ropeKept, ropeOverrides } from '@longread/shaders';
import { createCarried, type Carried } from './carried.ts';
import { createEvictLayer, type Merging } from './evict-layer.ts';
import type { LayerCache } from './forward/attention.ts';
import type { Received } from './forward/attention-tiles.ts';
import type { Fading } from './forward/fading.ts';
import { readEntries, writeEntries, type KeptLayer } from './kept-layers.ts';
import type { PassOptions } from './forward/transformer.ts';

/** The part of a CompressState that lives on the GPU. */
export type KeptEntries = Pick<
  CompressState,
  'numSlots' | 'keys' | 'values' | 'headDims' | 'scores' | 'carried'
>;

export interface CompressedCacheOptions extends KeptShape {
  /** What stays when a chunk is evicted. */
  readonly rule: EvictionRule;
  /** Of the read settings, for rules that go by it. */
  readonly recent: number;
  /** By which scores fade while they add up. */
  readonly fading?: Fading;
  /** Where what does not stay is not dropped. */
  readonly merging?: Merging;
  /** Layers 0 .. numLayers - 1 are cached. */
  readonly numLayers: number;
  /** Whether the state before a chunk stays whole until `advance`: one spare for each layer, not one in all. */
  readonly wholeChunks: boolean;
}

export interface CompressedCache {
  /** Entries kept per layer and KV head. */
  readonly numSlots: number;
  readonly numLayers: number;
  /** Slots per KV head of working caches. */
  readonly capacity: number;
  /**
   * What attention sees of the layer at hand: kept entries, then the chunk; keys rotated by slot. Layers that share keys and values see what
   * the last layer of their kind left there.
   */
  workingOf(layer: number): LayerCache;
  /** Allocates what evicting needs, unless it is there. @throws OutOfMemoryError | LimitExceededError */
  startReading(): Promise<void>;
  /** Frees what only evicting needs. */
  endReading(): void;
  /** Brings a layer's kept entries, rotated by slot, in front of a chunk. */
  unpack(layer: number, into?: Into): void;
  /** Of layers that carry a state in the place of attention; `advance` and `save` are the cache's. */
  readonly carried: Pick<Carried, 'change' | 'of'>;
  /** Scores <- what the kept entries of the layer go on from. @returns where attention is to be counted; undefined where nothing is scored */
  startScores(layer: number, chunkTokens: number): Received | undefined;
  /**
   * Writes what stays of [kept ++ chunk]: `keep` entries, at most `budget`; the newest where the layer slides. Those of the chunk are rounded,
   * as a stored state has them.
   * @throws AbortedError | DeviceLostError
   */
  evict(
    layer: number,
    qkv: GPUBuffer,
    chunkTokens: number,
    keep: number,
    options: PassOptions,
  ): Promise<void>;
  /** What `evict` wrote becomes the state. */
  advance(numKept: number): void;
  /** The state at the time of the call. One chunk may be read meanwhile, if whole; not two, as the second reuses the layers. */
  save(): Promise<KeptEntries>;
  /** @param numTokens that were read when they were saved, for rules that go by it. */
  restore(entries: KeptEntries, numTokens?: number): void;
  /** `[numKvHeads, numEntries]`: 1 for entries of [kept ++ chunk] that the last eviction kept. Only until `endReading`. */
  keptFlags(layer: number, numEntries: number): Promise<Uint32Array<ArrayBuffer>>;
}

/** Where kept entries are brought, unless into `working`. */
interface Into {
  readonly to?: LayerCache;
  /** Slots per KV head of `to`. */
  readonly toCapacity?: number;
  /** The layer of the model that the entries are of, where it is another than that of the cache. */
  readonly asLayer?: number;
}

/** The kernels of eviction. @throws ShaderCompileError */
export function compileEviction({ kernels }: Gpu, config: ModelConfig) {
  return Promise.all([
    kernels.get(ropeKept.bodies.plain, ropeOverrides(config)),
    kernels.get(evictSelect.bodies.plain),
    kernels.get(evictCompact.bodies.plain),
  ]);
}

/** Allocates from `owner`, whose disposal ends it. @throws ShaderCompileError | LimitExceededError */
export async function createCompressedCache(
  gpu: Gpu,
  owner: BufferOwner,
  config: ModelConfig,
  anglesOf: (layer: number) => GPUBuffer,
  { numLayers, wholeChunks, rule, recent, fading, merging, ...shape }: CompressedCacheOptions,
): Promise<CompressedCache> {
  const { numKvHeads } = config;
  const { recorder } = gpu;
  const { budget } = shape;
  const capacity = workingCapacity(shape);
  const [[rotate], evictLayer] = await Promise.all([
    compileEviction(gpu, config),
    createEvictLayer(gpu, config, { rule, recent, merging, budget, capacity }),
  ]);
  const attending = attendingLayers(config, numLayers);
  const newLayer = (label: string, layer: number): KeptLayer => {
    const sizes = keptLayerSizes(ofLayer(config, layer), shape);
    return {
      headDim: headDimOf(config, layer),
      kv: owner.storage(`${label} entries`, sizes.kv),
      sums: owner.storage(`${label} scores`, sizes.sums),
    };
  };
  const working = workingCaches(config, shape).map((sizes, kind): LayerCache => ({
    keys: owner.storage(`working keys ${workingKinds[kind]}`, sizes.keys),
    values: owner.storage(`working values ${workingKinds[kind]}`, sizes.values),
  }));
  const workingOf = (layer: number): LayerCache => {
    const found = working[workingKinds.indexOf(workingKindOf(config, layer))];
    invariant(found, `no working cache for layer ${layer}`);
    return found;
  };
  const sums = owner.storage('working sums', workingSizes(config, shape).sums);
  /** The state: of layers that attend, by their number, and of the others. */
  const kept = new Map(attending.map((layer) => [layer, newLayer(`kept ${layer}`, layer)]));
  const carried = createCarried(gpu, owner, config, numLayers);
  /** What `evict` wrote of a chunk that is not whole yet. */
  const next: (KeptLayer | undefined)[] = [];
  /** Not in use; empty while nothing is read. */
  let spares: KeptLayer[] = [];
  let flags: ReadonlyMap<number, GPUBuffer> = new Map();
  let numSlots = 0;
  let numRead = 0;
  let lastTokens = 0;

  const layerOf = (layer: number): KeptLayer => {
    const found = kept.get(layer);
    invariant(found, `no compressed cache for layer ${layer}`);
    return found;
  };
  const flagsOf = (layer: number): GPUBuffer => {
    const found = flags.get(layer);
    invariant(found, `no eviction under way in layer ${layer}`);
    return found;
  };
  const takeSpare = (layer: number): KeptLayer => {
    const at = spares.findIndex(({ headDim }) => headDim === headDimOf(config, layer));
    const [found] = at < 0 ? [] : spares.splice(at, 1);
    invariant(found, 'evicting needs startReading');
    return found;
  };
  const replace = (layer: number) => {
    const written = next[layer];
    invariant(written, `layer ${layer} was not evicted`);
    spares.push(layerOf(layer));
    kept.set(layer, written);
    next[layer] = undefined;
  };
  const dimsOf = (layer: number) => ({
    num_kv_heads: numKvHeads,
    head_dim: headDimOf(config, layer),
    budget,
  });
  /** One layer of each size of heads. */
  const oneOfEach = [...new Map(attending.map((layer) => [headDimOf(config, layer), layer])).values()];

  return {
    get numSlots() {
      return numSlots;
    },
    numLayers,
    capacity,
    workingOf: (layer) => {
      const weighing = windowOf(config, layer) === Infinity ? merging?.weighing(numRead) : undefined;
      return { ...workingOf(layer), weighing };
    },
    startReading: async () => {
      if (flags.size > 0 || attending.length === 0) return;
      ({ spares, flags } = await owner.together(() => ({
        spares: (wholeChunks ? attending : oneOfEach).map((layer) => newLayer(`spare ${layer}`, layer)),
        flags: new Map(
          attending.map((layer) => [layer, owner.storage(`flags ${layer}`, flagsBytes(config, shape))]),
        ),
      })));
    },
    endReading: () => {
      const left = [...spares, ...next.splice(0)].flatMap((layer) => (layer ? [layer.kv, layer.sums] : []));
      owner.free([...left, ...flags.values()]);
      spares = [];
      flags = new Map();
    },
    unpack: (layer, { to = workingOf(layer), toCapacity = capacity, asLayer = layer } = {}) => {
      if (numSlots === 0) return;
      const { keys, values } = to;
      recorder.dispatch(
        rotate,
        { kept_kv: layerOf(layer).kv, angles: anglesOf(asLayer), keys, values },
        {
          ...dimsOf(layer),
          rotary_dim: rotaryDimOf(config, asLayer),
          capacity: toCapacity,
          num_slots: numSlots,
        },
      );
    },
    carried,
    startScores: (layer, chunkTokens) => {
      recorder.clear(sums, 0, sums.size);
      if (rule.accumulates) {
        const from = layerOf(layer).sums;
        for (let head = 0; head < numKvHeads; head++) {
          recorder.copy(from, 4 * head * budget, sums, 4 * head * capacity, 4 * numSlots);
        }
        fading?.before(sums, capacity, numSlots, chunkTokens);
      }
      const { numQueries, perLayer } = rule;
      return numQueries === 0 ? undefined : { sums, numQueries, perLayer, fading };
    },
    evict: async (layer, qkv, chunkTokens, keep, options) => {
      invariant(keep <= budget, `${keep} entries to keep in a cache of ${budget}`);
      const now = layerOf(layer);
      const to = next[layer] ?? takeSpare(layer); // a chunk that was cancelled leaves its layers behind
      next[layer] = to;
      lastTokens = chunkTokens;
      const of = { layer, from: now, to, qkv, sums, numSlots, chunkTokens, keep, numRead };
      await evictLayer(of, flagsOf(layer), options);
      if (!wholeChunks) replace(layer);
    },
    advance: (numKept) => {
      if (wholeChunks) attending.forEach(replace);
      carried.advance();
      numSlots = numKept;
      numRead += lastTokens;
    },
    save: async () => {
      // The layers as they are now: the next chunk may be under way before they are read.
      const layers = attending.map(layerOf);
      const readCarried = carried.save();
      const entries = await readEntries(gpu, layers, { numKvHeads, budget }, numSlots);
      const ofOthers = await readCarried();
      return { ...entries, ...(ofOthers && { carried: ofOthers }) };
    },
    restore: (entries, numTokens = 0) => {
      numSlots = entries.numSlots;
      numRead = numTokens;
      carried.restore(entries.carried);
      writeEntries(gpu, attending.map(layerOf), { numKvHeads, budget }, entries);
    },
    keptFlags: async (layer, numEntries) => {
      const all = new Uint32Array(await recorder.read(flagsOf(layer), 0, 4 * numKvHeads * capacity));
      const of = new Uint32Array(numKvHeads * numEntries);
      for (let head = 0; head < numKvHeads; head++) {
        of.set(all.subarray(head * capacity, head * capacity + numEntries), head * numEntries);
      }
      return of;
    },
  };
}

// The compressed KV cache of a document on the GPU, twice: a chunk writes the half that is not in use, so that the state before it
// stays whole until `advance`. Keys are unrotated; slots are in token order. Eviction is H2O's, arXiv 2306.14048.
import { invariant, type CompressState, type ModelConfig, type ReadSettings } from '@longread/core';
import type { BufferOwner, Gpu } from '@longread/gpu';
import { evictCompact, evictSelect, rotateKept } from '@longread/shaders';
import type { LayerCache } from './forward/attention.ts';

/** The part of a CompressState that lives on the GPU. */
export type KeptEntries = Pick<CompressState, 'numSlots' | 'keys' | 'values' | 'scores'>;

export interface CompressedCache {
  /** Entries kept per layer and KV head. */
  readonly numSlots: number;
  /** Slots per KV head of `working`: budget and a chunk, in whole blocks of the kernels. */
  readonly capacity: number;
  /** What attention sees of the layer at hand: kept entries, then the chunk; keys rotated by slot. */
  readonly working: LayerCache;
  /** Attention received per key of the layer at hand. */
  readonly sums: GPUBuffer;
  /** Brings a layer's kept entries into `working`. */
  unpack(layer: number): void;
  /** sums <- what the kept entries of the layer had received before this chunk. */
  startSums(layer: number): void;
  /** Writes what stays of [kept ++ chunk] to the half not in use. */
  evict(layer: number, qkv: GPUBuffer, chunkTokens: number): void;
  /** The half that was written becomes the state. */
  advance(numKept: number): void;
  save(): Promise<KeptEntries>;
  restore(entries: KeptEntries): void;
  /** `[numKvHeads, numEntries]`: 1 for entries of [kept ++ chunk] that the last eviction kept. */
  keptFlags(layer: number, numEntries: number): Promise<Uint32Array<ArrayBuffer>>;
}

interface Layer {
  /** `[2, numKvHeads, budget, headDim]`: keys, then values. */
  readonly kv: GPUBuffer;
  /** `[numKvHeads, budget]` */
  readonly sums: GPUBuffer;
}

/** @throws ShaderCompileError | LimitExceededError */
export async function createCompressedCache(
  gpu: Gpu,
  owner: BufferOwner,
  config: ModelConfig,
  settings: ReadSettings,
  angles: GPUBuffer,
): Promise<CompressedCache> {
  const { numHeads, numKvHeads, headDim } = config;
  const { recorder, kernels } = gpu;
  const { budget, chunkSize, recent } = settings;
  /** Layers with attention; the last needed layer only projects. */
  const numLayers = settings.exitLayer - 1;
  const capacity = Math.ceil((budget + chunkSize) / 16) * 16;

  const [rotate, select, compact] = await Promise.all([
    kernels.get(rotateKept, { HALF_PAIRS: config.ropePairing === 'half' ? 1 : 0 }),
    kernels.get(evictSelect),
    kernels.get(evictCompact),
  ]);
  const layers = <T>(make: (layer: number) => T): T[] =>
    Array.from({ length: numLayers }, (_, layer) => make(layer));
  const halves = [0, 1].map((which) =>
    layers((layer): Layer => ({
      kv: owner.storage(`kept ${which}/${layer}`, 4 * 2 * numKvHeads * budget * headDim),
      sums: owner.storage(`sums ${which}/${layer}`, 4 * numKvHeads * budget),
    })),
  );
  const flags = layers((layer) => owner.storage(`flags ${layer}`, 4 * numKvHeads * capacity));
  const working: LayerCache = {
    keys: owner.storage('chunk keys', 4 * numKvHeads * capacity * headDim),
    values: owner.storage('chunk values', 4 * numKvHeads * capacity * headDim),
  };
  const sums = owner.storage('chunk sums', 4 * numKvHeads * capacity);

  let half = 0;
  let numSlots = 0;
  const layerOf = (which: number, layer: number): Layer => {
    const found = halves[which]?.[layer];
    invariant(found, `no compressed cache for layer ${layer}`);
    return found;
  };
  const flagsOf = (layer: number): GPUBuffer => {
    const found = flags[layer];
    invariant(found, `no flags for layer ${layer}`);
    return found;
  };
  const shape = { num_kv_heads: numKvHeads, head_dim: headDim, budget, capacity };

  return {
    get numSlots() {
      return numSlots;
    },
    capacity,
    working,
    sums,
    unpack: (layer) => {
      if (numSlots === 0) return;
      const { kv } = layerOf(half, layer);
      recorder.dispatch(rotate, { kept_kv: kv, angles, ...working }, { ...shape, num_slots: numSlots });
    },
    startSums: (layer) => {
      const from = layerOf(half, layer).sums;
      recorder.clear(sums, 0, sums.size);
      for (let head = 0; head < numKvHeads; head++) {
        recorder.copy(from, 4 * head * budget, sums, 4 * head * capacity, 4 * numSlots);
      }
    },
    evict: (layer, qkv, chunkTokens) => {
      const [now, next] = [layerOf(half, layer), layerOf(1 - half, layer)];
      const num_entries = numSlots + chunkTokens;
      recorder.dispatch(
        select,
        { sums, flags: flagsOf(layer) },
        { num_entries, num_kv_heads: numKvHeads, capacity, keep: budget, recent },
      );
      recorder.dispatch(
        compact,
        {
          flags: flagsOf(layer),
          sums,
          kept_kv: now.kv,
          qkv,
          next_kv: next.kv,
          next_sums: next.sums,
        },
        { ...shape, num_entries, num_slots: numSlots, num_heads: numHeads },
      );
    },
    advance: (numKept) => {
      half = 1 - half;
      numSlots = numKept;
    },
    save: async () => {
      const headFloats = numSlots * headDim;
      const keys = new Float32Array(numLayers * numKvHeads * headFloats);
      const values = new Float32Array(keys.length);
      const scores = new Float32Array(numLayers * numKvHeads * numSlots);
      for (let layer = 0; layer < numLayers; layer++) {
        const from = layerOf(half, layer);
        const kv = new Float32Array(await recorder.read(from.kv, 0, from.kv.size));
        const received = new Float32Array(await recorder.read(from.sums, 0, 4 * numKvHeads * budget));
        for (let head = 0; head < numKvHeads; head++) {
          const row = layer * numKvHeads + head;
          const [k, v] = [head * budget * headDim, (numKvHeads + head) * budget * headDim];
          keys.set(kv.subarray(k, k + headFloats), row * headFloats);
          values.set(kv.subarray(v, v + headFloats), row * headFloats);
          scores.set(received.subarray(head * budget, head * budget + numSlots), row * numSlots);
        }
      }
      return { numSlots, keys, values, scores };
    },
    restore: (entries) => {
      numSlots = entries.numSlots;
      const headFloats = numSlots * headDim;
      for (let layer = 0; layer < numLayers; layer++) {
        const to = layerOf(half, layer);
        for (let head = 0; head < numKvHeads; head++) {
          const row = layer * numKvHeads + head;
          const slice = (all: Float32Array<ArrayBuffer>, width: number) =>
            all.subarray(row * width, (row + 1) * width);
          gpu.write(to.kv, 4 * head * budget * headDim, slice(entries.keys, headFloats));
          gpu.write(to.kv, 4 * (numKvHeads + head) * budget * headDim, slice(entries.values, headFloats));
          gpu.write(to.sums, 4 * head * budget, slice(entries.scores, numSlots));
        }
      }
    },
    keptFlags: async (layer, numEntries) => {
      const all = new Uint32Array(await recorder.read(flagsOf(layer), 0, 4 * numKvHeads * capacity));
      const kept = new Uint32Array(numKvHeads * numEntries);
      for (let head = 0; head < numKvHeads; head++) {
        kept.set(all.subarray(head * capacity, head * capacity + numEntries), head * numEntries);
      }
      return kept;
    },
  };
}

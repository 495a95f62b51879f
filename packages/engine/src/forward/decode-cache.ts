// What decode attends to: the keys and values of all layers, packed; and those of one layer as f32, for passes of many tokens.
import type { ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { decodeCapacity, decodeSizes } from '@longread/planner';
import type { PackedLayer } from './attention.ts';

/** Kept from question to question and replaced when a longer prompt comes. */
export interface DecodeCache {
  /** Slots per layer and KV head. */
  readonly capacity: number;
  /** Rotated keys and values; the scratch of all layers is the same. */
  readonly layers: readonly PackedLayer[];
  /** The prompt whose entries are in the slots from 0 on; empty when another stage wrote to them. */
  ids: Uint32Array<ArrayBuffer>;
  dispose(): void;
}

/** @throws OutOfMemoryError | LimitExceededError */
export async function createDecodeCache(
  gpu: Gpu,
  { config }: { readonly config: ModelConfig },
  numPositions: number,
): Promise<DecodeCache> {
  const owner = gpu.owner('decode cache');
  const sizes = decodeSizes(config, numPositions);
  try {
    const scratch = {
      keys: owner.storage('keys', sizes.keys),
      values: owner.storage('values', sizes.values),
    };
    const layers = Array.from({ length: config.numLayers }, (_, layer) => ({
      ...scratch,
      packed: owner.storage(`layer ${layer}`, sizes.packed),
    }));
    await owner.settled();
    return {
      capacity: decodeCapacity(numPositions),
      layers,
      ids: new Uint32Array(),
      dispose: () => owner.dispose(),
    };
  } catch (error) {
    owner.dispose();
    throw error;
  }
}

// What decode goes on from: the keys and values of all layers that attend, packed, and those of one as f32, for passes of many tokens; and
// what the others carry.
import { isCarrying, keysOfLayer, ofLayer, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { carriedBytes, decodeCapacity, decodeSizes } from '@longread/planner';
import type { PackedLayer } from './attention.ts';

/** Of a layer that carries a state in the place of attention. */
export interface CarriedLayer {
  /** What it goes on from (planner, carriedBytes). */
  readonly carried: GPUBuffer;
}

/** Kept from question to question and replaced when a longer prompt comes. */
export interface DecodeCache {
  /** Slots per layer and KV head. */
  readonly capacity: number;
  /** Rotated keys and values, or what is carried; the scratch of all layers is the same. Layers that share have those that they share. */
  readonly layers: readonly (PackedLayer | CarriedLayer)[];
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
    const layers: (PackedLayer | CarriedLayer)[] = [];
    for (let layer = 0; layer < config.numLayers; layer++) {
      const { packed } = decodeSizes(ofLayer(config, layer), numPositions);
      layers[layer] = isCarrying(config, layer)
        ? { carried: owner.storage(`carried ${layer}`, carriedBytes(config)) }
        : (layers[keysOfLayer(config, layer)] ?? {
            ...scratch,
            packed: owner.storage(`layer ${layer}`, packed),
          });
    }
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

// The buffers of caches layer by layer, where layers may have heads of two sizes; those that share the keys and values of others have none.
import { attendingLayers, hasTwoKinds, headDimOf, ofLayer, windowOf, type ModelConfig } from '@longread/core';
import {
  decodeSizes,
  flagsBytes,
  keptLayerSizes,
  workingSizes,
  type BufferSizes,
  type KeptShape,
} from './buffer-sizes.ts';

/** Of a cache that holds the layers below `end`. */
interface CacheLayers {
  /** Of each layer that has keys and values of its own. */
  readonly kept: readonly ReturnType<typeof keptLayerSizes>[];
  /** The copies that evicting one layer at a time writes: one for each size of heads. */
  readonly spares: readonly ReturnType<typeof keptLayerSizes>[];
  /** Which entries of each layer stay. */
  readonly flags: readonly { readonly flags: number }[];
  /** The largest of `kept`; nothing where there is none. */
  readonly largest: ReturnType<typeof keptLayerSizes>;
}

export function cacheLayers(config: ModelConfig, shape: KeptShape, end: number): CacheLayers {
  const layers = attendingLayers(config, end);
  const sizes = (layer: number) => keptLayerSizes(ofLayer(config, layer), shape);
  const kept = layers.map(sizes);
  const firsts = new Map(layers.toReversed().map((layer) => [headDimOf(config, layer), layer]));
  const largest = kept.reduce((most, one) => (one.kv > most.kv ? one : most), { kv: 0, sums: 0 });
  return {
    kept,
    spares: [...firsts.values()].map(sizes),
    flags: layers.map(() => ({ flags: flagsBytes(config, shape) })),
    largest,
  };
}

/** What attention sees of a layer at hand, of each kind of layers. */
export function workingCaches(
  config: ModelConfig,
  shape: KeptShape,
): readonly BufferSizes<'keys' | 'values'>[] {
  return kindsOf(config).map((kind) => {
    const { keys, values } = workingSizes(configOfKind(config, kind), shape);
    return { keys, values };
  });
}

/** Kinds of layers whose working caches are apart, in models that have two. */
export const workingKinds = ['full', 'sliding'] as const;
export type WorkingKind = (typeof workingKinds)[number];

/** Those that a model has. */
export function kindsOf(config: ModelConfig): readonly WorkingKind[] {
  return hasTwoKinds(config) ? workingKinds : ['full'];
}

/** The kind of a layer's working cache: one for all where there are not two. */
export function workingKindOf(config: ModelConfig, layer: number): WorkingKind {
  return hasTwoKinds(config) && windowOf(config, layer) < Infinity ? 'sliding' : 'full';
}

/** The configuration of a cache of one layer, which may be any of its kind that attends. */
export function configOfKind(config: ModelConfig, kind: WorkingKind): ModelConfig {
  const alone = { sliding: undefined, sharedFrom: undefined, convolution: undefined, delta: undefined };
  const size = kind === 'sliding' ? config.sliding?.headDim : undefined;
  return { ...config, ...(size === undefined ? {} : { headDim: size, rotaryDim: size }), ...alone };
}

/** Packed keys and values of each layer of a decode cache that has some. */
export function packedLayers(
  config: ModelConfig,
  numPositions: number,
): readonly { readonly packed: number }[] {
  return attendingLayers(config, config.numLayers).map((layer) => ({
    packed: decodeSizes(ofLayer(config, layer), numPositions).packed,
  }));
}

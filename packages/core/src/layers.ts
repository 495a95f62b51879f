// What each layer of a model is, asked of its configuration.
import type { DeltaLayers, ModelConfig } from './model.ts';

/** What says which layers do not attend. */
export type LayerKinds = Pick<ModelConfig, 'convolution' | 'delta' | 'sharedFrom'>;

/** Whether something else stands in the place of attention, which carries a state of fixed size from token to token. */
export function isCarrying({ convolution, delta }: Omit<LayerKinds, 'sharedFrom'>, layer: number): boolean {
  return convolution?.isConvolution[layer] === true || delta?.isDelta[layer] === true;
}

/** Whether a layer attends to keys and values of another, and has none. */
export function isSharing(
  { sharedFrom = Infinity }: Pick<ModelConfig, 'sharedFrom'>,
  layer: number,
): boolean {
  return layer >= sharedFrom;
}

/** The layer whose keys and values a layer that attends looks at: itself, or the last below the sharing ones that slides, or not, as it does. */
export function keysOfLayer(
  { sharedFrom = Infinity, sliding }: Pick<ModelConfig, 'sharedFrom' | 'sliding'>,
  layer: number,
): number {
  if (layer < sharedFrom) return layer;
  const slides = (of: number) => sliding?.isSliding[of] === true;
  let source = sharedFrom - 1;
  while (source > 0 && slides(source) !== slides(layer)) source--;
  return source;
}

/** The layers below `end` that attend to keys and values of their own, lowest first. */
export function attendingLayers(config: LayerKinds, end: number): readonly number[] {
  return Array.from({ length: end }, (_, layer) => layer).filter(
    (layer) => !isCarrying(config, layer) && !isSharing(config, layer),
  );
}

/** How many of the layers below `end` attend to keys and values of their own. */
export function countAttention(config: LayerKinds, end: number): number {
  return attendingLayers(config, end).length;
}

/** How many of the layers below `end` carry a state in the place of attention. */
export function countCarrying(config: LayerKinds, end: number): number {
  return Array.from({ length: end }, (_, layer) => layer).filter((layer) => isCarrying(config, layer)).length;
}

/** Channels that the convolution of a delta layer sees: query heads, key heads, value heads. */
export function deltaChannels({ numKeyHeads, numValueHeads, headDim }: DeltaLayers): number {
  return (2 * numKeyHeads + numValueHeads) * headDim;
}

/** Outputs of a delta layer's input projections: the channels, an output gate for each value, and two numbers a value head. */
export function deltaInputs(delta: DeltaLayers): number {
  return deltaChannels(delta) + delta.numValueHeads * (delta.headDim + 2);
}

/** Keys up to its own that a token of the layer looks at; Infinity for all. */
export function windowOf({ sliding }: Pick<ModelConfig, 'sliding'>, layer: number): number {
  return sliding?.isSliding[layer] === true ? sliding.window : Infinity;
}

/** The sizes of heads that layers have, that of layers that see everything first. */
export function headSizesOf({
  headDim,
  sliding,
}: Pick<ModelConfig, 'headDim' | 'sliding'>): readonly number[] {
  return [...new Set([headDim, sliding?.headDim ?? headDim])];
}

/** Elements of a head in the layer. */
export function headDimOf(
  { headDim, sliding }: Pick<ModelConfig, 'headDim' | 'sliding'>,
  layer: number,
): number {
  return sliding?.isSliding[layer] === true ? (sliding.headDim ?? headDim) : headDim;
}

/** Elements of a head that rotate in the layer, from the first on. */
export function rotaryDimOf(
  { rotaryDim, unrotatedLayers, sliding }: Pick<ModelConfig, 'rotaryDim' | 'unrotatedLayers' | 'sliding'>,
  layer: number,
): number {
  if (unrotatedLayers?.[layer] === true) return 0;
  return sliding?.isSliding[layer] === true ? (sliding.headDim ?? rotaryDim) : rotaryDim;
}

/** Width of the layer's MLP. */
export function intermediateSizeOf(
  { intermediateSize, intermediateSizes }: Pick<ModelConfig, 'intermediateSize' | 'intermediateSizes'>,
  layer: number,
): number {
  return intermediateSizes?.[layer] ?? intermediateSize;
}

/** Whether a model's layers attend to caches of two shapes, or at two places: by sliding, and by seeing everything. */
export function hasTwoKinds({ sliding, sharedFrom }: Pick<ModelConfig, 'sliding' | 'sharedFrom'>): boolean {
  return sliding !== undefined && (sliding.headDim !== undefined || sharedFrom !== undefined);
}

/** The configuration as one layer has it: with the size of its heads and of its MLP. */
export function ofLayer(config: ModelConfig, layer: number): ModelConfig {
  const headDim = headDimOf(config, layer);
  const intermediateSize = intermediateSizeOf(config, layer);
  const isSame = headDim === config.headDim && intermediateSize === config.intermediateSize;
  return isSame ? config : { ...config, headDim, intermediateSize };
}

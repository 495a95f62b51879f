// Keys of GGUF metadata by which layers differ from each other: which slide, and their heads, widths of MLPs, layers that share the keys and
// values of others, and what each token brings to each layer.
import { keysOfLayer, ModelFormatError, type ModelConfig, type SlidingLayers } from '@longread/core';
import type { ModelFamily } from './families.ts';
import {
  optionalInteger,
  optionalNumber,
  requireInteger,
  requireMultiple,
  type GgufEntries,
} from './gguf-keys.ts';

type KeyOf = (name: string) => string;

/** Keys that a token of a sliding layer looks at, its own included; 0 for all. */
export function readWindow(entries: GgufEntries, key: (name: string) => string): number {
  return optionalInteger(entries, key('attention.sliding_window'), { min: 0, max: 2 ** 30 }) ?? 0;
}

/** The pattern is a period, of which the last layer does not slide, or one flag a layer. */
export function readSliding(
  entries: GgufEntries,
  key: (name: string) => string,
  family: ModelFamily,
  numLayers: number,
  fullTheta: number,
  fullHeadDim: number,
): SlidingLayers | undefined {
  const { slidingPeriod, slidingTheta } = family;
  if (slidingPeriod === undefined) return undefined;
  const window = readWindow(entries, key);
  if (window === 0) return undefined;
  const ropeTheta =
    optionalNumber(entries, key('rope.freq_base_swa'), { min: 1, max: 1e12 }) ?? slidingTheta ?? fullTheta;
  const headDim = readSlidingHeadDim(entries, key, family, fullHeadDim);
  const slidingLayers = (isSliding: readonly boolean[]): SlidingLayers | undefined =>
    isSliding.includes(true)
      ? { window, ropeTheta, ...(headDim === undefined ? {} : { headDim }), isSliding }
      : undefined;
  const name = key('attention.sliding_window_pattern');
  const pattern = entries.get(name);
  if (Array.isArray(pattern)) {
    const isSliding = pattern.map((flag) => flag === true || flag === 1);
    const areFlags = pattern.every((flag) => [true, false, 0, 1].includes(flag as number | boolean));
    if (areFlags && pattern.length === numLayers) return slidingLayers(isSliding);
    throw new ModelFormatError(
      `Metadata key "${name}" is an array of ${pattern.length}: expected one flag for each of ${numLayers} layers.`,
      { key: name, length: pattern.length, numLayers },
    );
  }
  const period = optionalInteger(entries, name, { min: 1, max: 1024 }) ?? slidingPeriod;
  const isSliding = Array.from({ length: numLayers }, (_, layer) => layer % period < period - 1);
  return slidingLayers(isSliding);
}

/** The size of sliding layers' heads, all of which rotates; undefined where it is that of the others. */
function readSlidingHeadDim(
  entries: GgufEntries,
  key: KeyOf,
  { mayDifferByLayer }: ModelFamily,
  headDim: number,
): number | undefined {
  const name = key('attention.key_length_swa');
  if (!mayDifferByLayer) return undefined;
  const size = optionalInteger(entries, name, { min: 2, max: headDim });
  const others = ['attention.value_length_swa', 'rope.dimension_count_swa'].map(key);
  for (const other of others) {
    const value = optionalInteger(entries, other, { min: 0, max: 1024 });
    if (value === undefined || value === (size ?? headDim)) continue;
    throw new ModelFormatError(
      `Metadata key "${other}" is ${value}, the head size of sliding layers is ${size ?? headDim}: they must be equal.`,
      { key: other, value, headDim: size ?? headDim },
    );
  }
  if (size === undefined || size === headDim) return undefined;
  requireMultiple(name, size, 2);
  return size;
}

/** One width, or one a layer. */
export function readIntermediateSizes(
  entries: GgufEntries,
  key: KeyOf,
  { mayDifferByLayer }: ModelFamily,
  numLayers: number,
): Pick<ModelConfig, 'intermediateSize' | 'intermediateSizes'> {
  const name = key('feed_forward_length');
  const range = { min: 1, max: 2 ** 20 };
  const given = entries.get(name);
  if (!mayDifferByLayer || !Array.isArray(given))
    return { intermediateSize: requireInteger(entries, name, range) };
  const sizes = given.map(Number);
  const isRight = sizes.every((size) => Number.isInteger(size) && size >= range.min && size <= range.max);
  if (sizes.length !== numLayers || !isRight)
    throw new ModelFormatError(
      `Metadata key "${name}" is an array of ${sizes.length}: expected for each of ${numLayers} layers an integer from ${range.min} to ${range.max}.`,
      { key: name, length: sizes.length, numLayers },
    );
  const intermediateSize = Math.max(...sizes);
  return sizes.every((size) => size === intermediateSize)
    ? { intermediateSize }
    : { intermediateSize, intermediateSizes: sizes };
}

/** Throws where a layer that shares has none to share with. */
export function readSharing(
  entries: GgufEntries,
  key: KeyOf,
  { mayShareKeys }: ModelFamily,
  numLayers: number,
  sliding: SlidingLayers | undefined,
): Pick<ModelConfig, 'sharedFrom'> {
  if (!mayShareKeys) return {};
  const name = key('attention.shared_kv_layers');
  const numShared = optionalInteger(entries, name, { min: 0, max: numLayers - 1 }) ?? 0;
  if (numShared === 0) return {};
  const sharedFrom = numLayers - numShared;
  const slides = (layer: number) => sliding?.isSliding[layer] === true;
  for (let layer = sharedFrom; layer < numLayers; layer++)
    if (slides(keysOfLayer({ sharedFrom, sliding }, layer)) !== slides(layer))
      throw new ModelFormatError(
        `By metadata key "${name}" layer ${layer} shares the keys of a layer below ${sharedFrom} that ${slides(layer) ? 'slides' : 'sees everything'}, and there is none.`,
        { key: name, value: numShared, layer },
      );
  return { sharedFrom };
}

/** What the tokens bring to each layer. */
export function readLayerInputs(
  entries: GgufEntries,
  key: KeyOf,
  { mayInputByLayer }: ModelFamily,
): Pick<ModelConfig, 'layerInputs'> {
  if (!mayInputByLayer) return {};
  const size = optionalInteger(entries, key('embedding_length_per_layer_input'), { min: 0, max: 8192 }) ?? 0;
  return size === 0 ? {} : { layerInputs: { size } };
}

/** What logits are capped by; nothing where it is 0. */
export function readLogitCap(
  entries: GgufEntries,
  key: KeyOf,
  { mayCapLogits }: ModelFamily,
): Pick<ModelConfig, 'logitCap'> {
  if (!mayCapLogits) return {};
  const name = key('final_logit_softcapping');
  const cap = optionalNumber(entries, name, { min: 0, max: 1e6 }) ?? 0;
  return cap === 0 ? {} : { logitCap: cap };
}

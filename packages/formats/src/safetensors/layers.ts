// What config.json says of single layers: which slide, which do not rotate, which have a convolution in the place of attention.
import {
  ModelFormatError,
  type ConvolutionLayers,
  type ModelConfig,
  type SlidingLayers,
} from '@longread/core';
import type { ModelFamily } from '../families.ts';
import { unsupported } from '../unsupported.ts';
import { optionalInteger, requireInteger, show, valueOf, type JsonObject } from './json-file.ts';

const periodRange = { min: 1, max: 1024 };

/** `[numLayers]`: whether each is of the one kind that the family has beside full attention. Throws ModelFormatError. */
export function readKinds(
  json: JsonObject,
  numLayers: number,
  { slidingPeriod: period, mayConvolve }: ModelFamily,
): readonly boolean[] {
  const types = valueOf(json, 'layer_types');
  const other = mayConvolve ? 'conv' : period === undefined ? undefined : 'sliding_attention';
  if (types !== undefined) {
    const known = ['full_attention', ...(other === undefined ? [] : [other])];
    if (
      !Array.isArray(types) ||
      types.length !== numLayers ||
      !types.every((type) => known.includes(type as string))
    )
      throw unsupported(
        'layer_types',
        show(types),
        `Key "layer_types" of ${json.name} is ${show(types)}: expected ${numLayers} times ${known.join(' or ')}.`,
      );
    return types.map((type) => type === other);
  }
  if (mayConvolve) return readConvolving(json, numLayers);
  const ofFile = ['sliding_window_pattern', '_sliding_window_pattern'].map((key) =>
    optionalInteger(json, key, periodRange),
  );
  const every = ofFile.find((value) => value !== undefined) ?? period;
  return Array.from(
    { length: numLayers },
    (_, layer) => period !== undefined && every !== undefined && (layer + 1) % every !== 0,
  );
}

/** Older files list the layers that attend; where nothing does all do. */
function readConvolving(json: JsonObject, numLayers: number): readonly boolean[] {
  const key = 'full_attn_idxs';
  const attending = valueOf(json, key);
  const isLayer = (index: unknown): boolean =>
    typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < numLayers;
  if (attending !== undefined && !(Array.isArray(attending) && attending.every(isLayer)))
    throw new ModelFormatError(
      `Key "${key}" of ${json.name} is ${show(attending)}: expected layers from 0 to ${numLayers - 1}.`,
      { key },
    );
  return Array.from({ length: numLayers }, (_, layer) => attending?.includes(layer) === false);
}

export function readSliding(
  json: JsonObject,
  isSliding: readonly boolean[],
  ropeTheta: number,
): SlidingLayers | undefined {
  if (!isSliding.includes(true)) return undefined;
  return { window: requireInteger(json, 'sliding_window', { min: 1, max: 2 ** 30 }), ropeTheta, isSliding };
}

export function readConvolution(
  json: JsonObject,
  isConvolution: readonly boolean[],
): ConvolutionLayers | undefined {
  if (!isConvolution.includes(true)) return undefined;
  return { length: optionalInteger(json, 'conv_L_cache', { min: 2, max: 16 }) ?? 3, isConvolution };
}

/** Named one by one, by a 0 for each that does not rotate; or the last of a period. Throws ModelFormatError. */
export function readUnrotated(
  json: JsonObject,
  numLayers: number,
  { unrotatedPeriod }: ModelFamily,
): ModelConfig['unrotatedLayers'] {
  if (unrotatedPeriod === undefined) return undefined;
  const key = 'no_rope_layers';
  const flags = valueOf(json, key);
  const period = optionalInteger(json, 'no_rope_layer_interval', periodRange) ?? unrotatedPeriod;
  if (flags === undefined) return Array.from({ length: numLayers }, (_, layer) => (layer + 1) % period === 0);
  const areFlags = Array.isArray(flags) && flags.every((flag) => flag === 0 || flag === 1);
  if (areFlags && flags.length === numLayers) return flags.map((flag) => flag === 0);
  throw new ModelFormatError(
    `Key "${key}" of ${json.name} is ${show(flags)}: expected 0 or 1 for each of ${numLayers} layers.`,
    { key },
  );
}

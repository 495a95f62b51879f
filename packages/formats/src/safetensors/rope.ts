// Rotary positions as config.json has them: in one object (`rope_parameters`), or by the older keys (`rope_theta`, `rope_scaling`,
// `rope_local_base_freq`). Which counts where both are is transformers' choice: `rope_scaling` before `rope_parameters`, and what is in an
// object before what is beside it.
import { ModelFormatError, type ModelConfig } from '@longread/core';
import { unsupported } from '../unsupported.ts';
import {
  objectOf,
  optionalNumber,
  requireInteger,
  requireNumber,
  show,
  valueOf,
  type JsonObject,
} from './json-file.ts';

type Rope = Pick<ModelConfig, 'ropeTheta' | 'ropeScalingFactor' | 'ropeFrequencyDivisors'>;

export interface RopeSizes {
  readonly headDim: number;
  readonly contextLength: number;
  /** Where neither spelling names a base. */
  readonly defaultTheta: number;
}

const thetaRange = { min: 1, max: 1e12 };
/** As for GGUF. */
const scalingRange = { min: 1e-3, max: 1e6 };
const factorRange = { min: 1e-3, max: 1e6 };

const noKeys: JsonObject = { name: 'config.json', values: {} };

/** Of a model whose layers all rotate the same way. Throws ModelFormatError naming the key. */
export function readRope(config: JsonObject, sizes: RopeSizes): Rope {
  const given = objectOf(config, 'rope_scaling') ?? objectOf(config, 'rope_parameters') ?? noKeys;
  const ropeTheta = thetaOf(given, config, 'rope_theta', sizes.defaultTheta);
  return { ropeTheta, ...readScaling(given, config, sizes, ropeTheta) };
}

/** Of a model with sliding layers, which have a base of their own and no scaling. Throws ModelFormatError naming the key. */
export function readRopes(
  config: JsonObject,
  sizes: RopeSizes,
): { readonly full: Rope; readonly slidingTheta: number } {
  const both = objectOf(config, 'rope_parameters') ?? noKeys;
  const kinds = ['full_attention', 'sliding_attention'];
  const other = Object.keys(both.values).find((key) => !kinds.includes(key));
  if (other !== undefined) throw unknownKey(both, other);
  const [ofFull, ofSliding] = kinds.map((kind) => objectOf(both, kind) ?? { ...both, values: {} }) as [
    JsonObject,
    JsonObject,
  ];
  const scaling = objectOf(config, 'rope_scaling') ?? noKeys;
  const merged = { name: ofFull.name, values: { ...ofFull.values, ...scaling.values } };
  const ropeTheta = thetaOf(merged, config, 'rope_theta', sizes.defaultTheta);
  const type = typeOf(ofSliding);
  if (type !== 'default')
    throw unsupported(
      'rope_parameters',
      type,
      `Rope scaling in sliding layers is not supported (${ofSliding.name} is of the type "${type}").`,
    );
  checkKeys(ofSliding, plainKeys);
  return {
    full: { ropeTheta, ...readScaling(merged, config, sizes, ropeTheta) },
    slidingTheta: thetaOf(ofSliding, config, 'rope_local_base_freq', 10_000),
  };
}

const thetaOf = (rope: JsonObject, config: JsonObject, key: string, byDefault: number): number =>
  optionalNumber(rope, 'rope_theta', thetaRange) ?? optionalNumber(config, key, thetaRange) ?? byDefault;

function typeOf(rope: JsonObject): string {
  const type = valueOf(rope, 'rope_type') ?? valueOf(rope, 'type') ?? 'default';
  return typeof type === 'string' ? type.slice(0, 80) : show(type);
}

const plainKeys = ['rope_type', 'type', 'rope_theta', 'partial_rotary_factor'];
const linearKeys = [...plainKeys, 'factor', 'original_max_position_embeddings'];
const llama3Keys = [...linearKeys, 'low_freq_factor', 'high_freq_factor'];

/** A key that is not known to change nothing is one that may. */
function checkKeys(rope: JsonObject, known: readonly string[]): void {
  const part = optionalNumber(rope, 'partial_rotary_factor', { min: 0, max: 1 }) ?? 1;
  if (part !== 1)
    throw unsupported(
      'partial_rotary_factor',
      part,
      `Heads that rotate in part are not supported ("partial_rotary_factor" of ${rope.name} is ${part}).`,
    );
  const other = Object.keys(rope.values).find(
    (key) => !known.includes(key) && valueOf(rope, key) !== undefined,
  );
  if (other !== undefined) throw unknownKey(rope, other);
}

function unknownKey(rope: JsonObject, key: string): ModelFormatError {
  return unsupported(
    key,
    show(rope.values[key]),
    `Key "${key.slice(0, 80)}" of ${rope.name} is not supported.`,
  );
}

function readScaling(
  rope: JsonObject,
  config: JsonObject,
  sizes: RopeSizes,
  theta: number,
): Pick<Rope, 'ropeScalingFactor' | 'ropeFrequencyDivisors'> {
  const type = typeOf(rope);
  switch (type) {
    case 'default':
      checkKeys(rope, plainKeys);
      return { ropeScalingFactor: 1 };
    case 'linear':
      checkKeys(rope, linearKeys);
      return { ropeScalingFactor: requireNumber(rope, 'factor', scalingRange) };
    case 'llama3':
      checkKeys(rope, llama3Keys);
      return { ropeScalingFactor: 1, ropeFrequencyDivisors: llama3Divisors(rope, config, sizes, theta) };
    default:
      throw unsupported(
        'rope_type',
        type,
        `Rope scaling of type "${type}" is not supported, only "linear" and "llama3" are ("rope_type" of ${rope.name}).`,
      );
  }
}

/**
 * `[headDim / 2]`. Pairs whose wavelength fits often into the context of pretraining are left alone, those that fit seldom are divided by the
 * factor, and between the two the frequency is mixed of both in proportion. Source: Llama 3.1's `apply_scaling`.
 */
function llama3Divisors(
  rope: JsonObject,
  config: JsonObject,
  { headDim, contextLength }: RopeSizes,
  theta: number,
): number[] {
  const factor = requireNumber(rope, 'factor', factorRange);
  const low = requireNumber(rope, 'low_freq_factor', factorRange);
  const high = requireNumber(rope, 'high_freq_factor', factorRange);
  if (high <= low)
    throw new ModelFormatError(
      `Key "high_freq_factor" of ${rope.name} is ${high}: expected more than "low_freq_factor", which is ${low}.`,
      { key: 'high_freq_factor', value: high },
    );
  const key = 'original_max_position_embeddings';
  const range = { min: 1, max: 2 ** 30 };
  const holder = [config, rope].find((json) => valueOf(json, key) !== undefined);
  const original = holder === undefined ? contextLength : requireInteger(holder, key, range);
  return Array.from({ length: headDim / 2 }, (_, pair) => {
    const turns = original / (2 * Math.PI * theta ** ((2 * pair) / headDim));
    if (turns >= high) return 1;
    if (turns <= low) return factor;
    const share = (turns - low) / (high - low);
    return 1 / ((1 - share) / factor + share);
  });
}

// Rotary positions as config.json has them: in one object (`rope_parameters`), or by the older keys (`rope_theta`, `rope_scaling`,
// `rope_local_base_freq`). Which counts where both are is transformers' choice: `rope_scaling` before `rope_parameters`, and what is in an
// object before what is beside it.
import { ModelFormatError, type ModelConfig } from '@longread/core';
import type { ModelFamily } from '../families.ts';
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
import { yarnDivisors, yarnGrowth } from '../yarn.ts';

type Rope = Pick<ModelConfig, 'ropeTheta' | 'ropeScalingFactor' | 'ropeMagnitude' | 'ropeFrequencyDivisors'>;
type Scaling = Omit<Rope, 'ropeTheta'>;

export interface RopeSizes {
  /** Elements of a head that rotate. */
  readonly rotaryDim: number;
  /** What max_position_embeddings says, whatever of it is run. */
  readonly contextLength: number;
  readonly family: Pick<ModelFamily, 'mayRotateInPart' | 'mayHaveLongFactors' | 'mayScaleQueries'>;
  /** Where neither spelling names a base. */
  readonly defaultTheta: number;
}

const thetaRange = { min: 1, max: 1e12 };
const lengthRange = { min: 1, max: 2 ** 30 };
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

/**
 * Of a model with sliding layers, which have a base of their own and no scaling. Throws ModelFormatError naming the key.
 *
 * @param slidingBase the older key of their base, if there was one, and what counts without it.
 */
export function readRopes(
  config: JsonObject,
  sizes: RopeSizes,
  slidingBase: { readonly key: string | undefined; readonly byDefault: number },
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
  checkKeys(ofSliding, plainKeys, sizes);
  return {
    full: { ropeTheta, ...readScaling(merged, config, sizes, ropeTheta) },
    slidingTheta: thetaOf(ofSliding, config, slidingBase.key, slidingBase.byDefault),
  };
}

function thetaOf(rope: JsonObject, config: JsonObject, key: string | undefined, byDefault: number): number {
  const beside = key === undefined ? undefined : optionalNumber(config, key, thetaRange);
  return optionalNumber(rope, 'rope_theta', thetaRange) ?? beside ?? byDefault;
}

/** The share of a head that rotates, as both spellings have it. */
export function readRotaryShare(config: JsonObject): number {
  const holders = [objectOf(config, 'rope_scaling'), objectOf(config, 'rope_parameters'), config];
  const shares = holders.map(
    (json) => json && optionalNumber(json, 'partial_rotary_factor', { min: 0, max: 1 }),
  );
  return shares.find((share) => share !== undefined) ?? 1;
}

/** Tokens that the model saw at once before its window was widened; undefined where nothing says so. */
export function readTrainedLength(config: JsonObject): number | undefined {
  const key = 'original_max_position_embeddings';
  const holders = [config, objectOf(config, 'rope_scaling'), objectOf(config, 'rope_parameters')];
  const holder = holders.find((json) => json !== undefined && valueOf(json, key) !== undefined);
  return holder && requireInteger(holder, key, lengthRange);
}

/** Whether queries grow with their position behind the window of training. */
export function scalesQueries(config: JsonObject): boolean {
  const rope = objectOf(config, 'rope_scaling') ?? objectOf(config, 'rope_parameters') ?? noKeys;
  return (optionalNumber(rope, queryKey, { min: -Infinity, max: Infinity }) ?? 0) !== 0;
}

function typeOf(rope: JsonObject): string {
  const type = valueOf(rope, 'rope_type') ?? valueOf(rope, 'type') ?? 'default';
  return typeof type === 'string' ? type.slice(0, 80) : show(type);
}

const plainKeys = ['rope_type', 'type', 'rope_theta', 'partial_rotary_factor'];
const linearKeys = [...plainKeys, 'factor', 'original_max_position_embeddings'];
const llama3Keys = [...linearKeys, 'low_freq_factor', 'high_freq_factor'];
const yarnKeys = [
  ...linearKeys,
  'attention_factor',
  'beta_fast',
  'beta_slow',
  'mscale',
  'mscale_all_dim',
  'max_position_embeddings',
];
const longKeys = [...linearKeys, 'attention_factor', 'short_factor', 'long_factor'];
const queryKey = 'llama_4_scaling_beta';

/** A key that is not known to change nothing is one that may. */
function checkKeys(rope: JsonObject, known: readonly string[], { family }: RopeSizes): void {
  const part = optionalNumber(rope, 'partial_rotary_factor', { min: 0, max: 1 }) ?? 1;
  if (part !== 1 && !family.mayRotateInPart)
    throw unsupported(
      'partial_rotary_factor',
      part,
      `Heads that rotate in part are not supported ("partial_rotary_factor" of ${rope.name} is ${part}).`,
    );
  const run = family.mayScaleQueries ? [...known, queryKey] : known;
  const other = Object.keys(rope.values).find(
    (key) => !run.includes(key) && valueOf(rope, key) !== undefined,
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

function readScaling(rope: JsonObject, config: JsonObject, sizes: RopeSizes, theta: number): Scaling {
  const given = typeOf(rope);
  // Phi's older files have names of their own.
  const type = sizes.family.mayHaveLongFactors && ['su', 'yarn'].includes(given) ? 'longrope' : given;
  switch (type) {
    case 'default':
      checkKeys(rope, plainKeys, sizes);
      return { ropeScalingFactor: 1, ropeMagnitude: 1 };
    case 'linear':
      checkKeys(rope, linearKeys, sizes);
      return { ropeScalingFactor: requireNumber(rope, 'factor', scalingRange), ropeMagnitude: 1 };
    case 'llama3': {
      checkKeys(rope, llama3Keys, sizes);
      const ropeFrequencyDivisors = llama3Divisors(rope, config, sizes, theta);
      return { ropeScalingFactor: 1, ropeMagnitude: 1, ropeFrequencyDivisors };
    }
    case 'yarn':
      checkKeys(rope, yarnKeys, sizes);
      return readYarn(rope, sizes, theta);
    case 'longrope':
      if (!sizes.family.mayHaveLongFactors) break;
      checkKeys(rope, longKeys, sizes);
      return readLong(rope, config, sizes);
  }
  const known = sizes.family.mayHaveLongFactors ? '"longrope" is' : '"linear", "llama3" and "yarn" are';
  throw unsupported(
    'rope_type',
    type,
    `Rope scaling of type "${type}" is not supported here, only ${known} ("rope_type" of ${rope.name}).`,
  );
}

function readYarn(rope: JsonObject, { rotaryDim, contextLength }: RopeSizes, theta: number): Scaling {
  const trained = requireInteger(rope, 'original_max_position_embeddings', lengthRange);
  const factor = optionalNumber(rope, 'factor', scalingRange) ?? contextLength / trained;
  // Of 0 the default counts, as if the key were not there.
  const read = (key: string) => optionalNumber(rope, key, { min: 0, max: 1e6 }) ?? 0;
  const yarn = { factor, trained, betaFast: read('beta_fast') || 32, betaSlow: read('beta_slow') || 1 };
  const [grows, ofAll] = [read('mscale'), read('mscale_all_dim')];
  const grown =
    grows !== 0 && ofAll !== 0 ? yarnGrowth(factor, grows) / yarnGrowth(factor, ofAll) : yarnGrowth(factor);
  return {
    ropeScalingFactor: 1,
    ropeMagnitude: optionalNumber(rope, 'attention_factor', factorRange) ?? grown,
    ropeFrequencyDivisors: yarnDivisors(rotaryDim, theta, yarn),
  };
}

/** LongRoPE: of two sets of divisors the one for windows of this length, chosen once and for all (docs/models.md). */
function readLong(rope: JsonObject, config: JsonObject, { rotaryDim, contextLength }: RopeSizes): Scaling {
  const trained = readTrainedLength(config) ?? contextLength;
  const factor = optionalNumber(rope, 'factor', scalingRange) ?? contextLength / trained;
  const grown = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trained));
  const key = contextLength > trained ? 'long_factor' : 'short_factor';
  const divisors = valueOf(rope, key);
  const isRight = (value: unknown): value is number =>
    typeof value === 'number' && value >= factorRange.min && value <= factorRange.max;
  if (!Array.isArray(divisors) || divisors.length !== rotaryDim / 2 || !divisors.every(isRight))
    throw new ModelFormatError(
      `Key "${key}" of ${rope.name} is ${show(divisors)}: expected ${rotaryDim / 2} numbers from ${factorRange.min} to ${factorRange.max}.`,
      { key },
    );
  return {
    ropeScalingFactor: 1,
    ropeMagnitude: optionalNumber(rope, 'attention_factor', factorRange) ?? grown,
    ropeFrequencyDivisors: divisors,
  };
}

/**
 * `[rotaryDim / 2]`. Pairs whose wavelength fits often into the context of pretraining are left alone, those that fit seldom are divided by the
 * factor, and between the two the frequency is mixed of both in proportion. Source: Llama 3.1's `apply_scaling`.
 */
function llama3Divisors(
  rope: JsonObject,
  config: JsonObject,
  { rotaryDim, contextLength }: RopeSizes,
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
  const holder = [config, rope].find((json) => valueOf(json, key) !== undefined);
  const original = holder === undefined ? contextLength : requireInteger(holder, key, lengthRange);
  return Array.from({ length: rotaryDim / 2 }, (_, pair) => {
    const turns = original / (2 * Math.PI * theta ** ((2 * pair) / rotaryDim));
    if (turns >= high) return 1;
    if (turns <= low) return factor;
    const share = (turns - low) / (high - low);
    return 1 / ((1 - share) / factor + share);
  });
}

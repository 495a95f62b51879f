// rope.scaling.* keys of GGUF metadata -> how positions become angles.
import type { ModelConfig } from '@longread/core';
import {
  optionalNumber,
  optionalString,
  requireInteger,
  requireNumber,
  type GgufEntries,
} from './gguf-keys.ts';
import type { ModelFamily } from './families.ts';
import { unsupported } from './unsupported.ts';
import { yarnDivisors, yarnGrowth } from './yarn.ts';

type KeyOf = (name: string) => string;
type RopeScaling = Pick<ModelConfig, 'ropeScalingFactor' | 'ropeMagnitude' | 'ropeFrequencyDivisors'>;

const anyNumber = { min: -Infinity, max: Infinity };
/** Wider than any that a model was trained with; far from where an angle's frequency is no number any more. */
const scalingRange = { min: 1e-3, max: 1e6 };
const betaRange = { min: 1e-3, max: 1e6 };

/**
 * As llama.cpp reads it: without a type a factor is linear, a factor of 0 is none, `scale_linear` is the factor's older name, and with
 * the type `none` no factor counts. YaRN becomes a divisor for each pair. Every other type changes angles in ways that are not run.
 */
export function readRopeScaling(
  entries: GgufEntries,
  key: KeyOf,
  { mayHaveLongFactors }: ModelFamily,
  rotaryDim: number,
  ropeTheta: number,
): RopeScaling {
  const typeKey = key('rope.scaling.type');
  const type = optionalString(entries, typeKey) ?? 'linear';
  const magnitude = readMagnitude(entries, key);
  if (type === 'yarn') return readYarn(entries, key, rotaryDim, ropeTheta, magnitude);
  refuseOther(entries, key('rope.scaling.yarn_ext_factor'), 0);
  // Of LongRoPE the divisors are tensors; phi3's files have no type beside them, nor a factor.
  const isNone = type === 'none' || (type === 'longrope' && mayHaveLongFactors);
  if (isNone) return { ropeScalingFactor: 1, ropeMagnitude: magnitude };
  if (type !== 'linear') {
    const what = `Rope scaling of type "${type.slice(0, 80)}" is not supported, only "linear" and "yarn" are (metadata key "${typeKey}").`;
    throw unsupported(typeKey, type, what);
  }
  const names = ['rope.scaling.factor', 'rope.scale_linear'].map(key);
  const given = names.find((name) => (optionalNumber(entries, name, anyNumber) ?? 0) !== 0);
  const factor = given === undefined ? 1 : requireNumber(entries, given, scalingRange);
  return { ropeScalingFactor: factor, ropeMagnitude: magnitude };
}

/** What a file says of it whatever its type; 0 is nothing. */
function readMagnitude(entries: GgufEntries, key: KeyOf): number {
  const name = key('rope.scaling.attn_factor');
  if ((optionalNumber(entries, name, anyNumber) ?? 0) === 0) return 1;
  return requireNumber(entries, name, { min: 1e-3, max: 1e3 });
}

function readYarn(
  entries: GgufEntries,
  key: KeyOf,
  rotaryDim: number,
  ropeTheta: number,
  magnitude: number,
): RopeScaling {
  const read = (name: string, otherwise: number) =>
    optionalNumber(entries, key(`rope.scaling.${name}`), betaRange) ?? otherwise;
  const factor = requireNumber(entries, key('rope.scaling.factor'), scalingRange);
  const trained = readTrainedLength(entries, key);
  const yarn = {
    factor,
    trained,
    betaFast: read('yarn_beta_fast', 32),
    betaSlow: read('yarn_beta_slow', 1),
  };
  const ropeFrequencyDivisors = yarnDivisors(rotaryDim, ropeTheta, yarn);
  refuseOther(entries, key('rope.scaling.yarn_ext_factor'), 1);
  // Of 0 nothing is taken away, as if the key were not there.
  const logMultiplier = optionalNumber(entries, key('rope.scaling.yarn_log_multiplier'), anyNumber) ?? 0;
  const grown = yarnGrowth(factor) / yarnGrowth(factor, logMultiplier);
  // Programs differ in whether it stands for all of the growth or comes on top.
  refuseOther(entries, key('rope.scaling.yarn_attn_factor'), grown);
  return { ropeScalingFactor: 1, ropeMagnitude: magnitude * grown, ropeFrequencyDivisors };
}

/** Tokens that the model saw at once before its window was widened. */
export function readTrainedLength(entries: GgufEntries, key: KeyOf): number {
  return requireInteger(entries, key('rope.scaling.original_context_length'), { min: 1, max: 2 ** 30 });
}

/** Whether the window is longer than what the model saw at once before it was widened; not where the file says nothing of that. */
export function isWidened(
  entries: GgufEntries,
  { architecture }: ModelFamily,
  { contextLength }: Pick<ModelConfig, 'contextLength'>,
): boolean {
  const name = `${architecture}.rope.scaling.original_context_length`;
  return contextLength > (optionalNumber(entries, name, anyNumber) ?? contextLength);
}

function refuseOther(entries: GgufEntries, name: string, only: number): void {
  const value = optionalNumber(entries, name, anyNumber) ?? only;
  if (Math.abs(value - only) <= 1e-4) return;
  const what = `Only ${only} is supported of metadata key "${name}" with this rope scaling, which is ${value}.`;
  throw unsupported(name, value, what);
}

// Sampling options: defaults and ranges. The sampler itself runs on the GPU.
import { checkInteger, InvalidInputError } from '@longread/core';

/** Every sampling option, checked. The defaults are greedy decoding. */
export interface ResolvedSampling {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Candidates kept by rank; 0 is all. */
  readonly topK: number;
  /** Smallest set of candidates with this much probability; 1 is all. */
  readonly topP: number;
  /** Candidates below this share of the best one's probability are dropped; 0 is none. */
  readonly minP: number;
  /** Divides the positive and multiplies the negative logits of tokens seen; 1 is none. */
  readonly repetitionPenalty: number;
  /** 32-bit seed. */
  readonly seed: number;
}

/**
 * Fills defaults and checks ranges.
 *
 * @throws InvalidInputError naming the option, its value and its range.
 */
export function resolveSampling(options: Partial<ResolvedSampling>): ResolvedSampling {
  const sampling: ResolvedSampling = {
    temperature: options.temperature ?? 0,
    topK: options.topK ?? 0,
    topP: options.topP ?? 1,
    minP: options.minP ?? 0,
    repetitionPenalty: options.repetitionPenalty ?? 1,
    seed: options.seed ?? 0,
  };
  const { temperature, topP, minP, repetitionPenalty } = sampling;
  checkReal('temperature', temperature, temperature >= 0, 'at least 0 (0 is greedy)');
  checkReal('topP', topP, topP > 0 && topP <= 1, 'above 0 and at most 1');
  checkReal('minP', minP, minP >= 0 && minP <= 1, 'from 0 to 1');
  checkReal('repetitionPenalty', repetitionPenalty, repetitionPenalty > 0, 'above 0 (1 is none)');
  checkInteger('topK', sampling.topK, 0, Infinity);
  checkInteger('seed', sampling.seed, 0, 2 ** 32 - 1);
  return sampling;
}

function checkReal(name: string, value: number, isInRange: boolean, range: string): void {
  if (Number.isFinite(value) && isInRange) return;
  throw new InvalidInputError(`${name} is ${value}. Set it to a number ${range}.`, { setting: name, value });
}

// What is fuzzed: a target makes damaged inputs and tries to use each as the product would.
import { isDeepStrictEqual } from 'node:util';
import { LongreadError } from '@longread/core';
import type { Dice } from './dice.ts';

/**
 * `refused`: a typed error. `unchanged`: accepted, and what was read is what the undamaged input holds.
 * `acceptedWrongly`: accepted, and it is something else.
 */
export type Verdict = 'refused' | 'unchanged' | 'acceptedWrongly';

export interface DamagedInput {
  /** Says what was done to it, for the report of a finding. */
  readonly what: string;
  /** Throws when anything but a typed error comes up. */
  readonly attempt: () => Promise<Verdict>;
}

export interface Target {
  readonly name: string;
  damage(dice: Dice): Promise<DamagedInput>;
}

/** One way to read an input, and what it must give. */
export interface Read {
  readonly expected: unknown;
  readonly read: () => Promise<unknown>;
}

/** Every way gives what is expected or a typed error. */
export async function judge(reads: readonly Read[]): Promise<Verdict> {
  let verdict: Verdict = 'unchanged';
  for (const { read, expected } of reads) {
    try {
      if (!isDeepStrictEqual(await read(), expected)) return 'acceptedWrongly';
    } catch (error) {
      if (!(error instanceof LongreadError)) throw error;
      verdict = 'refused';
    }
  }
  return verdict;
}

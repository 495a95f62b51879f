// Measures which heads a model is read with: few are asked to, and a page loads this with the first that is. One script has all of it, as
// more would take parts of the engine's own to be shared.
import { throwIfAborted, type CalibrationData } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import {
  chooseSets,
  chosenCalibration,
  followingSets,
  setsToTry,
  summariseSets,
  type MeasuredSets,
} from '@longread/planner';
import type { CalibrationStore } from '@longread/store';
import type { CallOptions, HeadSample } from '../api.ts';
import type { Transformer } from '../forward/transformer.ts';
import type { Model } from '../load.ts';
import { planHeads } from '../measure-heads.ts';
import { measured } from './memory-ledger.ts';

export { planHeads };

/** Samples to measure on, and when to begin no further one. They come from where an engine is asked for: this side makes no texts. */
export interface MeasurePlan {
  /** For every head by itself, for the best together, and for what these are to be followed with. */
  readonly steps: readonly (readonly HeadSample[])[];
  /** Tokens that each was made for. */
  readonly tokens: number;
  readonly limitMs: number;
}

/** Where it is measured. */
export interface CalibratedDevice {
  readonly gpu: Gpu;
  readonly transformer: Transformer;
  readonly model: Pick<Model, 'config' | 'sha256' | 'tokenizer'>;
  readonly heldFor: Parameters<typeof measured>[2];
  readonly store: CalibrationStore;
  /** Ends measuring. */
  readonly skip: AbortSignal | undefined;
}

/**
 * Every head by itself, then the best together, then what they are to be followed with, each on samples of its own. Undefined where it was
 * ended before.
 */
export async function measure(
  { gpu, transformer, model, heldFor, skip }: CalibratedDevice,
  { steps, tokens, limitMs }: MeasurePlan,
  call: CallOptions,
): Promise<CalibrationData | undefined> {
  const startedAt = performance.now();
  const isOver = () => skip?.aborted === true || performance.now() - startedAt > limitMs;
  const run = async (of: readonly HeadSample[] = [], sets?: readonly (readonly string[])[]) => {
    const all: MeasuredSets[] = [];
    for (const document of of) {
      throwIfAborted(call.signal, 'calibrate');
      if (isOver()) break;
      const work = planHeads(gpu, transformer, model.tokenizer, document, sets, call);
      all.push((await measured(gpu, transformer, heldFor, work)).value);
    }
    return all;
  };
  const [ofHeads, ofSets, ofFollowing] = steps;
  const alone = await run(ofHeads);
  if (alone.length === 0) return undefined;
  const { config } = model;
  const together = await run(ofSets, setsToTry(summariseSets(alone), config));
  const found = together.length > 0 ? together : alone;
  const toFollow = followingSets(
    chooseSets(summariseSets(found), config),
    summariseSets(alone, 'followed'),
    config,
  );
  const followed = await run(ofFollowing, toFollow);
  return chosenCalibration(
    { found, followed },
    model,
    `${alone.length + together.length + followed.length} samples of made-up prose, ${tokens} tokens each`,
  );
}

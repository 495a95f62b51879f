// Which heads an engine reads a model with: given, known, measured before, measured now, or guessed.
import { InvalidInputError, type CalibrationData } from '@longread/core';
import { guessedCalibration, knownCalibration, type OriginalCalibration } from '@longread/planner';
import { parseCalibration } from '@longread/store';
import type { CallOptions } from '../api.ts';
import type { Model } from '../load.ts';
import { lateScript } from '../late-script.ts';
import type { CalibratedDevice, MeasurePlan } from './measure.ts';

/** As EngineOptions.calibration, but that what is to be measured comes with its samples. */
export type CalibrationChoice = 'guess' | CalibrationData | MeasurePlan | undefined;

/**
 * What stands before anything is measured: undefined where that is asked for.
 * @throws InvalidInputError for a calibration that is none, or of another model file
 */
export function givenCalibration(
  choice: CalibrationChoice,
  { config, sha256 }: Pick<Model, 'config' | 'sha256'>,
): OriginalCalibration | undefined {
  if (choice === undefined) return knownCalibration(sha256, config);
  if (choice === 'guess') return guessedCalibration(config);
  if (!('presets' in choice)) return undefined;
  const data = parseCalibration(choice);
  if (data.modelSha256 !== null && data.modelSha256 !== sha256)
    throw new InvalidInputError(
      `The calibration is of ${data.modelName}, SHA-256 ${data.modelSha256}, but the model's is ${sha256}. Give its own, or none.`,
      { expected: data.modelSha256, sha256 },
    );
  return { data, origin: 'measured' };
}

/**
 * The calibration of the loaded model. What is measured is kept; where measuring was ended before it had a sample, and where nothing was
 * asked for and nothing is known, it is the guess.
 * @throws AbortedError | OutOfMemoryError | LimitExceededError | DeviceLostError | NetworkError (a script that did not come)
 */
export async function calibrationOf(
  choice: CalibrationChoice,
  device: CalibratedDevice,
  call: CallOptions,
): Promise<OriginalCalibration> {
  const { model, store } = device;
  const given = givenCalibration(choice, model);
  if (given) return given;
  const kept = await store.find(model.sha256);
  if (kept) return { data: kept, origin: 'measured' };
  const plan = typeof choice === 'object' && !('presets' in choice) ? choice : undefined;
  const data = plan && (await (await lateScript(() => import('./measure.ts'))).measure(device, plan, call));
  if (data === undefined)
    return knownCalibration(model.sha256, model.config) ?? guessedCalibration(model.config);
  await store.put(model.sha256, data);
  return { data, origin: 'measured' };
}

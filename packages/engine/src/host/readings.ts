// How documents are read in each preset: heads, settings, and the fingerprint that tells documents of one from those of another.
import { InvalidInputError, presetNames, type PresetName, type ReadSettings } from '@longread/core';
import { calibrationIn, gatherSizeOf, type Calibration, type OriginalCalibration } from '@longread/planner';
import type { PresetInfo } from '../api.ts';

/** Of one preset. */
export interface Reading {
  readonly settings: ReadSettings;
  readonly fingerprint: string;
  /** How what was read so is searched. */
  readonly calibration: Calibration;
}

export interface Readings {
  /** @throws InvalidInputError for what is no preset, or one whose heads do not go with the read settings that were given */
  of(preset: PresetName): Reading;
  /** That of a stored document; the engine's own where it is of none of them. */
  byFingerprint(fingerprint: string): Reading;
  /** Those that go with the read settings, the shallowest first. */
  readonly presets: readonly PresetInfo[];
}

/**
 * @param preset the engine's own: its settings must be right.
 * @param settingsOf read settings with a calibration's heads. @throws InvalidInputError
 */
export async function createReadings(
  original: OriginalCalibration,
  preset: PresetName,
  settingsOf: (calibration: Calibration) => ReadSettings,
  fingerprintOf: (settings: ReadSettings) => Promise<string>,
): Promise<Readings> {
  const readingOf = async (name: PresetName): Promise<Reading> => {
    const calibration = calibrationIn(original, name);
    const settings = settingsOf(calibration);
    // What was measured of some of the calibrated heads holds for no others.
    const isCalibrated = JSON.stringify(settings.heads) === JSON.stringify(calibration.heads);
    return {
      settings,
      fingerprint: await fingerprintOf(settings),
      calibration: isCalibrated ? calibration : { ...calibration, lateHeads: undefined },
    };
  };
  const own = await readingOf(preset);
  const all = new Map<PresetName, Reading | InvalidInputError>([[preset, own]]);
  for (const name of presetNames) {
    if (name === preset) continue;
    const reading = await readingOf(name).catch((error: unknown) => {
      if (error instanceof InvalidInputError) return error;
      throw error;
    });
    all.set(name, reading);
  }
  return {
    of: (name) => {
      const reading = all.get(name);
      // Callers may come from untyped code, where anything arrives here.
      if (reading === undefined)
        throw new InvalidInputError(
          `There is no preset '${name as string}'. Use one of ${presetNames.join(', ')}.`,
          { setting: 'preset' },
        );
      if (reading instanceof InvalidInputError) throw reading;
      return reading;
    },
    byFingerprint: (fingerprint) =>
      [own, ...all.values()].find(
        (reading): reading is Reading => 'fingerprint' in reading && reading.fingerprint === fingerprint,
      ) ?? own,
    presets: presetNames.flatMap((name) => {
      const reading = all.get(name);
      if (reading === undefined || reading instanceof InvalidInputError) return [];
      const { fingerprint, settings, calibration } = reading;
      return { name, fingerprint, exitLayer: settings.exitLayer, gatherSize: gatherSizeOf(calibration) };
    }),
  };
}

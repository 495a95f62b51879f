// The calibration that an evaluation reads with, as its option names it.
import { readFile } from 'node:fs/promises';
import { userPath } from '@longread/command';
import { InvalidInputError, type CalibrationData } from '@longread/core';
import { parseCalibration } from '@longread/store';

/** `guess`, or a file that `npm run calibrate` wrote. @throws InvalidInputError where there is no such file, or something else in it */
export async function namedCalibration(
  name: string | undefined,
): Promise<'guess' | CalibrationData | undefined> {
  if (name === undefined || name === 'guess') return name;
  const path = userPath(name);
  return parseCalibration(await readJson(path));
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new InvalidInputError(
      `--calibration ${path} cannot be read. Name a file that npm run calibrate wrote, or guess.`,
      { path },
      { cause },
    );
  }
}

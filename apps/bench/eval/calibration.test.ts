import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { namedCalibration } from './calibration.ts';

it('is a guess, none, or what a file holds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'calibration-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'heads.json');
  const calibration = {
    modelName: 'a model',
    modelSha256: null,
    presets: { read: { scoring: 'cosine', heads: ['L1.Q0'] } },
    measured: 'much',
  };
  expect(await namedCalibration('guess')).toBe('guess');
  expect(await namedCalibration(undefined)).toBeUndefined();
  await expect(namedCalibration(path)).rejects.toThrow(path);
  await writeFile(path, '{');
  await expect(namedCalibration(path)).rejects.toThrow('cannot be read');
  await writeFile(path, JSON.stringify({ ...calibration, presets: {} }));
  await expect(namedCalibration(path)).rejects.toThrow('presets.read');
  await writeFile(path, JSON.stringify(calibration));
  expect(await namedCalibration(path)).toEqual(calibration);
});

import type { CalibrationData } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { openMemoryCalibrationStore, parseCalibration } from './calibration-store.ts';

const calibration: CalibrationData = {
  modelName: 'a model',
  modelSha256: 'ab'.repeat(32),
  presets: {
    read: {
      scoring: 'late-interaction',
      heads: ['L9.Q0', 'L0.V2'],
      lateHeads: { first: 0, count: 1 },
      gatherSize: 256,
      minMatch: 6.5,
    },
    skim: { scoring: 'standardised', heads: ['L2.K1'] },
  },
  measured: 'much',
};

describe('parseCalibration', () => {
  test('takes what a file holds', () => {
    expect(parseCalibration(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
    expect(parseCalibration({ ...calibration, modelSha256: null }).modelSha256).toBeNull();
  });

  const { read } = calibration.presets;
  test.each([
    [{ ...calibration, modelSha256: 'xyz' }, 'modelSha256'],
    [{ ...calibration, presets: {} }, 'presets.read'],
    [{ ...calibration, presets: { read: { ...read, heads: [] } } }, 'presets.read.heads'],
    [{ ...calibration, presets: { read: { ...read, heads: ['L1.X0'] } } }, 'presets.read.heads.0'],
    [{ ...calibration, presets: { read: { ...read, scoring: 'best' } } }, 'presets.read.scoring'],
    [
      { ...calibration, presets: { read, study: { ...read, lateHeads: { first: -1, count: 1 } } } },
      'presets.study',
    ],
    [{ ...calibration, presets: { read: { ...read, gatherSize: 0 } } }, 'presets.read.gatherSize'],
    [{ ...calibration, presets: { read: { ...read, minMatch: Infinity } } }, 'presets.read.minMatch'],
    ['a calibration', 'all of it'],
  ])('refuses %j by its field', (value, field) => {
    expect(() => parseCalibration(value)).toThrow(field);
  });
});

test('what was put is found, by the model alone', async () => {
  const store = openMemoryCalibrationStore();
  const sha256 = 'ab'.repeat(32);
  expect(await store.find(sha256)).toBeUndefined();
  await store.put(sha256, calibration);
  expect(await store.find(sha256)).toEqual(calibration);
  expect(await store.find('cd'.repeat(32))).toBeUndefined();
});

// Which heads an engine takes: measured once and kept, given, or guessed.
import { headName, type CalibrationData } from '@longread/core';
import { calibrationIn } from '@longread/planner';
import { openMemoryCalibrationStore } from '@longread/store';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Progress } from '../api.ts';
import { measurePlan } from '../measure-plan.ts';
import { createTinyEngine, createTinyStage, type TinyStage } from '../testing/tiny.ts';
import { calibrationOf, type CalibrationChoice } from './calibrate.ts';
import type { CalibratedDevice } from './measure.ts';

let stage: TinyStage;
beforeAll(async () => {
  stage = await createTinyStage(256, 512);
});
afterAll(() => stage.dispose());

const given: CalibrationData = {
  modelName: 'tiny',
  modelSha256: null,
  presets: {
    read: { scoring: 'standardised', heads: ['L1.Q1', 'L0.V0'] },
    skim: { scoring: 'standardised', heads: ['L0.K0'] },
  },
  measured: 'by hand',
};

function device(skip?: AbortSignal): CalibratedDevice {
  return { ...stage, heldFor: () => [], store: openMemoryCalibrationStore(), skip };
}

const choose = (
  choice: CalibrationChoice,
  on = device(),
  onProgress: (progress: Progress) => void = () => undefined,
) => calibrationOf(choice, on, { onProgress }).then((original) => calibrationIn(original, 'read'));

describe('a calibration', () => {
  test('is a guess where nothing is known or it is asked for', async () => {
    expect(await choose(undefined)).toMatchObject({ origin: 'guess', preset: 'read' });
    const on = device();
    await on.store.put(stage.model.sha256, { ...given, modelSha256: stage.model.sha256 });
    expect(await choose('guess', on)).toMatchObject({ origin: 'guess' });
    expect((await choose(undefined, on)).heads.map(headName)).toEqual(['L1.Q1', 'L0.V0']);
  });

  test('of another model is refused, and so is what is none', async () => {
    await expect(choose({ ...given, modelSha256: 'ab'.repeat(32) })).rejects.toThrow('SHA-256');
    const none = { ...given, presets: { read: { scoring: 'cosine' as const, heads: [] } } };
    await expect(choose(none)).rejects.toThrow('presets.read.heads');
  });

  test('is measured once, in what was begun before it was to end, and kept', async () => {
    const reports: Progress[] = [];
    const skip = new AbortController();
    const on = device(skip.signal);
    const measured = await choose(await measurePlan({ samples: 1, tokens: 2000 }), on, (progress) => {
      reports.push(progress);
      skip.abort();
    });
    expect(measured).toMatchObject({ origin: 'measured', scoring: 'late-interaction' });
    expect(measured.measured).toContain('1 samples');
    const total = reports[0]?.total;
    expect(reports.at(-1)).toMatchObject({ phase: 'calibrate', unit: 'tokens', done: total, total });
    const before = reports.length;
    expect(await choose(await measurePlan(), on)).toEqual(measured);
    expect(reports).toHaveLength(before);
    // What is to end at once leaves nothing.
    const none = device(skip.signal);
    expect(await choose(await measurePlan({ tokens: 2000 }), none)).toMatchObject({ origin: 'guess' });
    expect(await none.store.find(stage.model.sha256)).toBeUndefined();
  });
});

test('an engine reads with the heads of its preset, and tells them', async () => {
  const read = { chunkSize: 64, budget: 96, recent: 24 };
  const engine = await createTinyEngine({ read, calibration: given, preset: 'skim' });
  onTestFinished(() => engine.dispose());
  const { calibration } = await engine.info();
  expect(calibration).toMatchObject({
    origin: 'measured',
    heads: ['L0.K0'],
    exitLayer: 1,
    measured: 'by hand',
  });
  const book = await engine.ingest('A short text about nothing.');
  expect(book.manifest.settings).toMatchObject({ exitLayer: 1, heads: [{ layer: 0, type: 'K', head: 0 }] });
});

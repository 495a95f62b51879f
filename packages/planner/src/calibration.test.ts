import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headName, presetNames, windowOf, type ModelConfig } from '@longread/core';
import {
  calibrationFor,
  calibrationIn,
  guessedCalibration,
  knownCalibration,
  lateHeadsOf,
} from './calibration.ts';
import { exitLimit } from './presets.ts';
import { checkReadSettings, defaultReadSettings } from './read-settings.ts';
import { smolLm2 } from './testing.ts';

const smolLm2Hash = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

describe('the packaged model', () => {
  test.each([smolLm2Hash, smolLm2Hash.toUpperCase()])('by its hash', (hash) => {
    const calibration = calibrationFor(hash, smolLm2);
    expect(calibration.heads).toEqual([
      { layer: 10, type: 'Q', head: 5 },
      { layer: 9, type: 'Q', head: 0 },
      { layer: 0, type: 'Q', head: 1 },
      { layer: 0, type: 'V', head: 2 },
    ]);
    expect(calibration).toMatchObject({ origin: 'packaged', preset: 'read', scoring: 'late-interaction' });
    expect(lateHeadsOf(calibration).map(headName)).toEqual(['L9.Q0']);
  });

  test.each(presetNames)('has heads for %s, no deeper than it reads', (preset) => {
    const calibration = calibrationFor(smolLm2Hash, smolLm2, preset);
    expect(calibration.preset).toBe(preset);
    const settings = defaultReadSettings(smolLm2, calibration);
    checkReadSettings(settings, smolLm2);
    expect(settings.exitLayer).toBeLessThanOrEqual(exitLimit(smolLm2, preset));
    expect(lateHeadsOf(calibration).length).toBeGreaterThan(0);
  });
});

test('Gemma 3 270M is read by one head of its lowest layer that sees everything', () => {
  const sha256 = 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818';
  const isSliding = Array.from({ length: 18 }, (_, i) => i % 6 !== 5);
  const config: ModelConfig = {
    ...smolLm2,
    numLayers: 18,
    numHeads: 4,
    numKvHeads: 1,
    headDim: 256,
    sliding: { window: 512, ropeTheta: 1e4, isSliding },
  };
  for (const preset of presetNames) {
    const calibration = calibrationFor(sha256, config, preset);
    expect(calibration).toMatchObject({ origin: 'packaged', preset });
    expect(calibration.heads.map(headName)).toEqual(['L5.K0']);
    checkReadSettings(defaultReadSettings(config, calibration), config);
  }
});

describe('the heads of the paper', () => {
  const shape = { numLayers: 28, numHeads: 28, numKvHeads: 4, hiddenSize: 3584, headDim: 128 };
  const qwen: ModelConfig = { ...smolLm2, ...shape, name: 'qwen2.5-7b-instruct' };

  test('are those of a model by its name and shape', () => {
    const calibration = calibrationFor('00', qwen);
    expect(calibration.origin).toBe('paper');
    expect(calibration.heads.map(headName)).toEqual(['L7.V3', 'L14.K0', 'L14.V3', 'L19.V0']);
    expect(calibrationFor('00', { ...qwen, name: 'Qwen2.5 Coder 7B Instruct' }).heads.map(headName)).toEqual([
      'L13.V2',
      'L14.K0',
      'L14.V3',
      'L14.Q4',
    ]);
    for (const preset of presetNames)
      checkReadSettings(defaultReadSettings(qwen, calibrationFor('00', qwen, preset)), qwen);
  });

  test.each([{ name: 'Qwen2.5 7B' }, { numLayers: 27 }, { numKvHeads: 7 }])('are none of %j', (change) => {
    expect(knownCalibration('00', { ...qwen, ...change })).toBeUndefined();
  });
});

describe('the guess', () => {
  test('says that nothing was measured', () => {
    const calibration = calibrationFor('00', smolLm2);
    expect(calibration.origin).toBe('guess');
    expect(calibration.measured).toMatch(/^Nothing/);
    expect(calibration.heads.map(headName)).toEqual(['L10.Q4', 'L10.K0', 'L0.Q1', 'L0.V2']);
  });

  test('is of heads in range, each once, of layers that see everything', () => {
    const shape = fc.record({
      isSliding: fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }),
      numKvHeads: fc.integer({ min: 1, max: 8 }),
      group: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(shape, ({ isSliding, numKvHeads, group }) => {
        const sliding = { window: 64, ropeTheta: 1e4, isSliding };
        const numLayers = isSliding.length;
        const config = { ...smolLm2, numLayers, numKvHeads, numHeads: numKvHeads * group, sliding };
        const calibration = calibrationIn(guessedCalibration(config), 'read');
        checkReadSettings(defaultReadSettings(config, calibration), config);
        if (isSliding.includes(false))
          for (const { layer } of calibration.heads) expect(windowOf(config, layer)).toBe(Infinity);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrationFor } from './calibration.ts';
import { checkReadSettings, defaultReadSettings } from './read-settings.ts';
import { smolLm2 } from './testing.ts';

const smolLm2Hash = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

describe('calibrationFor', () => {
  test.each([smolLm2Hash, smolLm2Hash.toUpperCase()])('the packaged model by its hash', (hash) => {
    const calibration = calibrationFor(hash, smolLm2);
    expect(calibration.heads).toEqual([
      { layer: 10, type: 'Q', head: 5 },
      { layer: 9, type: 'Q', head: 0 },
      { layer: 0, type: 'Q', head: 1 },
      { layer: 0, type: 'V', head: 2 },
    ]);
    expect(calibration).toMatchObject({ modelSha256: smolLm2Hash, scoring: 'late-interaction' });
    // The second head alone: L9.Q0.
    expect(calibration.lateHeads).toEqual({ first: 1, count: 1 });
    checkReadSettings(defaultReadSettings(smolLm2, calibration), smolLm2);
  });

  test('an unknown model says that nothing was measured', () => {
    const calibration = calibrationFor('00', smolLm2);
    expect(calibration.modelSha256).toBeNull();
    expect(calibration.measured).toMatch(/^Nothing/);
    expect(calibration.heads).toEqual([
      { layer: 10, type: 'Q', head: 4 },
      { layer: 10, type: 'K', head: 0 },
      { layer: 0, type: 'Q', head: 1 },
      { layer: 0, type: 'V', head: 2 },
    ]);
  });

  test('the fallback of any model has heads in range, each once', () => {
    const shape = fc.record({
      numLayers: fc.integer({ min: 1, max: 80 }),
      numKvHeads: fc.integer({ min: 1, max: 8 }),
      group: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(shape, ({ numLayers, numKvHeads, group }) => {
        const config = { ...smolLm2, numLayers, numKvHeads, numHeads: numKvHeads * group };
        checkReadSettings(defaultReadSettings(config, calibrationFor('00', config)), config);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presetNames, windowOf, type ModelConfig } from '@longread/core';
import { candidateHeads, exitLimit } from './presets.ts';
import { checkReadSettings, exitLayerOf } from './read-settings.ts';
import { sampleSettings } from './sample-settings.ts';
import { smolLm2 } from './testing.ts';

/** Gemma 3 270M: every sixth layer sees everything. */
const gemma: ModelConfig = {
  ...smolLm2,
  numLayers: 18,
  numHeads: 4,
  numKvHeads: 1,
  headDim: 256,
  contextLength: 32768,
  sliding: { window: 512, ropeTheta: 1e4, isSliding: Array.from({ length: 18 }, (_, i) => i % 6 !== 5) },
};

describe('exit limits', () => {
  test.each([
    [smolLm2, [4, 12, 21]],
    [gemma, [6, 7, 12]],
    [{ ...smolLm2, numLayers: 1 }, [1, 1, 1]],
  ])('of a model', (config, limits) => {
    expect(presetNames.map((preset) => exitLimit(config, preset))).toEqual(limits);
  });

  test('rise from preset to preset, and leave every preset a head', () => {
    const shapes = fc.record({
      isSliding: fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
      numKvHeads: fc.integer({ min: 1, max: 4 }),
      group: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(shapes, ({ isSliding, numKvHeads, group }) => {
        const sliding = { window: 32, ropeTheta: 1e4, isSliding };
        const config = { numLayers: isSliding.length, numKvHeads, numHeads: group * numKvHeads, sliding };
        const limits = presetNames.map((preset) => exitLimit(config, preset));
        expect(limits).toEqual(limits.toSorted((a, b) => a - b));
        for (const limit of limits) {
          const heads = candidateHeads(config, limit);
          expect(heads.length).toBeGreaterThan(0);
          expect(exitLayerOf(heads)).toBeLessThanOrEqual(limit);
          if (isSliding.includes(false))
            expect(heads.every(({ layer }) => windowOf(config, layer) === Infinity)).toBe(true);
        }
      }),
    );
  });
});

test('candidates are all heads of the layers that see everything', () => {
  const names = candidateHeads(gemma, 12).map(({ layer, type, head }) => `L${layer}.${type}${head}`);
  const ofLayer = (layer: number) => ['Q0', 'Q1', 'Q2', 'Q3', 'K0', 'V0'].map((name) => `L${layer}.${name}`);
  expect(names).toEqual([...ofLayer(5), ...ofLayer(11)]);
  expect(candidateHeads(smolLm2, 21)).toHaveLength(21 * (9 + 3 + 3));
});

test.each([
  [smolLm2, 1024, 2 ** 27, { chunkSize: 256, budget: 256, recent: 64 }],
  [smolLm2, 100, 2 ** 27, { chunkSize: 100, budget: 256 }],
  [gemma, 1024, 2 ** 27, { chunkSize: 256, budget: 512 }],
  // Embeddings of a chunk as f32 are what the device binds: 315 heads of 64 are 80,640 bytes a token.
  [smolLm2, 1024, 100 * 80_640 + 9, { chunkSize: 100 }],
])('samples are read in chunks that fit', (config, maxTokens, maxStorageBufferBindingSize, wanted) => {
  const heads = candidateHeads(config, exitLimit(config, 'study'));
  const settings = sampleSettings(config, heads, maxTokens, { maxStorageBufferBindingSize });
  expect(settings).toMatchObject(wanted);
  checkReadSettings(settings, config);
});

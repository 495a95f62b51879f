// What plans and checks make of layers with heads of two sizes, which may share keys and values: the sizes of Gemma 4 E2B.
import { attendingLayers, countCarrying, keysOfLayer, type ModelConfig } from '@longread/core';
import { expect, test } from 'vitest';
import { activationSizes, keySizes, qkvWidthOf } from './buffer-sizes.ts';
import { cacheLayers, workingCaches } from './cache-layers.ts';
import { guessedCalibration } from './calibration.ts';
import { decodeMemory, documentMemory, engineMemory, evictingMemory, pagesMemory } from './memory.ts';
import { candidateHeads, exitLimit } from './presets.ts';
import { checkReadSettings } from './read-settings.ts';
import { documentStorageBytes } from './storage.ts';
import { smolLm2 } from './testing.ts';

const isSliding = Array.from({ length: 35 }, (_, layer) => layer % 5 !== 4);
const config: ModelConfig = {
  ...smolLm2,
  name: 'Sharing',
  numLayers: 35,
  hiddenSize: 1536,
  intermediateSize: 12_288,
  intermediateSizes: Array.from({ length: 35 }, (_, layer) => (layer < 15 ? 6144 : 12_288)),
  numHeads: 8,
  numKvHeads: 1,
  headDim: 512,
  rotaryDim: 512,
  vocabSize: 262_144,
  valueNorm: true,
  sliding: { window: 512, ropeTheta: 10_000, headDim: 256, isSliding },
  sharedFrom: 15,
  layerInputs: { size: 256 },
};
const read = {
  chunkSize: 1024,
  budget: 1024,
  recent: 256,
  exitLayer: 10,
  heads: [{ layer: 9, type: 'K', head: 0 }],
} as const;

test('layers share with the last of their kind', () => {
  expect([3, 13, 14, 15, 18, 19, 34].map((layer) => keysOfLayer(config, layer))).toEqual([
    ...[3, 13, 14],
    ...[13, 13, 14, 14],
  ]);
  expect(attendingLayers(config, 35)).toHaveLength(15);
  expect(countCarrying(config, 35)).toBe(0);
  expect([13, 14, 15, 19].map((layer) => qkvWidthOf(config, layer))).toEqual([
    ...[10 * 256, 10 * 512],
    ...[8 * 256, 8 * 512],
  ]);
});

test('caches are of the layers that have keys, by the size of their heads', () => {
  const kv = (headDim: number) => 4 * 2 * 1024 * headDim;
  const { kept, spares, largest } = cacheLayers(config, read, 35);
  expect(kept.filter((each) => each.kv === kv(256))).toHaveLength(12);
  expect(kept.filter((each) => each.kv === kv(512))).toHaveLength(3);
  expect(spares.map((each) => each.kv).sort((a, b) => a - b)).toEqual([kv(256), kv(512)]);
  expect(largest.kv).toBe(kv(512));
  expect(cacheLayers(config, read, 0).largest.kv).toBe(0);
  expect(workingCaches(config, read).map(({ keys }) => keys)).toEqual([4 * 2048 * 512, 4 * 2048 * 256]);
  // All heads of one size, and nothing shared: twice as much in sliding layers, and 20 layers more.
  const whole = { ...config, sharedFrom: undefined, sliding: undefined };
  const row = (headDim: number) => 2 * 1536 * (2 * headDim + 16);
  const packed = 12 * row(256) + 3 * row(512);
  expect(decodeMemory(whole, 1500).bytes - decodeMemory(config, 1500).bytes).toBe(35 * row(512) - packed);
  const slotOf = (headDim: number) => 2 * (2.5 * headDim + 1) + 4;
  const stored = 1024 * (8 * slotOf(256) + slotOf(512)) + 9 * 4;
  const state = documentStorageBytes(config, read, 5000, 0) - documentStorageBytes(config, read, 4999, 0);
  expect(
    documentStorageBytes(config, read, 5000, 0) -
      documentStorageBytes({ ...config, sharedFrom: 0 }, read, 5000, 0),
  ).toBe(stored);
  expect(state).toBe(4 + 4 + 512 + 4);
  for (const memory of [
    documentMemory(config, read, 1),
    evictingMemory(config, read),
    pagesMemory(config, read),
  ])
    expect(memory.bytes).toBeLessThan(120 * 2 ** 20);
});

test('activations have room for inputs of layers, and none for the table', () => {
  expect(activationSizes(config, 16, 'staged')).toMatchObject({
    qkv: 4 * 16 * 10 * 512,
    gateUp: 4 * 16 * 2 * 12_288,
    projectedInputs: 4 * 16 * 35 * 256,
    inputRows: 4 * 16 * 35 * 256,
    ones: 4 * 512,
  });
  expect(
    activationSizes({ ...config, layerInputs: undefined, valueNorm: undefined }, 16, 'staged'),
  ).toMatchObject({
    projectedInputs: 0,
    inputRows: 0,
    ones: 0,
  });
  expect(keySizes(config, 16, 100, 'staged')).toMatchObject({
    angles: 4 * 100 * 512,
    slidingAngles: 4 * 100 * 256,
  });
  expect(engineMemory(config, [], read)[0]).toMatchObject({ name: 'weights', bytes: 0 });
});

test('heads are of layers that have keys and see everything', () => {
  expect(exitLimit(config, 'study')).toBe(24);
  expect(new Set(candidateHeads(config, 24).map(({ layer }) => layer))).toEqual(new Set([4, 9, 14]));
  expect(guessedCalibration(config).data.presets.read.heads).toEqual(['L9.Q4', 'L9.K0', 'L4.Q1', 'L4.V0']);
  expect(() => checkReadSettings(read, config)).not.toThrow();
  const withHead = (layer: number) => ({
    ...read,
    exitLayer: layer + 1,
    heads: [{ layer, type: 'K', head: 0 }] as const,
  });
  expect(() => checkReadSettings(withHead(19), config)).toThrow(
    'Layer 19 of Sharing attends to the keys of a layer below it: head L19.K0 is not read. Name a head of a layer below 15.',
  );
  expect(() => checkReadSettings(withHead(13), config)).toThrow(
    'Heads of layer 13 of Sharing, which slides, have 256 elements, those of other layers 512: head L13.K0 is not read.',
  );
});

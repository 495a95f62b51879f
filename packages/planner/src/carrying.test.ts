// What plans and checks make of layers that carry a state in the place of attention: the sizes of Qwen3.5 0.8B.
import type { ModelConfig } from '@longread/core';
import { expect, test } from 'vitest';
import { activationSizes, carriedBytes } from './buffer-sizes.ts';
import { decodeMemory, documentMemory } from './memory.ts';
import { candidateHeads, exitLimit } from './presets.ts';
import { checkReadSettings } from './read-settings.ts';
import { documentStorageBytes } from './storage.ts';
import { smolLm2 } from './testing.ts';

const isDelta = Array.from({ length: 24 }, (_, layer) => layer % 4 !== 3);
const config: ModelConfig = {
  ...smolLm2,
  name: 'Hybrid',
  numLayers: 24,
  hiddenSize: 1024,
  intermediateSize: 3584,
  numHeads: 8,
  numKvHeads: 2,
  headDim: 256,
  attentionGate: true,
  delta: { numKeyHeads: 16, numValueHeads: 16, headDim: 128, length: 4, isDelta },
};
const read = {
  chunkSize: 1024,
  budget: 1024,
  recent: 256,
  exitLayer: 8,
  heads: [{ layer: 7, type: 'K', head: 1 }],
} as const;
const carried = 4 * (3 * 6144 + 16 * 128 * 128);

test('a layer carries columns and matrices, whatever the length', () => {
  expect(carriedBytes(config)).toBe(carried);
  const none = { ...config, delta: undefined };
  expect(carriedBytes(none)).toBe(0);
  // Six of seven layers below the exit carry, in two copies; the seventh has entries, as all seven have without.
  const kept = 4 * 2 * 2 * 1024 * 256 + 4 * 2 * 1024;
  const stored = 1024 * 2 * (2 * (2.5 * 256 + 1) + 4) + 4;
  const bytes = documentMemory(config, read, 1).bytes;
  expect(bytes - documentMemory(none, read, 1).bytes).toBe(12 * carried - 6 * kept);
  expect(documentStorageBytes(config, read, 5000, 0) - documentStorageBytes(none, read, 5000, 0)).toBe(
    6 * (carried - stored),
  );
  const packed = 2 * 2 * 1536 * (2 * 256 + 16);
  expect(decodeMemory(config, 1500).bytes - decodeMemory(none, 1500).bytes).toBe(18 * (carried - packed));
});

test('activations have room for what goes into such a layer and comes out', () => {
  const sizes = activationSizes(config, 16, 'staged');
  expect(sizes).toMatchObject({
    gateUp: 4 * 16 * (6144 + 2048 + 32),
    gated: 4 * 16 * 6144,
    attention: 4 * 16 * 2048,
    deltaScales: 4 * 256,
  });
  const narrow = { ...config, delta: undefined, intermediateSize: 64 };
  expect(activationSizes(narrow, 16, 'staged')).toMatchObject({ gateUp: 4 * 16 * 2048, deltaScales: 0 });
});

test('heads are of layers that attend alone', () => {
  expect(new Set(candidateHeads(config, 12).map(({ layer }) => layer))).toEqual(new Set([3, 7, 11]));
  expect(exitLimit(config, 'skim')).toBe(4);
  expect(() => checkReadSettings(read, config)).not.toThrow();
  const heads = [{ layer: 6, type: 'K', head: 1 }] as const;
  expect(() => checkReadSettings({ ...read, exitLayer: 7, heads }, config)).toThrow(
    'Layer 6 of Hybrid has no heads that attend, but a state that it carries: head L6.K1 is not there.',
  );
});

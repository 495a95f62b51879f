// A layer on the host, by hand: two query heads on one KV head of two floats; rows are [q0 q1 | k | v].
import { expect, test } from 'vitest';
import type { ModelConfig } from '@longread/core';
import { pagedBytes } from '@longread/planner';
import { createPagedLayer } from './paged-layer.ts';

const config: ModelConfig = {
  name: 'hand',
  numLayers: 3,
  hiddenSize: 4,
  intermediateSize: 4,
  numHeads: 2,
  numKvHeads: 1,
  headDim: 2,
  vocabSize: 8,
  contextLength: 64,
  ropeTheta: 10000,
  ropeScalingFactor: 1,
  ropeMagnitude: 1,
  rotaryDim: 2,
  ropePairing: 'adjacent',
  rmsNormEps: 1e-5,
  qkvBias: false,
  qkNorm: false,
  preNorms: true,
  postNorms: false,
  activation: 'silu',
  embeddingScale: 1,
  logitScale: 1,
  attentionScale: 2 ** -0.5,
  tiedEmbeddings: true,
};

/** A token whose query heads are q and -q, key k, value 10 k. */
const row = (q: number, k: number) => [q, 0, -q, 0, k, 1, 10 * k, 2];

test('a token takes its keys, its values and a score a head', () => {
  expect(pagedBytes(config)).toBe(4 * 3 * (2 + 2 + 1));
});

test('gives entries back, the mean query of the last chunk, and pages by what their tokens received', () => {
  const layer = createPagedLayer(config, 8);
  layer.push(Float32Array.from([...row(1, 1), ...row(3, 2), ...row(5, 3)]), 0, 3);
  expect([...layer.meanQuery]).toEqual([3, 0, -3, 0]);
  layer.push(Float32Array.from([...row(7, 4), ...row(9, 5)]), 3, 2);
  expect([...layer.meanQuery]).toEqual([8, 0, -8, 0]);

  const { numSlots, keys, values, scores } = layer.entriesAt(Uint32Array.of(0, 3, 4));
  expect(numSlots).toBe(3);
  expect([...keys]).toEqual([1, 1, 4, 1, 5, 1]);
  expect([...values]).toEqual([10, 2, 40, 2, 50, 2]);
  expect([...scores]).toEqual([0, 0, 0]);

  // Slots 2 .. 5 of six are the tokens 1 .. 4; twice, as sums of two chunks.
  for (let chunk = 0; chunk < 2; chunk++)
    layer.receive(Float32Array.of(9, 9, 0.1, 0.4, 0.3, 0.2), 6, { firstSlot: 2, firstToken: 1, count: 4 });
  // One page of the four tokens behind the first: all stand for it.
  layer.close(1, { sinks: 1, pageTokens: 4, numPages: 16, recent: 1 });
  expect(layer.pageKeys.map((key) => [...key])).toEqual([[3.5, 1]]);
  layer.close(1, { sinks: 1, pageTokens: 4, numPages: 16, recent: 1 });
  expect(layer.pageKeys).toHaveLength(1);
});

test('of a longer page the four that received most stand for it', () => {
  const layer = createPagedLayer(config, 8);
  layer.push(Float32Array.from([1, 2, 3, 4, 5, 6].flatMap((k) => row(0, k))), 0, 6);
  const newest = { firstSlot: 0, firstToken: 0, count: 6 };
  layer.receive(Float32Array.of(0.1, 0.9, 0, 0.8, 0.7, 0.6), 6, newest);
  layer.close(1, { sinks: 0, pageTokens: 6, numPages: 16, recent: 1 });
  expect(layer.pageKeys.map((key) => [...key])).toEqual([[(2 + 4 + 5 + 6) / 4, 1]]);
});

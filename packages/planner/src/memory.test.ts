import { LimitExceededError, type ModelConfig, type WeightLayout } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { keySizes, planScoreTile, planTile } from './buffer-sizes.ts';
import { calibrationFor } from './calibration.ts';
import { checkMemory } from './check-memory.ts';
import {
  decodeMemory,
  documentMemory,
  engineMemory,
  evictingMemory,
  layerMemory,
  pagesMemory,
  planMemory,
  readingMemory,
  recorderMemory,
  searchMemory,
  type MemoryItem,
} from './memory.ts';
import { defaultReadSettings } from './read-settings.ts';
import { smolLm2 } from './testing.ts';

const embedding: WeightLayout = { format: 'int8', rows: 49152, cols: 576, groupSize: 32 };
const norm: WeightLayout = { format: 'f32', rows: 1, cols: 576, groupSize: 1 };
const calibrated = defaultReadSettings(smolLm2, calibrationFor('00', smolLm2));
const read = { ...calibrated, exitLayer: 11, heads: calibrated.heads.slice(0, 4) };
const engine = engineMemory(smolLm2, [embedding, norm], read);
const roomy = { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 27 };
const kvRow = 3 * 64 * 4;

describe('items by hand', () => {
  const bytesOf = (items: readonly { bytes: number }[]) => items.map(({ bytes }) => bytes);

  test('the engine: weights, then the activations of a chunk', () => {
    const rows = 1024 * (2 * 576 + 15 * 64 + 2 * 576 + 3 * 1536);
    const scores = 9 * 128 * 2048; // of a chunk behind the budget, less than 16 MiB
    expect(bytesOf(engine)).toEqual([
      49152 * 576 + (49152 * 576 * 4) / 32 + 576 * 4,
      4 * (rows + scores + 9 * 128 + 576 + 49152 + 2048 * 64),
    ]);
    // Over more keys no more than 16 MiB, but for angles.
    const [, wider] = engineMemory(smolLm2, [], read, 8192);
    expect(wider?.bytes).toBe(4 * (rows + 4 * 2 ** 20 + 9 * 128 + 576 + 49152 + 8192 * 64));
  });

  const kept = 10 * (2 * 1024 * kvRow + 1024 * 3 * 4);
  const working = 2 * 2048 * kvRow + 2048 * 3 * 4;

  test('a document, and what reading it takes besides', () => {
    const parts = read.heads.length;
    const embeddings = 1024 * (4 + parts * (4 * 64 + 64 + 4));
    expect(documentMemory(smolLm2, read, 1).bytes).toBe(kept + working + embeddings);
    expect(documentMemory(smolLm2, read, 3).bytes).toBe(3 * (kept + working + embeddings));
    expect(documentMemory(smolLm2, read, 0).bytes).toBe(0);
    expect(readingMemory(smolLm2, read).bytes).toBe(
      kept + 10 * 2048 * 3 * 4 + kept / 10 + 1024 * parts * (64 + 4),
    );
  });

  test("what decode's splits leave, where that is more than a tile of scores", () => {
    const wide = { ...smolLm2, numHeads: 2, numKvHeads: 2, headDim: 256 };
    // Four splits of 100 keys for each of two heads: 256 outputs, a maximum and a sum, four query heads side by side.
    expect(keySizes(wide, 1, 100, 'staged').scores).toBe(2 * 4 * (256 + 2) * 4 * 4);
    // Of 20,000 keys as many as have 64, of 6,000 those that occupy a device.
    expect(keySizes(wide, 1, 20_000, 'staged').scores).toBe(2 * 313 * (256 + 2) * 4 * 4);
    expect(keySizes(wide, 1, 6000, 'staged').scores).toBe(2 * 128 * (256 + 2) * 4 * 4);
    expect(keySizes({ ...wide, numHeads: 10 }, 1, 64, 'staged').scores).toBe(4 * 10 * 16 * 64);
  });

  test('attention that writes no scores: the splits of decode in their place, and a norm for each row of a chunk', () => {
    const [, flash] = engineMemory(smolLm2, [], read, 2048, 'flash');
    const partial = 64 * 3 * (64 + 2) * 4; // in floats
    const staged = 4 * (9 * 128 * 2048 + 9 * 128);
    expect((engine[1]?.bytes ?? NaN) - (flash?.bytes ?? NaN)).toBe(staged - 4 * (partial + 9 * 1024));
  });

  test('a device, before anything is on it', () => {
    expect(recorderMemory(524_288)).toMatchObject({ name: 'uniforms', bytes: 524_288 });
  });

  test('a question', () => {
    const packedRow = 3 * (64 * 2 + 16);
    expect(decodeMemory(smolLm2, 1500).bytes).toBe(2 * 1536 * (30 * packedRow + kvRow) + 4 * 1500);
    const shape = {
      batchTokens: 8192,
      numQueries: 75,
      numGroups: 4,
      firstPart: 0,
      window: 1,
    };
    expect(searchMemory(smolLm2, 4, shape).bytes).toBe(
      8192 * 4 * (64 + 4) + 80 * 4 * (4 * 64 + 8) + 3 * 4 * 8192,
    );
    const held = 8192 + 64;
    expect(searchMemory(smolLm2, 4, { ...shape, window: 65 }).bytes).toBe(
      held * 4 * (64 + 4) + 80 * 4 * (4 * 64 + 8) + 3 * 4 * held + 4 * 4 * 80 * 1088,
    );
  });

  test('a strategy that evicts keeps all layers and one spare', () => {
    const all = (kept / 10) * 31 + 30 * 2048 * 3 * 4;
    expect(evictingMemory(smolLm2, read).bytes).toBe(all + working + 4 * 1024);
  });
});

describe('strategies that read the prompt back', () => {
  const scratch = 4 * 1024 + 4 * 1024 * 15 * 64;
  const layer = 2 * 1024 * kvRow + 1024 * 3 * 4;
  const flags = 2048 * 3 * 4;
  const working = 2 * 2048 * kvRow + flags;

  test('layer keeps those below the one it searches, and one spare', () => {
    expect(layerMemory(smolLm2, read, 10).bytes).toBe(11 * layer + 10 * flags + working + scratch);
    expect(layerMemory(smolLm2, read, 0).bytes).toBe(working + scratch);
  });

  test('pages has one layer at a time', () => {
    expect(pagesMemory(smolLm2, read).bytes).toBe(layer + working + scratch);
  });
});

test('a plan adds up', () => {
  const plan = planMemory([...engine, decodeMemory(smolLm2, 256)]);
  expect(plan.totalBytes).toBe(plan.items.reduce((total, { bytes }) => total + bytes, 0));
  expect(plan.largestBindingBytes).toBe(4 * 1024 * 2 * 1536); // weights are cut by rows
  expect(planMemory([])).toEqual({ items: [], totalBytes: 0, largestBindingBytes: 0 });
});

test('one layer only projects: no compressed cache, and none to read back', () => {
  const bytes = readingMemory(smolLm2, { ...read, exitLayer: 1 }).bytes;
  expect(bytes).toBe(1024 * read.heads.length * (64 + 4));
});

describe('limits', () => {
  const plan = planMemory(engine);

  test('a plan fits up to the exact limit', () => {
    checkMemory(plan, roomy);
    checkMemory(plan, { ...roomy, maxStorageBufferBindingSize: plan.largestBindingBytes });
  });

  test.each(['maxStorageBufferBindingSize', 'maxBufferSize'] as const)('one byte over %s', (limitName) => {
    const check = () => checkMemory(plan, { ...roomy, [limitName]: plan.largestBindingBytes - 1 });
    expect(check).toThrow(LimitExceededError);
    expect(check).toThrow(`activations needs 12582912 bytes, but this device's ${limitName} is 12582911`);
  });
});

test('sliding layers have a table of angles of their own', () => {
  const sliding = { window: 512, ropeTheta: 10_000, isSliding: [true] };
  const [, sliders] = engineMemory({ ...smolLm2, sliding }, [], read);
  const [, without] = engineMemory(smolLm2, [], read);
  expect((sliders?.bytes ?? NaN) - (without?.bytes ?? NaN)).toBe(4 * 2048 * smolLm2.headDim);
});

describe('the remedy is one for the buffer that is too large', () => {
  const search = { batchTokens: 8192, numQueries: 75, numGroups: 4, firstPart: 0, window: 1 };
  const activations = (config: ModelConfig, chunkSize: number, numKeys?: number) =>
    engineMemory(config, [], { ...read, chunkSize }, numKeys)[1];
  const oneHead = { ...smolLm2, numHeads: 1, numKvHeads: 1, headDim: 256 };

  test.each<readonly [string, string, MemoryItem | undefined, MemoryItem | undefined]>([
    ['activations of a chunk', 'lower chunkSize', activations(smolLm2, 8192), activations(smolLm2, 4096)],
    [
      'scores of a long prompt',
      'lower gatherSize or maxNewTokens',
      activations(smolLm2, 1024, 2 ** 22),
      activations(smolLm2, 1024, 2 ** 21),
    ],
    [
      'angles of a long prompt',
      'lower gatherSize or maxNewTokens',
      activations(oneHead, 1024, 2 ** 22),
      activations(oneHead, 1024, 2 ** 21),
    ],
    [
      'logits of many tokens',
      'choose a model with a smaller vocabulary',
      activations({ ...smolLm2, vocabSize: 2 ** 24 }, 1024),
      activations({ ...smolLm2, vocabSize: 2 ** 23 }, 1024),
    ],
    [
      'kept entries',
      'lower budget',
      documentMemory(smolLm2, { ...read, budget: 2 ** 20 }, 1),
      documentMemory(smolLm2, { ...read, budget: 2 ** 19 }, 1),
    ],
    [
      'entries beside a chunk',
      'lower budget or chunkSize',
      documentMemory(smolLm2, { ...read, exitLayer: 1 }, 1),
      documentMemory(smolLm2, { ...read, exitLayer: 1, chunkSize: 512 }, 1),
    ],
    [
      'embeddings of a chunk',
      'lower chunkSize or name fewer heads',
      documentMemory(smolLm2, { ...read, budget: 16, chunkSize: 2 ** 16 }, 1),
      documentMemory(smolLm2, { ...read, budget: 16, chunkSize: 2 ** 16, heads: read.heads.slice(1) }, 1),
    ],
    [
      'entries while reading',
      'lower budget',
      readingMemory(smolLm2, { ...read, budget: 2 ** 20 }),
      readingMemory(smolLm2, { ...read, budget: 2 ** 19 }),
    ],
    [
      'what a chunk leaves while reading',
      'lower chunkSize or name fewer heads',
      readingMemory(smolLm2, { ...read, exitLayer: 1 }),
      readingMemory(smolLm2, { ...read, exitLayer: 1, chunkSize: 512 }),
    ],
    [
      'a batch of a search',
      'name fewer heads',
      searchMemory(smolLm2, 4, search),
      searchMemory(smolLm2, 3, search),
    ],
    [
      'a chunk longer than a batch',
      'lower chunkSize or name fewer heads',
      searchMemory(smolLm2, 4, { ...search, batchTokens: 2 ** 16 }),
      searchMemory(smolLm2, 4, { ...search, batchTokens: 2 ** 15 }),
    ],
    [
      'a long question',
      'ask a shorter question, or lower peaks or peakSpan',
      searchMemory(smolLm2, 4, { ...search, numQueries: 8000 }),
      searchMemory(smolLm2, 4, { ...search, numQueries: 4000 }),
    ],
    [
      'a prompt',
      'lower gatherSize or maxNewTokens',
      decodeMemory(smolLm2, smolLm2.contextLength - 1),
      decodeMemory(smolLm2, smolLm2.contextLength / 2),
    ],
    [
      'scores of reading',
      'lower budget or chunkSize',
      engineMemory(smolLm2, [], { ...read, budget: 2 ** 20 })[1],
      engineMemory(smolLm2, [], { ...read, budget: 2 ** 19 })[1],
    ],
    [
      'entries of all layers',
      'lower budget',
      evictingMemory(smolLm2, { ...read, budget: 2 ** 20 }),
      evictingMemory(smolLm2, { ...read, budget: 2 ** 19 }),
    ],
    [
      'entries of a whole prompt',
      'read less of the document (maxTokens)',
      evictingMemory(smolLm2, { ...read, budget: 8000 }, true),
      evictingMemory(smolLm2, { ...read, budget: 4000 }, true),
    ],
  ])('%s: %s', (_, remedy, before, after) => {
    expect(before?.remedy).toBe(remedy);
    // And it helps.
    expect(after?.largestBindingBytes).toBeLessThan(before?.largestBindingBytes ?? 0);
    const limits = { ...roomy, maxStorageBufferBindingSize: (before?.largestBindingBytes ?? 0) - 1 };
    expect(() => checkMemory(planMemory(before ? [before] : []), limits)).toThrow(`To go on, ${remedy}.`);
  });
});

describe('the tile of attention scores', () => {
  const budget = 16 * 2 ** 20;
  test.each([
    [1024, 1024, 128],
    [1024, 2048, 128],
    [64, 160, 64],
    [5, 5, 16],
    [1024, 8192, 48],
    [1024, 10 ** 6, 16],
  ])('%i queries over %i keys: %i rows', (numTokens, numKeys, tileRows) => {
    const tile = planScoreTile(smolLm2, numTokens, numKeys);
    expect(tile.tileRows).toBe(tileRows);
    expect(tile.keyStride % 16).toBe(0);
    expect(tile.keyStride - numKeys).toBeLessThan(16);
    if (tileRows > 16) expect(4 * 9 * tile.tileRows * tile.keyStride).toBeLessThanOrEqual(budget);
  });
});

test.each([
  [smolLm2, 1024, 2048, 1024],
  [smolLm2, 5, 5, 16],
  [smolLm2, 1024, 8192, 896],
  [{ numHeads: 32, headDim: 128 }, 1024, 2 ** 20, 128],
] as const)(
  'without scores %# a tile of %i queries over %i keys has %i rows',
  (heads, tokens, keys, rows) => {
    const { tileRows } = planTile('flash', heads, tokens, keys);
    expect(tileRows).toBe(rows);
  },
);

// The strategy cascade, on a tiny model: it keeps what a float64 twin keeps, by either kind of attention, and goes on from what was saved.
import { nmse, tolerances } from '@longread/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEvictionReference } from '../testing/eviction-reference.ts';
import {
  attentionKinds,
  createEvictingStage,
  evictedChunks,
  evictingSettings,
  expectToGoOn,
  type EvictingStage,
} from '../testing/evicting-stage.ts';
import { referenceRules } from '../testing/eviction-rules.ts';
import { createTinyEngine, tinyProse, tinySettings } from '../testing/tiny.ts';
import { createCascadeReader } from './cascade.ts';

const pass = { during: 'test' };
const { budget } = evictingSettings;

describe('the reader', () => {
  let stage: EvictingStage;
  beforeAll(async () => {
    stage = await createEvictingStage();
  }, 120_000); // a software adapter compiles long
  afterAll(() => stage.dispose());

  test.each(attentionKinds)('keeps after every chunk what the float64 twin keeps, in %s', async (kind) => {
    const transformer = stage.byKind[kind];
    const twin = await createEvictionReference(stage.file, referenceRules.cascade(23));
    const reader = await createCascadeReader(stage.gpu, transformer, evictingSettings);
    let margin = Infinity;
    const numKept: number[] = [];
    for (const chunk of evictedChunks) {
      const want = twin(chunk, budget);
      margin = Math.min(margin, want.margin);
      await reader.read(chunk, budget, pass);
      for (let layer = 0; layer < transformer.config.numLayers; layer++)
        expect([...(await reader.keptFlags(layer))]).toEqual(want.flags[layer]?.flat());
      const logits = await stage.logitsOf(transformer, chunk);
      expect(nmse(logits, want.logits)).toBeLessThan(tolerances.logits.limit);
      numKept.push(reader.numSlots);
    }
    console.log('least distance between two that competed', margin);
    expect(numKept).toEqual([64, 80, 96, 96, 96, 96, 96]);
    reader.dispose();
  });

  test('goes on from what was saved as one that was not interrupted', () =>
    expectToGoOn(stage, createCascadeReader, async (resumed, whole) => {
      for (let layer = 0; layer < stage.byKind.stages.config.numLayers; layer++)
        expect(await resumed.keptFlags(layer)).toEqual(await whole.keptFlags(layer));
    }));
});

test('the next question goes on from what was read before the last, and is answered as one that reads it all', async () => {
  const engine = await createTinyEngine();
  const book = await engine.ingest(tinyProse(120));
  const asking = { strategy: 'cascade', maxNewTokens: 90 } as const; // evicts while it is generated
  const ask = async (question: string) => {
    const { text, stats } = await book.ask(question, asking).result();
    return { text, numRead: stats.phases.find(({ name }) => name === 'compress')?.tokens ?? NaN };
  };
  const { numTokens } = book.manifest;
  expect(numTokens).toBeGreaterThan(3 * tinySettings.chunkSize + budget);
  expect((await ask('where?')).numRead).toBeGreaterThan(numTokens);
  const next = await ask('who?');
  expect(next.numRead).toBeLessThan(tinySettings.chunkSize);
  // Another budget ends what was read.
  await book.ask('who?', { ...asking, gather: { gatherSize: 64 } }).result();
  const again = await ask('who?');
  expect(again.numRead).toBeGreaterThan(numTokens);
  expect(again.text).toBe(next.text);
  await engine.dispose();
});

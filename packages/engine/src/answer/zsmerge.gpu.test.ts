// The strategy zsmerge, on a tiny model: its entries are those of a float64 twin, by either kind of attention, and it goes on from what was
// saved.
import { nmse, tolerances } from '@longread/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEvictionReference, type Entry } from '../testing/eviction-reference.ts';
import {
  attentionKinds,
  createEvictingStage,
  evictedChunks,
  evictingSettings,
  expectToGoOn,
  type EvictingStage,
} from '../testing/evicting-stage.ts';
import { referenceRules } from '../testing/eviction-rules.ts';
import { maxError } from '../testing/numbers.ts';
import { createTinyEngine, tinyProse, tinySettings } from '../testing/tiny.ts';
import { createMergingReader } from './zsmerge.ts';

const pass = { during: 'test' };
const { budget } = evictingSettings;

describe('the reader', () => {
  let stage: EvictingStage;
  beforeAll(async () => {
    stage = await createEvictingStage();
  }, 120_000); // a software adapter compiles long
  afterAll(() => stage.dispose());

  const rowsOf = (heads: readonly (readonly Entry[])[][], part: 'key' | 'value') =>
    heads.flat(2).flatMap((entry) => [...entry[part]]);

  test.each(attentionKinds)('has after every chunk the entries of the float64 twin, in %s', async (kind) => {
    const transformer = stage.byKind[kind];
    const twin = await createEvictionReference(stage.file, referenceRules.zsmerge());
    const reader = await createMergingReader(stage.gpu, transformer, evictingSettings);
    let margin = Infinity;
    const weights: (number | undefined)[] = [];
    for (const chunk of evictedChunks) {
      const want = twin(chunk, budget);
      margin = Math.min(margin, want.margin);
      await reader.read(chunk, budget, pass);
      const saved = await reader.save?.();
      const heads = want.entries.map((layer) => [...layer]);
      expect(maxError(saved?.keys ?? [], rowsOf(heads, 'key'))).toBeLessThan(1e-4);
      expect(maxError(saved?.values ?? [], rowsOf(heads, 'value'))).toBeLessThan(1e-4);
      // What is merged competes no more.
      const others = (scores: readonly number[]) => scores.map((each, i) => (i % budget === 0 ? 0 : each));
      const scores = heads.flat(2).map(({ score }) => score);
      expect(maxError(others([...(saved?.scores ?? [])]), others(scores))).toBeLessThan(1e-4);
      const logits = await stage.logitsOf(transformer, chunk);
      expect(nmse(logits, want.logits)).toBeLessThan(tolerances.logits.limit);
      weights.push(want.entries[0]?.[0]?.[0]?.weight);
    }
    console.log('least distance between two that competed', margin);
    expect(weights).toEqual([1, 1, 145, 146, 306, 320, 365]);
    reader.dispose();
  });

  test('goes on from what was saved as one that was not interrupted', () =>
    expectToGoOn(stage, createMergingReader));
});

test('the next question goes on from what was read before the last, and is answered as one that reads it all', async () => {
  const engine = await createTinyEngine();
  const book = await engine.ingest(tinyProse(120));
  const asking = { strategy: 'zsmerge', maxNewTokens: 24 } as const;
  const ask = async (question: string, gatherSize?: number) => {
    const gather = gatherSize === undefined ? {} : { gatherSize };
    const { text, stats } = await book.ask(question, { ...asking, gather }).result();
    return { text, numRead: stats.phases.find(({ name }) => name === 'compress')?.tokens ?? NaN };
  };
  const { numTokens } = book.manifest;
  expect(numTokens).toBeGreaterThan(3 * tinySettings.chunkSize + budget);
  expect((await ask('where?')).numRead).toBeGreaterThan(numTokens);
  const next = await ask('who?');
  expect(next.numRead).toBeLessThan(tinySettings.chunkSize);
  // Another budget ends what was read; the least have room for what is merged alone, and for the newest beside it.
  for (const gatherSize of [64, 1, 2]) expect((await ask('who?', gatherSize)).text).not.toBe('');
  const again = await ask('who?');
  expect(again.numRead).toBeGreaterThan(numTokens);
  expect(again.text).toBe(next.text);
  await engine.dispose();
});

// The strategy zsmerge, on a tiny model: its entries are those of a float64 twin, by either kind of attention, and it goes on from what was
// saved.
import { nmse, tolerances } from '@longread/core';
import type { BufferOwner } from '@longread/gpu';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTransformer, type Transformer } from '../forward/transformer.ts';
import { createEvictionReference, type Entry } from '../testing/eviction-reference.ts';
import { referenceRules } from '../testing/eviction-rules.ts';
import { gpuChoice } from '../testing/golden.ts';
import { maxError } from '../testing/numbers.ts';
import {
  createTinyEngine,
  createTinyStage,
  tinyProse,
  tinySettings,
  type TinyStage,
} from '../testing/tiny.ts';
import { createMergingReader } from './zsmerge.ts';

const pass = { during: 'test' };
/** A chunk has rows of two tiles. */
const settings = { ...tinySettings, chunkSize: 160 };
const { budget, chunkSize } = settings;
const ids = Uint32Array.from({ length: 460 }, (_, i) => 3 + ((i * 7919) % 256));

describe('the reader', () => {
  let stage: TinyStage;
  let owner: BufferOwner;
  let byKind: Readonly<Record<'stages' | 'one dispatch', Transformer>>;
  beforeAll(async () => {
    stage = await createTinyStage(chunkSize, 512);
    const { gpu, model, transformer } = stage;
    owner = gpu.owner('flash');
    const sizes = { maxTokens: chunkSize, maxKeys: 512 };
    const flash = await createTransformer(gpu, owner, model, sizes, gpuChoice(gpu, model.config));
    expect(flash.activations.attentionKind).toBe('flash');
    byKind = { stages: transformer, 'one dispatch': flash };
  }, 120_000); // a software adapter compiles long
  afterAll(() => [owner, stage].forEach((each) => each.dispose()));

  const logitsOf = async ({ activations, config }: Transformer) =>
    new Float32Array(await stage.gpu.recorder.read(activations.logits, 0, 4 * config.vocabSize));
  /** Chunks of all lengths, one of a token; the cache is full from the third on. */
  const starts = [0, 64, 80, 240, 241, 401, 415, 460];
  const chunks = starts.slice(0, -1).map((start, i) => ids.slice(start, starts[i + 1]));
  const rowsOf = (heads: readonly (readonly Entry[])[][], part: 'key' | 'value') =>
    heads.flat(2).flatMap((entry) => [...entry[part]]);

  test.each(['stages', 'one dispatch'] as const)(
    'has after every chunk the entries of the float64 twin, in %s',
    async (kind) => {
      const transformer = byKind[kind];
      const twin = await createEvictionReference(stage.file, referenceRules.zsmerge());
      const reader = await createMergingReader(stage.gpu, transformer, settings);
      let margin = Infinity;
      const weights: (number | undefined)[] = [];
      for (const chunk of chunks) {
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
        transformer.head(chunk.length - 1);
        expect(nmse(await logitsOf(transformer), want.logits)).toBeLessThan(tolerances.logits.limit);
        weights.push(want.entries[0]?.[0]?.[0]?.weight);
      }
      console.log('least distance between two that competed', margin);
      expect(weights).toEqual([1, 1, 145, 146, 306, 320, 365]);
      reader.dispose();
    },
  );

  test('goes on from what was saved as one that was not interrupted', async () => {
    const { gpu, transformer } = stage;
    const whole = await createMergingReader(gpu, transformer, settings);
    for (const chunk of chunks.slice(0, 5)) await whole.read(chunk, budget, pass);
    const saved = await whole.save?.();
    const resumed = await createMergingReader(gpu, transformer, settings);
    if (saved) resumed.restore?.(saved, starts[5] ?? NaN);
    for (const chunk of chunks.slice(5)) {
      await whole.read(chunk, budget, pass);
      transformer.head(chunk.length - 1);
      const want = await logitsOf(transformer);
      await resumed.read(chunk, budget, pass);
      transformer.head(chunk.length - 1);
      expect(await logitsOf(transformer)).toEqual(want);
    }
    expect(await resumed.save?.()).toEqual(await whole.save?.());
    [whole, resumed].forEach((reader) => reader.dispose());
  });
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

// The strategy cascade, on a tiny model: it keeps what a float64 twin keeps, by either kind of attention, and goes on from what was saved.
import { nmse, tolerances } from '@longread/core';
import type { BufferOwner } from '@longread/gpu';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTransformer, type Transformer } from '../forward/transformer.ts';
import { createEvictionReference } from '../testing/eviction-reference.ts';
import { referenceRules } from '../testing/eviction-rules.ts';
import { gpuChoice } from '../testing/golden.ts';
import {
  createTinyEngine,
  createTinyStage,
  tinyProse,
  tinySettings,
  type TinyStage,
} from '../testing/tiny.ts';
import { createCascadeReader } from './cascade.ts';

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
  /** Chunks of all lengths, one of a token, one of fewer than a buffer has slots; the cache is full from the third on. */
  const starts = [0, 64, 80, 240, 241, 401, 415, 460];
  const chunks = starts.slice(0, -1).map((start, i) => ids.slice(start, starts[i + 1]));

  test.each(['stages', 'one dispatch'] as const)(
    'keeps after every chunk what the float64 twin keeps, in %s',
    async (kind) => {
      const transformer = byKind[kind];
      const twin = await createEvictionReference(stage.file, referenceRules.cascade(23));
      const reader = await createCascadeReader(stage.gpu, transformer, settings);
      let margin = Infinity;
      const numKept: number[] = [];
      for (const chunk of chunks) {
        const want = twin(chunk, budget);
        margin = Math.min(margin, want.margin);
        await reader.read(chunk, budget, pass);
        for (let layer = 0; layer < transformer.config.numLayers; layer++)
          expect([...(await reader.keptFlags(layer))]).toEqual(want.flags[layer]?.flat());
        transformer.head(chunk.length - 1);
        expect(nmse(await logitsOf(transformer), want.logits)).toBeLessThan(tolerances.logits.limit);
        numKept.push(reader.numSlots);
      }
      console.log('least distance between two that competed', margin);
      expect(numKept).toEqual([64, 80, 96, 96, 96, 96, 96]);
      reader.dispose();
    },
  );

  test('goes on from what was saved as one that was not interrupted', async () => {
    const { gpu, transformer } = stage;
    const whole = await createCascadeReader(gpu, transformer, settings);
    for (const chunk of chunks.slice(0, 5)) await whole.read(chunk, budget, pass);
    const saved = await whole.save?.();
    const resumed = await createCascadeReader(gpu, transformer, settings);
    if (saved) resumed.restore?.(saved, starts[5] ?? NaN);
    for (const chunk of chunks.slice(5)) {
      await whole.read(chunk, budget, pass);
      transformer.head(chunk.length - 1);
      const want = await logitsOf(transformer);
      await resumed.read(chunk, budget, pass);
      transformer.head(chunk.length - 1);
      expect(await logitsOf(transformer)).toEqual(want);
      for (let layer = 0; layer < transformer.config.numLayers; layer++)
        expect(await resumed.keptFlags(layer)).toEqual(await whole.keptFlags(layer));
    }
    expect(await resumed.save?.()).toEqual(await whole.save?.());
    [whole, resumed].forEach((reader) => reader.dispose());
  });
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

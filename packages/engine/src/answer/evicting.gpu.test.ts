// The strategies that evict, on a tiny model: with room for everything they are full, they keep what a float64 twin keeps, and they go
// on evicting.
import { nmse, tolerances } from '@longread/core';
import { packedCacheUnpack } from '@longread/shaders';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Engine } from '../api.ts';
import { createCompressor } from '../compress.ts';
import {
  h2oRule,
  planReading,
  snapkvRule,
  streamingRule,
  tovaRule,
  type EvictionRule,
  type ReadingPlan,
} from '@longread/planner';
import { createDecodeCache, type DecodeCache } from '../forward/decode-cache.ts';
import { recompute } from '../recompute.ts';
import { createEvictionReference, type ChunkRead, type Rule } from '../testing/eviction-reference.ts';
import { referenceRules } from '../testing/eviction-rules.ts';
import { createPagesReference } from '../testing/pages-reference.ts';
import { createEvictingReader } from './evicting.ts';
import { createPagesReader } from './pages-reader.ts';
import { maxError } from '../testing/numbers.ts';
import {
  createTinyEngine,
  createTinyStage,
  sharedEngine,
  tinyProse,
  tinySettings,
  type TinyStage,
} from '../testing/tiny.ts';

const pass = { during: 'test' };
const tokens = (length: number) => Uint32Array.from({ length }, (_, i) => 3 + ((i * 7919) % 256));
const ids = tokens(200);

describe('the reader', () => {
  let stage: TinyStage;
  beforeAll(async () => {
    stage = await createTinyStage(64, 512);
  });
  afterAll(() => stage.dispose());

  const optionsOf = (rule: EvictionRule, settings = tinySettings) => ({ ...settings, rule });
  async function readAll(settings = tinySettings) {
    const reader = await createEvictingReader(stage.gpu, stage.transformer, optionsOf(h2oRule, settings));
    for (let i = 0; i < ids.length; i += 64) await reader.read(ids.slice(i, i + 64), settings.budget, pass);
    return reader;
  }
  const logits = async () =>
    new Float32Array(
      await stage.gpu.recorder.read(
        stage.transformer.activations.logits,
        0,
        4 * stage.model.config.vocabSize,
      ),
    );

  test('with a budget for all tokens, logits and cache are those of a plain forward', async () => {
    const { gpu, transformer, model } = stage;
    const plain = await createDecodeCache(gpu, transformer, 256);
    await recompute(gpu, transformer, plain, ids, pass);
    const wantLogits = await logits();
    const cache = await createDecodeCache(gpu, transformer, 256);
    const reader = await readAll({ ...tinySettings, budget: 256 });
    reader.unpackInto(cache);
    expect(maxError(await logits(), wantLogits)).toBeLessThan(1e-4);
    const { numKvHeads, headDim, numLayers } = model.config;
    const kernel = await gpu.kernels.get(packedCacheUnpack.bodies.plain);
    const slotsOf = async ({ layers, capacity }: DecodeCache, name: 'keys' | 'values', head: number) => {
      const kv = layers[numLayers - 1];
      if (!kv || 'carried' in kv) throw new Error('a layer is missing');
      const shape = { num_slots: ids.length, num_kv_heads: numKvHeads, head_dim: headDim, capacity };
      gpu.recorder.dispatch(kernel, { ...kv }, shape);
      const at = 4 * head * capacity * headDim;
      return new Float32Array(await gpu.recorder.read(kv[name], at, 4 * ids.length * headDim));
    };
    for (const name of ['keys', 'values'] as const) {
      for (let head = 0; head < numKvHeads; head++) {
        const [got, want] = [await slotsOf(cache, name, head), await slotsOf(plain, name, head)];
        expect(maxError(got, want)).toBeLessThan(1e-3);
      }
    }
    [reader, cache, plain].forEach((each) => each.dispose());
  });

  /** Chunk after chunk, in all layers. @returns entries there were before each eviction */
  async function compareWithTwin(
    rule: EvictionRule,
    reference: Rule,
    chunks: ReadingPlan['chunks'],
    budget: number,
    alsoCompare?: (chunk: Uint32Array<ArrayBuffer>, want: ChunkRead) => Promise<void>,
  ): Promise<number[]> {
    const { gpu, file, transformer, model } = stage;
    const twin = await createEvictionReference(file, reference);
    const reader = await createEvictingReader(gpu, transformer, optionsOf(rule, { ...tinySettings, budget }));
    const lengths: number[] = [];
    let margin = Infinity;
    for (const { firstToken, numTokens, keep } of chunks) {
      const chunk = ids.slice(firstToken, firstToken + numTokens);
      const want = twin(chunk, keep);
      margin = Math.min(margin, want.margin);
      await reader.read(chunk, keep, pass);
      for (let layer = 0; layer < model.config.numLayers; layer++)
        expect([...(await reader.keptFlags(layer))]).toEqual(want.flags[layer]?.flat());
      lengths.push(want.flags[0]?.[0]?.length ?? NaN);
      transformer.head(chunk.length - 1);
      expect(nmse(await logits(), want.logits)).toBeLessThan(tolerances.logits.limit);
      await alsoCompare?.(chunk, want);
    }
    console.log('least distance at a cut', margin);
    expect(reader.numSlots).toBe(tinySettings.budget);
    reader.dispose();
    return lengths;
  }
  const { budget } = tinySettings;

  test('h2o keeps after every chunk what the float64 twin keeps, and so does compress', async () => {
    const { gpu, transformer } = stage;
    const compressor = await createCompressor(gpu, transformer, tinySettings);
    const chunks = planReading(ids.length, 0, 1, h2oRule, tinySettings).chunks;
    const twin = referenceRules.h2o(tinySettings.recent);
    const lengths = await compareWithTwin(h2oRule, twin, chunks, budget, async (chunk, want) => {
      await compressor.compress(chunk, pass);
      for (let layer = 0; layer < tinySettings.exitLayer - 1; layer++)
        expect([...(await compressor.keptFlags(layer))]).toEqual(want.flags[layer]?.flat());
    });
    expect(lengths).toEqual([64, 128, budget + 64, budget + 8]);
    compressor.dispose();
  });

  test.each([
    ['streaming', streamingRule, referenceRules.streaming(budget)],
    ['tova', tovaRule, referenceRules.tova()],
  ] as const)('%s keeps after every chunk what the float64 twin keeps', async (_, rule, twin) => {
    const chunks = planReading(ids.length, 0, 1, rule, tinySettings).chunks;
    const lengths = await compareWithTwin(rule, twin, chunks, budget);
    expect(lengths).toEqual([64, 128, budget + 64, budget + 8]);
  });

  test('snapkv keeps of a whole prompt what the float64 twin keeps', async () => {
    const plan = planReading(ids.length, 0, 1, snapkvRule, tinySettings);
    const lengths = await compareWithTwin(snapkvRule, referenceRules.snapkv(), plan.chunks, plan.budget);
    expect(lengths).toEqual([8, 72, 136, 200]);
  });

  test('pages attends after every chunk to what the float64 twin attends to', async () => {
    const { gpu, file, transformer } = stage;
    const settings = { ...tinySettings, budget: 245 }; // a 49th of it: pages of five, of which four keys stand for them
    const twin = await createPagesReference(file, { sinks: 5, pageTokens: 5, numPages: 16, recent: 160 });
    const prompt = tokens(340);
    const reader = await createPagesReader(gpu, transformer, settings, prompt.length);
    const numSeen: number[] = [];
    let margin = Infinity;
    for (let i = 0; i < prompt.length; i += 64) {
      const chunk = prompt.slice(i, i + 64);
      const want = twin(chunk);
      await reader.read(chunk, settings.budget, pass);
      transformer.head(chunk.length - 1);
      expect(nmse(await logits(), want.logits)).toBeLessThan(tolerances.logits.limit);
      numSeen.push(want.numSeen);
      margin = Math.min(margin, want.margin);
    }
    console.log('least distance between a chosen page and another', margin);
    expect(numSeen).toEqual([0, 64, 128, 192, 241, 245]);
    const cache = await createDecodeCache(gpu, transformer, 256);
    reader.unpackInto(cache);
    expect(reader.numSlots).toBe(245);
    [reader, cache].forEach((each) => each.dispose());
  });

  test('ends with no live bytes of its own, cancelled or not', async () => {
    const before = stage.gpu.liveBytes;
    (await readAll()).dispose();
    expect(stage.gpu.liveBytes).toBe(before);
    const reader = await createEvictingReader(stage.gpu, stage.transformer, optionsOf(h2oRule));
    const cancelled = reader.read(ids.slice(0, 64), 96, { ...pass, signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: 'Aborted' });
    reader.dispose();
    expect(stage.gpu.liveBytes).toBe(before);
  });
});

describe('the strategy', () => {
  let roomy: Engine;
  let engine: Engine;
  beforeAll(async () => {
    roomy = await createTinyEngine({ read: { ...tinySettings, budget: 256 } });
    engine = await sharedEngine();
  });
  afterAll(() => roomy.dispose());
  const h2o = { strategy: 'h2o', maxNewTokens: 12 } as const;

  const names = ['h2o', 'streaming', 'tova', 'snapkv', 'cascade', 'zsmerge', 'pages'] as const;
  test.each(names)('%s answers like full when nothing has to be evicted', async (strategy) => {
    const document = await roomy.ingest(tinyProse(25));
    const answer = await document.ask('where?', { ...h2o, strategy }).result();
    const full = await document.ask('where?', { ...h2o, strategy: 'full' }).result();
    expect(answer.text).toBe(full.text);
    expect(answer.finish).toBe(full.finish);
    expect(answer.evidence).toEqual([]);
    expect(answer.stats).toMatchObject({ strategy, gatheredTokens: 0, generatedTokens: 12 });
    const [compress, decode] = answer.stats.phases;
    expect(answer.stats.phases.map(({ name }) => name)).toEqual(['compress', 'decode']);
    expect(compress?.tokens).toBeGreaterThan(document.manifest.numTokens);
    expect(decode?.tokens).toBe(12);
    expect(answer.stats.gpuBytesPeak).toBeGreaterThanOrEqual(answer.stats.memory.peakBytes);
  });

  test('an answer longer than a chunk goes on after its tokens were read and evicted', async () => {
    const document = await roomy.ingest(tinyProse(25));
    const long = { ...h2o, maxNewTokens: 90 };
    const answer = await document.ask('where?', long).result();
    const full = await document.ask('where?', { ...long, strategy: 'full' }).result();
    expect(answer.stats.generatedTokens).toBe(90);
    expect(answer.text).toBe(full.text);
  });

  test('goes on from what was read before the question, and answers as an engine that reads it all', async () => {
    const texts = [tinyProse(60), tinyProse(50, 3)] as const; // more tokens than are kept
    const [book, other] = [await engine.ingest(texts[0]), await engine.ingest(texts[1])];
    const compressed = ({ stats }: Answer) =>
      stats.phases.find(({ name }) => name === 'compress')?.tokens ?? NaN;
    const first = await book.ask('where?', h2o).result();
    const next = await book.ask('who?', h2o).result();
    expect(compressed(first)).toBeGreaterThan(book.manifest.numTokens);
    expect(compressed(next)).toBeLessThan(100);
    // Another document, another strategy, and another beginning are read whole.
    for (const [document, options] of [
      [other, h2o],
      [book, { ...h2o, strategy: 'streaming' }],
      [book, { ...h2o, history: [{ question: 'who?', answer: 'nobody' }] }],
    ] as const) {
      const { numTokens } = document.manifest;
      expect(compressed(await document.ask('who?', options).result())).toBeGreaterThan(numTokens);
    }
    const again = await book.ask('who?', h2o).result();
    expect(compressed(again)).toBeGreaterThan(book.manifest.numTokens);
    expect(again.text).toBe(next.text);
  });

  test.each(['h2o', 'cascade', 'zsmerge', 'pages'] as const)(
    '%s reads past the window, twice to the same answer, and can be cancelled',
    async (strategy) => {
      const asking = { ...h2o, strategy };
      const document = await engine.ingest(tinyProse(300));
      expect(document.manifest.numTokens).toBeGreaterThan(512);
      const first = await document.ask('where?', asking).result();
      const { gpuBytes } = await engine.info();
      const second = await document.ask('where?', asking).result();
      expect(second.text).toBe(first.text);
      expect((await engine.info()).gpuBytes).toBe(gpuBytes);
      const controller = new AbortController();
      const cancelled = document.ask('where?', {
        ...asking,
        signal: controller.signal,
        onProgress: ({ phase, done }) => {
          if (phase === 'compress' && done > 100) controller.abort();
        },
      });
      await expect(cancelled.result()).rejects.toMatchObject({
        code: 'Aborted',
        details: { during: 'compress' },
      });
      expect((await document.ask('where?', asking).result()).text).toBe(first.text);
      expect((await engine.info()).gpuBytes).toBe(gpuBytes);
    },
  );

  test('keeps as many entries as the question asks for, and refuses what the window cannot hold', async () => {
    const document = await engine.ingest(tinyProse(300));
    const ask = (gatherSize: number) => document.ask('where?', { ...h2o, gather: { gatherSize } }).result();
    const { budget } = document.manifest.settings;
    const usual = await document.ask('where?', h2o).result();
    expect((await ask(budget)).text).toBe(usual.text);
    expect((await ask(budget / 4)).stats.memory.peakBytes).toBeLessThan(usual.stats.memory.peakBytes);
    for (const gatherSize of [0, 1.5, 512 - 63]) {
      await expect(ask(gatherSize)).rejects.toMatchObject({ code: 'InvalidInput' });
    }
    await ask(512 - 64);
  });

  test('snapkv refuses what the window cannot hold, before it reads', async () => {
    const document = await engine.ingest(tinyProse(300));
    const phases: string[] = [];
    const answer = document.ask('where?', {
      ...h2o,
      strategy: 'snapkv',
      onProgress: ({ phase }) => phases.push(phase),
    });
    await expect(answer.result()).rejects.toMatchObject({ code: 'LimitExceeded' });
    expect(phases).toEqual([]);
  });
});

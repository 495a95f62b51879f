// The h2o baseline on a tiny model: with room for everything it is full, it evicts as a float64 twin does, and it goes on
// evicting.
import { nmse, tolerances } from '@longread/core';
import { packedCacheUnpack } from '@longread/shaders';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../api.ts';
import { createCompressor } from '../compress.ts';
import { createH2oReader } from './h2o.ts';
import { createDecodeCache, type DecodeCache } from '../forward/decode-cache.ts';
import { recompute } from '../recompute.ts';
import { createH2oReference } from '../testing/h2o-reference.ts';
import { maxError } from '../testing/numbers.ts';
import {
  createTinyEngine,
  createTinyStage,
  tinyProse,
  tinySettings,
  type TinyStage,
} from '../testing/tiny.ts';

const pass = { during: 'test' };
const ids = Uint32Array.from({ length: 200 }, (_, i) => 3 + ((i * 7919) % 256));

describe('the reader', () => {
  let stage: TinyStage;
  beforeAll(async () => {
    stage = await createTinyStage(64, 512);
  });
  afterAll(() => stage.gpu.dispose());

  async function readAll(settings = tinySettings) {
    const reader = await createH2oReader(stage.gpu, stage.transformer, settings);
    for (let i = 0; i < ids.length; i += 64) await reader.read(ids.slice(i, i + 64), pass);
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
      if (!kv) throw new Error('a layer is missing');
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

  test('after every chunk keeps what the float64 twin keeps, in all layers, and ends with its logits', async () => {
    const { gpu, file, transformer, model } = stage;
    const { numLayers, numKvHeads } = model.config;
    const twin = await createH2oReference(file, tinySettings);
    const reader = await createH2oReader(gpu, transformer, tinySettings);
    const compressor = await createCompressor(gpu, transformer, tinySettings);
    const lengths: number[] = [];
    const figures = { logits: NaN, margin: Infinity };
    for (let i = 0; i < ids.length; i += 64) {
      const chunk = ids.slice(i, i + 64);
      const want = twin(chunk);
      figures.margin = Math.min(figures.margin, want.margin);
      await reader.read(chunk, pass);
      for (let layer = 0; layer < numLayers; layer++)
        expect([...(await reader.keptFlags(layer))]).toEqual(want.flags[layer]?.flat());
      lengths.push(want.flags[0]?.[0]?.length ?? NaN);
      transformer.head(chunk.length - 1);
      figures.logits = nmse(await logits(), want.logits);
      expect(figures.logits).toBeLessThan(tolerances.logits.limit);
      // compress evicts by the same rule in the layers that it runs.
      await compressor.compress(chunk, pass);
      for (let layer = 0; layer < tinySettings.exitLayer - 1; layer++)
        expect([...(await compressor.keptFlags(layer))]).toEqual(want.flags[layer]?.flat());
    }
    console.log('h2o against its twin: logits NMSE, least distance at a cut', figures);
    const { budget } = tinySettings;
    expect(lengths).toEqual([64, 128, budget + 64, budget + 8]);
    expect(numLayers * numKvHeads).toBe(8);
    expect(reader.numSlots).toBe(budget);
    reader.dispose();
    compressor.dispose();
  });

  test('ends with no live bytes of its own, cancelled or not', async () => {
    const before = stage.gpu.liveBytes;
    (await readAll()).dispose();
    expect(stage.gpu.liveBytes).toBe(before);
    const reader = await createH2oReader(stage.gpu, stage.transformer, tinySettings);
    const cancelled = reader.read(ids.slice(0, 64), { ...pass, signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: 'Aborted' });
    reader.dispose();
    expect(stage.gpu.liveBytes).toBe(before);
  });
});

describe('the strategy', () => {
  let roomy: Engine;
  let engine: Engine;
  beforeAll(async () => {
    // Of one database: what the first finds out about the kernels, the second need not.
    const database = `h2o ${crypto.randomUUID()}`;
    roomy = await createTinyEngine({ database, read: { ...tinySettings, budget: 256 } });
    engine = await createTinyEngine({ database });
  });
  afterAll(async () => {
    await roomy.dispose();
    await engine.dispose();
  });
  const h2o = { strategy: 'h2o', maxNewTokens: 12 } as const;

  test('answers like full when nothing has to be evicted', async () => {
    const document = await roomy.ingest(tinyProse(25));
    const answer = await document.ask('where?', h2o).result();
    const full = await document.ask('where?', { ...h2o, strategy: 'full' }).result();
    expect(answer.text).toBe(full.text);
    expect(answer.finish).toBe(full.finish);
    expect(answer.evidence).toEqual([]);
    expect(answer.stats).toMatchObject({ strategy: 'h2o', gatheredTokens: 0, generatedTokens: 12 });
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

  test('reads a document longer than the window, twice to the same answer, and can be cancelled', async () => {
    const document = await engine.ingest(tinyProse(300));
    expect(document.manifest.numTokens).toBeGreaterThan(512);
    const first = await document.ask('where?', h2o).result();
    const { gpuBytes } = await engine.info();
    const second = await document.ask('where?', h2o).result();
    expect(second.text).toBe(first.text);
    expect((await engine.info()).gpuBytes).toBe(gpuBytes);
    const controller = new AbortController();
    const cancelled = document.ask('where?', {
      ...h2o,
      signal: controller.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'compress' && done > 100) controller.abort();
      },
    });
    await expect(cancelled.result()).rejects.toMatchObject({
      code: 'Aborted',
      details: { during: 'compress' },
    });
    expect((await document.ask('where?', h2o).result()).text).toBe(first.text);
    expect((await engine.info()).gpuBytes).toBe(gpuBytes);
  });
});

// What must hold of compress and its state on a tiny model (design 3.5, items 2, 7, 9): against a plain forward, other chunk sizes,
// and a state that went through the host.
import type { EmbeddingBlock, ReadSettings } from '@longread/core';
import { qkvWidth } from '@longread/planner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompressor } from './compress.ts';
import { createDecodeCache } from './forward/decode-cache.ts';
import { recompute } from './recompute.ts';
import { maxError } from './testing/numbers.ts';
import { createTinyStage, tinySettings, type TinyStage } from './testing/tiny.ts';

const pass = { during: 'test' };
const ids = Uint32Array.from({ length: 200 }, (_, i) => 3 + ((i * 7919) % 256));
const numParts = tinySettings.heads.length;

let stage: TinyStage;
beforeAll(async () => {
  stage = await createTinyStage(256, 512);
});
afterAll(() => stage.dispose());

function valuesOf({ quants, scales }: EmbeddingBlock, headDim: number): Float32Array {
  return Float32Array.from(quants, (q, i) => q * (scales[Math.floor(i / headDim)] ?? NaN));
}

async function compressAll(settings: ReadSettings, tokens = ids, beginId?: number) {
  const compressor = await createCompressor(stage.gpu, stage.transformer, settings, beginId);
  const blocks: Float32Array[] = [];
  for (let i = 0; i < tokens.length; i += settings.chunkSize) {
    const block = await compressor.compress(tokens.slice(i, i + settings.chunkSize), pass);
    blocks.push(valuesOf(block, stage.model.config.headDim));
  }
  return { compressor, embeddings: Float32Array.from(blocks.flatMap((block) => [...block])) };
}

const wide = { ...tinySettings, budget: 256 };

describe('compress', () => {
  test('what stands before a document is read as its first token, and is none of them', async () => {
    const [first = NaN, ...rest] = ids.slice(0, 100);
    const whole = await compressAll({ ...wide, chunkSize: 128 }, ids.slice(0, 100));
    const begun = await compressAll({ ...wide, chunkSize: 128 }, Uint32Array.from(rest), first);
    const behind = whole.embeddings.subarray(numParts * stage.model.config.headDim);
    expect(maxError(begun.embeddings, behind)).toBeLessThan(1e-4 + 1 / 127);
    const question = ids.slice(120, 130);
    const asked = (of: typeof whole) => of.compressor.embed(question, pass);
    expect(maxError(await asked(begun), await asked(whole))).toBeLessThan(1e-4);
    expect((await begun.compressor.save()).numSlots).toBe(100);
    const other = await compressAll({ ...wide, chunkSize: 128 }, Uint32Array.from(rest));
    expect(maxError(await asked(other), await asked(whole))).toBeGreaterThan(1e-2);
    for (const { compressor } of [whole, begun, other]) compressor.dispose();
  });

  test('one chunk, no eviction: embeddings are the projections of a plain forward', async () => {
    const { gpu, transformer, model } = stage;
    const { headDim, numHeads, numKvHeads } = model.config;
    const cache = await createDecodeCache(gpu, transformer, 256);
    const owner = gpu.owner('plain');
    const buffer = owner.storage('ids', 4 * ids.length);
    gpu.write(buffer, 0, ids);
    await transformer.fetch(ids);
    transformer.embed(buffer, ids.length);
    const span = { numTokens: ids.length, firstSlot: 0, capacity: cache.capacity };
    const width = qkvWidth(model.config);
    const want = new Float32Array(ids.length * numParts * headDim);
    for (const [layer, kv] of cache.layers.entries()) {
      transformer.project(layer, ids.length);
      const bytes = 4 * ids.length * width;
      const rows = new Float32Array(await gpu.recorder.read(transformer.activations.qkv, 0, bytes));
      tinySettings.heads.forEach((head, part) => {
        if (head.layer !== layer) return;
        const first = { Q: 0, K: numHeads, V: numHeads + numKvHeads }[head.type] + head.head;
        for (let t = 0; t < ids.length; t++) {
          const from = t * width + first * headDim;
          const vector = rows.subarray(from, from + headDim);
          const length = Math.hypot(...vector);
          want.set(
            vector.map((v) => v / length),
            (t * numParts + part) * headDim,
          );
        }
      });
      if ('carried' in kv) throw new Error(`layer ${layer} does not attend`);
      await transformer.attend(layer, span, kv, pass);
      await transformer.mlp(layer, span, pass);
    }
    const { compressor, embeddings } = await compressAll({ ...wide, chunkSize: 256 });
    // int8 with one scale a part: half a step of at most 1 / 127.
    expect(maxError(embeddings, want)).toBeLessThan(0.5 / 127 + 1e-4);
    compressor.dispose();
    owner.dispose();
    cache.dispose();
  });

  test('chunk size does not matter without eviction', async () => {
    const whole = await compressAll({ ...wide, chunkSize: 256 });
    for (const chunkSize of [64, 37]) {
      const split = await compressAll({ ...wide, chunkSize });
      // A value on a rounding boundary may fall to either side of a step.
      expect(maxError(split.embeddings, whole.embeddings)).toBeLessThan(1 / 100);
      const [a, b] = [await split.compressor.save(), await whole.compressor.save()];
      expect(maxError(a.keys, b.keys)).toBeLessThan(1e-4);
      expect(maxError(a.values, b.values)).toBeLessThan(1e-4);
      expect(maxError(a.scores, b.scores)).toBeLessThan(1e-3);
      split.compressor.dispose();
    }
    whole.compressor.dispose();
  });

  test('a state that went through the host goes on to the same bits', async () => {
    const first = await compressAll(tinySettings, ids.slice(0, 128));
    const saved = await first.compressor.save();
    const second = await createCompressor(stage.gpu, stage.transformer, tinySettings);
    second.restore(saved);
    const rest = ids.slice(128, 192);
    const blocks = [await first.compressor.compress(rest, pass), await second.compress(rest, pass)];
    expect(blocks[1]).toEqual(blocks[0]);
    expect(await second.save()).toEqual(await first.compressor.save());
    expect((await second.save()).numSlots).toBe(tinySettings.budget);
    first.compressor.dispose();
    second.dispose();
  });

  test('a cancelled chunk leaves the state as it was', async () => {
    const { compressor } = await compressAll(tinySettings, ids.slice(0, 128));
    const before = await compressor.save();
    const controller = new AbortController();
    const cancelled = compressor.compress(ids.slice(128, 192), {
      ...pass,
      signal: controller.signal,
      onTokens: () => controller.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'Aborted', details: { during: 'test' } });
    expect(await compressor.save()).toEqual(before);
    compressor.dispose();
  });

  test('ends with no live bytes of its own', async () => {
    const before = stage.gpu.liveBytes;
    const { compressor } = await compressAll(tinySettings);
    expect(stage.gpu.liveBytes).toBeGreaterThan(before);
    compressor.dispose();
    expect(stage.gpu.liveBytes).toBe(before);
  });
});

describe('recompute', () => {
  const logitsOf = async (prompts: readonly Uint32Array<ArrayBuffer>[]) => {
    const { gpu, transformer, model } = stage;
    const cache = await createDecodeCache(gpu, transformer, 256);
    const counts: number[] = [];
    for (const prompt of prompts) counts.push(await recompute(gpu, transformer, cache, prompt, pass));
    cache.dispose();
    const bytes = 4 * model.config.vocabSize;
    const logits = new Float32Array(await gpu.recorder.read(transformer.activations.logits, 0, bytes));
    return { counts, logits };
  };
  const other = ids.map((id, i) => (i < 90 ? id : 3 + ((id * 31) % 256)));

  test('runs only what follows the beginning that two prompts share', async () => {
    const anew = await logitsOf([ids]);
    const after = await logitsOf([other, ids]);
    expect(anew.counts).toEqual([200]);
    expect(after.counts).toEqual([200, 110]);
    expect(after.logits).toEqual(anew.logits);
  });

  test('the same prompt, one that is longer, one that is shorter: the last token is always run', async () => {
    const { counts, logits } = await logitsOf([
      ids.slice(0, 150),
      ids.slice(0, 150),
      ids,
      ids.slice(0, 20),
      ids,
    ]);
    expect(counts).toEqual([150, 1, 50, 1, 180]);
    expect(logits).toEqual((await logitsOf([ids])).logits);
  });

  test('cancelled: what it had not finished is run again', async () => {
    const { gpu, transformer } = stage;
    const cache = await createDecodeCache(gpu, transformer, 256);
    await recompute(gpu, transformer, cache, other, pass);
    const controller = new AbortController();
    const options = { ...pass, signal: controller.signal, onTokens: () => controller.abort() };
    await expect(recompute(gpu, transformer, cache, ids, options)).rejects.toMatchObject({ code: 'Aborted' });
    expect(await recompute(gpu, transformer, cache, ids, pass)).toBe(110);
    cache.dispose();
  });
});

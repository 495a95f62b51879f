// Matrices above what a device binds: cut by rows they give the same logits, bit for bit, in as many bytes.
import { tinyLlama, type TinyLlamaOptions } from '@longread/formats/testing';
import type { Gpu } from '@longread/gpu';
import { beforeAll, expect, test } from 'vitest';
import phi3 from '../../../../e2e/golden/families/phi3.gguf?url';
import { createDecodeCache } from '../forward/decode-cache.ts';
import { createTransformer } from '../forward/transformer.ts';
import { mixingProjections, openModel, uploadModel, type OpenedModel } from '../load.ts';
import { recompute } from '../recompute.ts';
import { sharedGpu } from '../testing/tiny.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await sharedGpu();
});

const ids = Uint32Array.of(5, 273, 31, 32, 33, 100, 64, 257, 5);

async function run(opened: OpenedModel, maxStorageBufferBindingSize: number) {
  const owner = gpu.owner('model');
  const before = gpu.liveBytes;
  const facts = { ...gpu.facts, maxStorageBufferBindingSize };
  const model = await uploadModel(Object.assign(Object.create(gpu) as Gpu, { facts }), owner, opened, {});
  const bytes = gpu.liveBytes - before;
  const transformer = await createTransformer(gpu, owner, model, { maxTokens: 8, maxKeys: 16 });
  const cache = await createDecodeCache(gpu, model, 16);
  await recompute(gpu, transformer, cache, ids, { during: 'test' });
  const { logits } = transformer.activations;
  const values = new Float32Array(await gpu.recorder.read(logits, 0, 4 * model.config.vocabSize));
  cache.dispose();
  owner.dispose();
  return { model, bytes, values };
}

const openTiny = (options: Partial<TinyLlamaOptions>): Promise<OpenedModel> =>
  openModel({ model: new Blob([tinyLlama(7, { numLayers: 2, numExtraTokens: 5, ...options })]) });
const openFused = async (): Promise<OpenedModel> =>
  openModel({ model: await (await fetch(phi3)).blob(), weights: 'int8' });

test.each<[string, () => Promise<OpenedModel>, number]>([
  ['tied, with scales', () => openTiny({ tiedEmbeddings: true, embeddingType: 'Q8_0' }), 128],
  [
    'with a head of its own',
    () => openTiny({ tiedEmbeddings: false, embeddingType: 'F16', weightType: 'Q4_0' }),
    128,
  ],
  ['of fused tensors, quantised while it loads', openFused, 256],
])('a model %s', async (_, open, qkvRows) => {
  const opened = await open();
  const whole = await run(opened, gpu.facts.maxStorageBufferBindingSize);
  expect(whole.model.embedding).toHaveLength(1);
  const parted = await run(opened, 2560); // 40 rows of an int8 embedding, 20 of one in f16
  const { embedding, lmHead, layers: parts } = parted.model;
  expect(embedding.length).toBeGreaterThan(6);
  expect(lmHead.parts.length).toBeGreaterThan(6);
  if (opened.file.config.tiedEmbeddings) expect(lmHead.parts).toBe(embedding);
  expect(parts[0]?.gateUp.parts.length).toBeGreaterThan(1);
  expect(parts[0] && mixingProjections(parts[0])[0].outFeatures).toBe(qkvRows);
  expect(parted.bytes).toBe(whole.bytes);
  expect(parted.values).toEqual(whole.values);
  expect(new Set(parted.values).size).toBeGreaterThan(100);
});

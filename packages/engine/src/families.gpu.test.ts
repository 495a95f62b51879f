// Tiny models of each family against what transformers computes with the same weights (e2e/golden/README.md): logits after a prompt
// that is run in pieces and after each token that follows; and embeddings against the float64 reference, whose logits are compared too.
import { nmse, type EmbeddingHead, type ModelConfig } from '@longread/core';
import { createGpu, type Gpu } from '@longread/gpu';
import { afterAll, beforeAll, expect, test } from 'vitest';
import models from '../../../e2e/golden/families/families.json';
import dividedLogits from '../../../e2e/golden/families/llama-divided.f32?url';
import divided from '../../../e2e/golden/families/llama-divided.gguf?url';
import linearLogits from '../../../e2e/golden/families/llama-linear.f32?url';
import linear from '../../../e2e/golden/families/llama-linear.gguf?url';
import qwen2Logits from '../../../e2e/golden/families/qwen2.f32?url';
import qwen2 from '../../../e2e/golden/families/qwen2.gguf?url';
import qwen3Logits from '../../../e2e/golden/families/qwen3.f32?url';
import qwen3 from '../../../e2e/golden/families/qwen3.gguf?url';
import { createDecodeCache } from './forward/decode-cache.ts';
import { createTransformer, type Transformer } from './forward/transformer.ts';
import { openModel, uploadModel } from './load.ts';
import { recompute } from './recompute.ts';
import { compareEmbeddings } from './testing/check-model.ts';
import { quadChoice } from './testing/golden.ts';
import { createReference } from './testing/reference.ts';
import { untestedChoice } from './kernels/choose.ts';

const urls: Readonly<Record<string, { readonly model: string; readonly logits: string }>> = {
  'llama-divided': { model: divided, logits: dividedLogits },
  'llama-linear': { model: linear, logits: linearLogits },
  qwen2: { model: qwen2, logits: qwen2Logits },
  qwen3: { model: qwen3, logits: qwen3Logits },
};
/** Of the logits of a tiny model: f32 sums, and keys and values that decode keeps in 16 bits. */
const limit = 1e-6;
const maxTokens = 80;

let gpu: Gpu;
beforeAll(async () => {
  gpu = await createGpu(navigator.gpu);
});
afterAll(() => gpu.dispose());

/** Of the lowest and highest layers and heads. */
const someHeads = ({ numLayers, numHeads, numKvHeads }: ModelConfig): readonly EmbeddingHead[] => [
  { layer: numLayers - 1, type: 'Q', head: numHeads - 1 },
  { layer: numLayers - 1, type: 'K', head: 0 },
  { layer: 0, type: 'K', head: numKvHeads - 1 },
  { layer: 0, type: 'V', head: 0 },
];

async function fetchBytes(url: string | undefined): Promise<ArrayBuffer> {
  const response = await fetch(url ?? '');
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

/** Logits after the prompt and after each token behind it. */
async function logitsOf(
  transformer: Transformer,
  ids: Uint32Array<ArrayBuffer>,
  numPrompt: number,
): Promise<Float32Array[]> {
  const { logits } = transformer.activations;
  const read = async () =>
    new Float32Array(await gpu.recorder.read(logits, 0, 4 * transformer.config.vocabSize));
  const cache = await createDecodeCache(gpu, transformer, ids.length);
  const owner = gpu.owner('token');
  try {
    await recompute(gpu, transformer, cache, ids.slice(0, numPrompt), { during: 'test' });
    const all = [await read()];
    const token = owner.storage('token', 4);
    for (let slot = numPrompt; slot < ids.length; slot++) {
      gpu.write(token, 0, ids.slice(slot, slot + 1));
      transformer.embed(token, 1);
      const span = { numTokens: 1, firstSlot: slot, capacity: cache.capacity };
      for (const [layer, kv] of cache.layers.entries()) transformer.step(layer, span, kv);
      transformer.head(0);
      all.push(await read());
    }
    return all;
  } finally {
    owner.dispose();
    cache.dispose();
  }
}

test.each(models)('$name', async ({ name, numPrompt, ids: all }) => {
  const ids = Uint32Array.from(all);
  const found = urls[name];
  const opened = await openModel({ model: new Blob([await fetchBytes(found?.model)]) });
  const { config } = opened.file;
  const values = new Float32Array(await fetchBytes(found?.logits));
  expect(values.length).toBe((ids.length - numPrompt + 1) * config.vocabSize);
  const wanted = Array.from({ length: ids.length - numPrompt + 1 }, (_, i) =>
    values.subarray(i * config.vocabSize, (i + 1) * config.vocabSize),
  );
  const reference = await createReference(opened.file);
  expect(nmse(reference(ids.slice(0, numPrompt)).logits, wanted[0] ?? [])).toBeLessThan(1e-9);

  for (const choice of [untestedChoice(gpu), quadChoice(gpu)]) {
    const owner = gpu.owner('model');
    try {
      const model = await uploadModel(gpu, owner, opened, {});
      const transformer = await createTransformer(gpu, owner, model, { maxTokens, maxKeys: 128 }, choice);
      const got = await logitsOf(transformer, ids, numPrompt);
      const errors = got.map((logits, i) => nmse(logits, wanted[i] ?? []));
      console.log(`${name}: logits NMSE ${errors.map((error) => error.toExponential(1)).join(' ')}`);
      expect(Math.max(...errors)).toBeLessThan(limit);
      const heads = { heads: someHeads(config) };
      expect(
        await compareEmbeddings(gpu, transformer, reference, opened.file, heads, ids.slice(0, 70)),
      ).toEqual([]);
    } finally {
      owner.dispose();
    }
  }
});

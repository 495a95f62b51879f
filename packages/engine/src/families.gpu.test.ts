// Tiny models of each family against what transformers computes with the same weights (e2e/golden/README.md): logits after a prompt
// that is run in pieces and after each token that follows; and embeddings and eviction against the float64 references, whose logits are
// compared too.
import { attendingLayers, headDimOf, nmse, type EmbeddingHead, type ModelConfig } from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { h2oRule } from '@longread/planner';
import { beforeAll, describe, expect, test } from 'vitest';
import models from '../../../e2e/golden/families/families.json';
import graniteLogits from '../../../e2e/golden/families/granite.f32?url';
import gemma4Logits from '../../../e2e/golden/families/gemma4.f32?url';
import gemma4 from '../../../e2e/golden/families/gemma4.gguf?url';
import granite from '../../../e2e/golden/families/granite.gguf?url';
import hubModels from '../../../e2e/golden/hub/hub.json';
import dividedLogits from '../../../e2e/golden/families/llama-divided.f32?url';
import divided from '../../../e2e/golden/families/llama-divided.gguf?url';
import gemma3Logits from '../../../e2e/golden/families/gemma3.f32?url';
import gemma3 from '../../../e2e/golden/families/gemma3.gguf?url';
import lfm2Logits from '../../../e2e/golden/families/lfm2.f32?url';
import lfm2 from '../../../e2e/golden/families/lfm2.gguf?url';
import linearLogits from '../../../e2e/golden/families/llama-linear.f32?url';
import linear from '../../../e2e/golden/families/llama-linear.gguf?url';
import mistral3Logits from '../../../e2e/golden/families/mistral3.f32?url';
import mistral3 from '../../../e2e/golden/families/mistral3.gguf?url';
import olmo3Logits from '../../../e2e/golden/families/olmo3.f32?url';
import olmo3 from '../../../e2e/golden/families/olmo3.gguf?url';
import phi3Logits from '../../../e2e/golden/families/phi3.f32?url';
import phi3 from '../../../e2e/golden/families/phi3.gguf?url';
import qwen2Logits from '../../../e2e/golden/families/qwen2.f32?url';
import qwen2 from '../../../e2e/golden/families/qwen2.gguf?url';
import qwen3Logits from '../../../e2e/golden/families/qwen3.f32?url';
import qwen3 from '../../../e2e/golden/families/qwen3.gguf?url';
import qwen35Logits from '../../../e2e/golden/families/qwen35.f32?url';
import qwen35 from '../../../e2e/golden/families/qwen35.gguf?url';
import smollm3Logits from '../../../e2e/golden/families/smollm3.f32?url';
import smollm3 from '../../../e2e/golden/families/smollm3.gguf?url';
import { createCascadeReader } from './answer/cascade.ts';
import { createEvictingReader } from './answer/evicting.ts';
import { createMergingReader } from './answer/zsmerge.ts';
import { createDecodeCache } from './forward/decode-cache.ts';
import { createTransformer, type Transformer } from './forward/transformer.ts';
import { openModel, uploadModel, type OpenedModel } from './load.ts';
import { recompute } from './recompute.ts';
import { compareEmbeddings } from './testing/check-model.ts';
import { createEvictionReference } from './testing/eviction-reference.ts';
import { referenceRules } from './testing/eviction-rules.ts';
import { gpuChoice, quadChoice } from './testing/golden.ts';
import { createReference } from './testing/reference.ts';
import { sharedGpu } from './testing/tiny.ts';
import { untestedChoice } from './kernels/choose.ts';

const urls: Readonly<Record<string, { readonly model: string; readonly logits: string }>> = {
  gemma3: { model: gemma3, logits: gemma3Logits },
  gemma4: { model: gemma4, logits: gemma4Logits },
  granite: { model: granite, logits: graniteLogits },
  lfm2: { model: lfm2, logits: lfm2Logits },
  'llama-divided': { model: divided, logits: dividedLogits },
  'llama-linear': { model: linear, logits: linearLogits },
  mistral3: { model: mistral3, logits: mistral3Logits },
  olmo3: { model: olmo3, logits: olmo3Logits },
  phi3: { model: phi3, logits: phi3Logits },
  qwen2: { model: qwen2, logits: qwen2Logits },
  qwen3: { model: qwen3, logits: qwen3Logits },
  qwen35: { model: qwen35, logits: qwen35Logits },
  smollm3: { model: smollm3, logits: smollm3Logits },
};
/** Of the logits of a tiny model: f32 sums, and keys and values that decode keeps in 16 bits. */
const limit = 1e-6;
const maxTokens = 80;

let gpu: Gpu;
beforeAll(async () => {
  gpu = await sharedGpu();
});

/** Of the lowest and highest layers that attend, of those whose heads are of the one size that is read, and heads. */
const someHeads = (config: ModelConfig): readonly EmbeddingHead[] => {
  const { numHeads, numKvHeads, numLayers } = config;
  const layers = attendingLayers(config, numLayers).filter(
    (layer) => headDimOf(config, layer) === config.headDim,
  );
  const [lowest = 0, highest = lowest] = [layers[0], layers.at(-1)];
  return [
    { layer: highest, type: 'Q', head: numHeads - 1 },
    { layer: highest, type: 'K', head: 0 },
    { layer: lowest, type: 'K', head: numKvHeads - 1 },
    { layer: lowest, type: 'V', head: 0 },
  ];
};

async function fetchBytes(url: string | undefined): Promise<ArrayBuffer> {
  const response = await fetch(url ?? '');
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

async function readLogits({ activations, config }: Transformer): Promise<Float32Array> {
  return new Float32Array(await gpu.recorder.read(activations.logits, 0, 4 * config.vocabSize));
}

/** Logits after the prompt and after each token behind it. */
async function logitsOf(
  transformer: Transformer,
  ids: Uint32Array<ArrayBuffer>,
  numPrompt: number,
): Promise<Float32Array[]> {
  const read = () => readLogits(transformer);
  const cache = await createDecodeCache(gpu, transformer, ids.length);
  const owner = gpu.owner('token');
  try {
    await recompute(gpu, transformer, cache, ids.slice(0, numPrompt), { during: 'test' });
    const all = [await read()];
    const token = owner.storage('token', 4);
    for (let slot = numPrompt; slot < ids.length; slot++) {
      gpu.write(token, 0, ids.slice(slot, slot + 1));
      await transformer.fetch(ids.slice(slot, slot + 1));
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

type Work = (transformer: Transformer, opened: OpenedModel) => Promise<void>;

/** A device that does wrong whatever something else can stand in for: plain products, and nothing fused. */
const apartChoice = () => ({ ...untestedChoice(gpu), find: () => Promise.resolve(undefined) });

/** Runs `work` on a loaded model, with each of three choices of kernels. */
async function onModel(name: string, work: Work): Promise<void> {
  const opened = await openModel({ model: new Blob([await fetchBytes(urls[name]?.model)]) });
  await onOpened(opened, work, [apartChoice(), quadChoice(gpu), gpuChoice(gpu, opened.file.config)]);
}

async function onOpened(opened: OpenedModel, work: Work, choices = [untestedChoice(gpu)]): Promise<void> {
  for (const choice of choices) {
    const owner = gpu.owner('model');
    try {
      const model = await uploadModel(gpu, owner, opened, {});
      const transformer = await createTransformer(gpu, owner, model, { maxTokens, maxKeys: 128 }, choice);
      await work(transformer, opened);
    } finally {
      owner.dispose();
    }
  }
}

test.each(models)('$name', async ({ name, numPrompt, ids: all }) => {
  const ids = Uint32Array.from(all);
  const values = new Float32Array(await fetchBytes(urls[name]?.logits));
  await onModel(name, async (transformer, { file }) => {
    const { config } = file;
    const numRows = ids.length - numPrompt + 1;
    expect(values.length).toBe(numRows * config.vocabSize);
    const wanted = Array.from({ length: numRows }, (_, i) =>
      values.subarray(i * config.vocabSize, (i + 1) * config.vocabSize),
    );
    const reference = await createReference(file);
    expect(nmse(reference(ids.slice(0, numPrompt)).logits, wanted[0] ?? [])).toBeLessThan(1e-9);

    const got = await logitsOf(transformer, ids, numPrompt);
    const errors = got.map((logits, i) => nmse(logits, wanted[i] ?? []));
    console.log(`${name}: logits NMSE ${errors.map((error) => error.toExponential(1)).join(' ')}`);
    expect(Math.max(...errors)).toBeLessThan(limit);
    const heads = { heads: someHeads(config) };
    const some = ids.slice(0, 70);
    expect(await compareEmbeddings(gpu, transformer, reference, file, heads, some)).toEqual([]);
  });
});

/** Files as transformers saved them (e2e/golden/hub_files.py), whose tensors are compared in Node (model/hub.test.ts). */
const hub = import.meta.glob<string>('../../../e2e/golden/hub/llama-linear/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

test('a folder with safetensors, quantised while it loads', async () => {
  const { numPrompt, ids: all } = hubModels.find(({ name }) => name === 'llama-linear') ?? expect.fail();
  const ids = Uint32Array.from(all.slice(0, numPrompt + 1));
  const files = Object.entries(hub).map(
    async ([path, url]) => new File([await fetchBytes(url)], path.slice(path.lastIndexOf('/') + 1)),
  );
  const opened = await openModel({ model: await Promise.all(files), weights: 'int4' });
  const reference = await createReference(opened.file);
  await onOpened(opened, async (transformer) => {
    for (const [i, logits] of (await logitsOf(transformer, ids, numPrompt)).entries())
      expect(nmse(logits, reference(ids.slice(0, numPrompt + i)).logits)).toBeLessThan(limit);
  });
});

describe('of a text that is evicted', () => {
  const idsOf = (model: string) => Uint32Array.from(models.find(({ name }) => name === model)?.ids ?? []);
  /** One less than the window of layers that slide, rounded up to what the cache has room for; far less than the text. */
  const budget = 24;

  test('sliding layers lose nothing to eviction: embeddings below the first full layer are those of the whole text', () =>
    onModel('gemma3', async (transformer, { file }) => {
      const { sliding, numHeads } = file.config;
      expect(sliding).toEqual({
        window: 21,
        ropeTheta: 10_000,
        isSliding: [true, true, true, true, true, false],
      });
      const heads: readonly EmbeddingHead[] = [
        { layer: 5, type: 'Q', head: numHeads - 1 },
        { layer: 5, type: 'K', head: 0 },
        { layer: 3, type: 'V', head: 0 },
      ];
      const reference = await createReference(file);
      const some = idsOf('gemma3').slice(0, 70);
      expect(await compareEmbeddings(gpu, transformer, reference, file, { heads }, some, budget)).toEqual([]);
    }));

  // Layers that slide keep their newest; those that do not rotate, or in part, what the others would. What others carry goes on from chunk
  // to chunk; layers that share see what was kept before the chunk, as those that they share with.
  const settings = { chunkSize: 24, budget, recent: 8 };
  const strategies = {
    h2o: {
      twin: () => referenceRules.h2o(settings.recent),
      reader: (transformer: Transformer) =>
        createEvictingReader(gpu, transformer, { rule: h2oRule, ...settings }),
    },
    cascade: {
      twin: () => referenceRules.cascade(5),
      reader: (transformer: Transformer) => createCascadeReader(gpu, transformer, settings),
    },
    zsmerge: {
      twin: referenceRules.zsmerge,
      reader: (transformer: Transformer) => createMergingReader(gpu, transformer, settings),
    },
  };
  test.each([
    ...['gemma3', 'gemma4', 'smollm3', 'phi3', 'olmo3', 'lfm2', 'qwen35'].map(
      (name) => [name, 'h2o'] as const,
    ),
    ['gemma4', 'cascade'],
    ['gemma4', 'zsmerge'],
  ] as const)('%s keeps by %s what the float64 twin keeps, and goes on from it alike', (name, strategy) =>
    onModel(name, async (transformer, { file }) => {
      const ids = idsOf(name);
      const twin = await createEvictionReference(file, strategies[strategy].twin());
      const reader = await strategies[strategy].reader(transformer);
      try {
        for (let from = 0; from < ids.length; from += 24) {
          const chunk = ids.slice(from, from + 24);
          const want = twin(chunk, budget);
          await reader.read(chunk, budget, { during: 'test' });
          const flagged = strategy === 'zsmerge' ? 0 : file.config.numLayers; // what is merged is in the logits
          for (const layer of attendingLayers(file.config, flagged))
            expect([...(await reader.keptFlags(layer))]).toEqual(want.flags[layer]?.flat());
          transformer.head(chunk.length - 1);
          expect(nmse(await readLogits(transformer), want.logits)).toBeLessThan(limit);
        }
      } finally {
        reader.dispose();
      }
    }),
  );
});

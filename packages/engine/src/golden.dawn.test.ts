// The logits of the default model by the kernels of a GPU, on whatever adapter Dawn has, which has f16 where the browser's has not: with
// all of them, and with each body of attention in one dispatch.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { nmse, tolerances } from '@longread/core';
import { createGpu } from '@longread/gpu';
import { flashOutputVariants } from '@longread/shaders';
import { expect, onTestFinished, test } from 'vitest';
import prompts from '../../../e2e/golden/forward.json';
import { defaultModelPath } from '../../models/src/default-model.ts';
import { createDecodeCache } from './forward/decode-cache.ts';
import { createTransformer } from './forward/transformer.ts';
import { openModel, uploadModel } from './load.ts';
import { recompute } from './recompute.ts';
import { gpuChoice, gpuChoices } from './testing/golden.ts';

test('the logits of a prompt', async () => {
  const gpu = await createGpu(navigator.gpu);
  const weights = gpu.owner('golden');
  onTestFinished(() => {
    weights.dispose();
    gpu.dispose();
  });
  const opened = await openModel({ model: new Blob([await readFile(defaultModelPath())]) });
  const model = await uploadModel(gpu, weights, opened, {});
  const { config } = model;
  const [prompt] = prompts;
  const ids = Uint32Array.from(prompt?.ids ?? []);
  const path = fileURLToPath(new URL(`../../../e2e/golden/logits-${prompt?.name}.f32`, import.meta.url));
  const wanted = new Float32Array(new Uint8Array(await readFile(path)).buffer);
  const outputs = flashOutputVariants(gpu.facts, config.headDim).map(({ spec }) => spec.name);
  expect(outputs).not.toEqual([]);
  const choices = [
    ...gpuChoices(gpu, config).map((choice, i) => [i === 0 ? 'all in f32' : 'all in f16', choice] as const),
    ...outputs.map((output) => [output, gpuChoice(gpu, config, { output })] as const),
  ];
  for (const [name, choice] of choices) {
    const owner = gpu.owner(name);
    const sizes = { maxTokens: 512, maxKeys: 1024 };
    const transformer = await createTransformer(gpu, owner, model, sizes, choice);
    const cache = await createDecodeCache(gpu, transformer, ids.length);
    await recompute(gpu, transformer, cache, ids, { during: 'recompute' });
    const { logits } = transformer.activations;
    const got = new Float32Array(await gpu.recorder.read(logits, 0, 4 * config.vocabSize));
    const error = nmse(got, wanted);
    console.log(`golden ${prompt?.name} by ${name}: logits NMSE ${error.toExponential(1)}`);
    expect(error).toBeLessThan(tolerances.logits.limit);
    cache.dispose();
    owner.dispose();
  }
});

// What products of int8 cost the default model, for engines that accept them: its logits against values computed in float64 elsewhere.
import { nmse } from '@longread/core';
import { createGpu } from '@longread/gpu';
import { expect, onTestFinished, test } from 'vitest';
import prompts from '../../../e2e/golden/forward.json';
import capitalLogits from '../../../e2e/golden/logits-capital.f32?url';
import { createDecodeCache } from './forward/decode-cache.ts';
import { createTransformer } from './forward/transformer.ts';
import { untestedChoice } from './kernels/choose.ts';
import { layerMatrices, shapeClassOf } from './kernels/preferences.ts';
import { openModel, uploadModel, type Matrix } from './load.ts';
import { recompute } from './recompute.ts';

const rowOf = (shapeClass: string, variant: string) => {
  return { kernel: 'matmul', shapeClass, variant, key: variant, ms: 1, gflops: 1, note: '' };
};

test('logits of the default model, gate and up as products of int8', { timeout: 240_000 }, async () => {
  const gpu = await createGpu(navigator.gpu, { acceptsInt8: true });
  onTestFinished(() => gpu.dispose());
  const owner = gpu.owner('int8');
  const opened = await openModel({ model: new URL('/model.gguf', location.href) });
  const model = await uploadModel(gpu, owner, opened, {});
  const isGate = ({ layout }: Matrix) => layout.rows === 2 * model.config.intermediateSize;
  const rows = layerMatrices(model).map((matrix) =>
    rowOf(shapeClassOf(matrix), isGate(matrix) ? 'matmul/tiled-int8' : 'matmul/quad'),
  );
  const choice = untestedChoice(gpu, rows);
  const transformer = await createTransformer(gpu, owner, model, { maxTokens: 512, maxKeys: 1024 }, choice);
  const wanted = prompts.find(({ name }) => name === 'capital');
  const ids = Uint32Array.from(wanted?.ids ?? []);
  const cache = await createDecodeCache(gpu, transformer, ids.length);
  await recompute(gpu, transformer, cache, ids, { during: 'recompute' });
  const bytes = 4 * model.config.vocabSize;
  const logits = new Float32Array(await gpu.recorder.read(transformer.activations.logits, 0, bytes));
  const exact = new Float32Array(await (await fetch(capitalLogits)).arrayBuffer());
  const error = nmse(logits, exact);
  console.log(`golden capital, gate and up as products of int8: logits NMSE ${error}`);
  // A product alone has 2e-5 of even inputs; real ones have outliers, and thirty layers add up.
  expect(error).toBeLessThan(3e-3);
  expect(error).toBeGreaterThan(1e-6); // it was int8
  expect(logits.indexOf(Math.max(...logits))).toBe(wanted?.greedy[0]);
});

test('who accepts nothing is offered no product of int8', async () => {
  const gpu = await createGpu(navigator.gpu);
  onTestFinished(() => gpu.dispose());
  expect(gpu.facts.features).not.toContain('packed_4x8_integer_dot_product');
});

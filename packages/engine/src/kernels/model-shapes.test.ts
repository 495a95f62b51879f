// Which sizes of a model are refused at load, and by what name.
import { openGguf } from '@longread/formats';
import { bytesSource, tinyLlama, type TinyLlamaOptions } from '@longread/formats/testing';
import { expect, test } from 'vitest';
import { checkModelShapes } from './model-shapes.ts';

const check = async (options: Partial<TinyLlamaOptions>) =>
  checkModelShapes(await openGguf(bytesSource(tinyLlama(1, { numLayers: 1, ...options }))));

test.each([8, 16, 24, 40, 64, 72, 80, 96, 128, 256, 512])('heads of %i are fine', async (headDim) => {
  await expect(check({ headDim })).resolves.toBeUndefined();
});

test.each([
  [{ headDim: 4 }, 'llama.attention.key_length', 4],
  [{ headDim: 12 }, 'llama.attention.key_length', 12],
  [{ headDim: 20 }, 'llama.attention.key_length', 20],
  [{ headDim: 18 }, 'llama.attention.key_length', 18],
  [{ hiddenSize: 36 }, 'llama.embedding_length', 36],
  [{ hiddenSize: 62 }, 'llama.embedding_length', 62],
  [{ intermediateSize: 44 }, 'llama.feed_forward_length', 44],
] as const)('%j is refused by name', async (options, key, value) => {
  const details = { key, value, limit: 'a multiple of 8' };
  await expect(check(options)).rejects.toMatchObject({ code: 'ModelFormat', details });
  await expect(check(options)).rejects.toThrow(`metadata key "${key}" gives it a`);
  await expect(check(options)).rejects.toThrow(`of ${value}, which is not a multiple of 8`);
});

test.each([
  [{ headDim: 128, numValueHeads: 32 }, undefined],
  [{ headDim: 132, numValueHeads: 32 }, 'ssm.state_size'],
  [{ headDim: 126, numValueHeads: 32 }, 'ssm.state_size'],
  [{ headDim: 128, numValueHeads: 6 }, 'ssm.time_step_rank'],
] as const)('delta layers of %j are refused by %s', async (sizes, key) => {
  const { config, sizeKeys } = await openGguf(bytesSource(tinyLlama(1, { numLayers: 1 })));
  const delta = { numKeyHeads: 2, length: 4, isDelta: [true], ...sizes };
  const check = () => checkModelShapes({ config: { ...config, delta }, sizeKeys });
  if (key === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(`metadata key "llama.${key}"`);
});

test.each([
  [{ slidingHeadDim: 256, size: 256 }, undefined],
  [{ slidingHeadDim: 12, size: 256 }, 'attention.key_length_swa'],
  [{ slidingHeadDim: 16, size: 12 }, 'embedding_length_per_layer_input'],
] as const)('layers of %j are refused by %s', async ({ slidingHeadDim, size }, key) => {
  const { config, sizeKeys } = await openGguf(bytesSource(tinyLlama(1, { numLayers: 1 })));
  const sliding = { window: 16, ropeTheta: 10_000, headDim: slidingHeadDim, isSliding: [true] };
  const check = () => checkModelShapes({ config: { ...config, sliding, layerInputs: { size } }, sizeKeys });
  if (key === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(`metadata key "llama.${key}"`);
});

test('a head without a length of its own is refused by the number of heads', async () => {
  const metadata = { 'llama.attention.key_length': undefined };
  const refused = check({ hiddenSize: 48, numHeads: 4, headDim: 12, metadata });
  await expect(refused).rejects.toMatchObject({ details: { key: 'llama.attention.head_count', value: 12 } });
});

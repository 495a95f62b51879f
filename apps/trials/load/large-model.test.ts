// The made file is a model of its sizes, whichever of its bytes are asked for.
import { openModel } from 'longread/stages';
import { expect, test } from 'vitest';
import { largeSizes, makeLargeModel } from './large-model.ts';

const small = {
  ...largeSizes,
  numLayers: 2,
  hiddenSize: 64,
  intermediateSize: 96,
  numHeads: 4,
  headDim: 16,
  vocabSize: 300,
};

test('it opens, and parts of it are parts of the whole', async () => {
  const file = makeLargeModel(small);
  const read = (from: number, to: number) => Buffer.concat([...file.bytes(from, to)]);
  const whole = read(0, file.sizeBytes);
  expect(whole).toHaveLength(file.sizeBytes);
  for (const [from, to] of [
    [0, 10],
    [5000, 90_001],
    [70_001, file.sizeBytes],
    [file.sizeBytes - 1, file.sizeBytes],
  ] as const)
    expect(read(from, to).equals(whole.subarray(from, to))).toBe(true);
  const opened = await openModel({ model: new Blob([whole]) });
  expect(opened.file.config).toMatchObject({ ...small, tiedEmbeddings: true });
  expect(opened.file.tensors).toHaveLength(2 + 2 * 9);
  for (const tensor of opened.file.tensors)
    for await (const { numRows } of opened.file.readRows(tensor, 4096)) expect(numRows).toBeGreaterThan(0);
});

test('its weights are 1.5 billion', () => {
  const { numWeights, sizeBytes } = makeLargeModel();
  expect(numWeights / 1e9).toBeCloseTo(1.54, 2);
  expect(sizeBytes / 1e9).toBeCloseTo(0.99, 1);
});

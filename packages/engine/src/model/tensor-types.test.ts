// What repacking costs a whole model in a type that loses something by it: logits from the weights in the GPU's layouts against those from
// the blocks as they are defined, both in float64. All other types are exact (packages/formats/src/repack/golden.test.ts).
import { nmse, tolerances } from '@longread/core';
import { openGguf } from '@longread/formats';
import { bytesSource, dequantizeReference, tinyLlamaSource, writeGguf } from '@longread/formats/testing';
import { expect, test, vi } from 'vitest';
import { createReference } from '../testing/reference.ts';

vi.setConfig({ testTimeout: 60_000 });

const sizes = {
  numLayers: 2,
  hiddenSize: 256,
  intermediateSize: 256,
  numHeads: 4,
  numKvHeads: 2,
  headDim: 64,
};
const ids = [5, 77, 130, 8, 201, 9];

test.each(['BF16', 'Q5_K', 'Q4_K', 'Q3_K', 'Q2_K'] as const)('a model in %s', async (type) => {
  const source = tinyLlamaSource(11, { ...sizes, weightType: type, embeddingType: type });
  const file = await openGguf(bytesSource(writeGguf(source)));
  const exact = await createReference(file, ({ name }) => {
    const stored = source.tensors.find((tensor) => tensor.name === name);
    return stored ? dequantizeReference(stored.type, stored.data) : expect.fail(`no ${name}`);
  });
  const loss = nmse((await createReference(file))(ids).logits, exact(ids).logits);
  expect(loss).toBeLessThan(tolerances.logits.limit / 10);
});

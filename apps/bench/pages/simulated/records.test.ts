// The simulated store is one that the store itself takes for whole, at any length.
import { openStore } from '@longread/store/testing';
import { expect, test } from 'vitest';
import { simulatedChunk, simulatedDriver } from './records.ts';
import { storeSimulated } from './store-document.ts';

test.each([1, 8, 9, 200, 1003])('%i tokens are stored, opened and read back', async (numTokens) => {
  const shape = { numTokens, chunkSize: 8, numParts: 2, headDim: 16 };
  const store = openStore(simulatedDriver(shape));
  const { id } = await storeSimulated(store, shape);
  const { manifest } = await store.open(id);
  expect(manifest).toMatchObject({ numTokens, numChunks: Math.ceil(numTokens / 8), state: 'ready' });
  let index = 0;
  for await (const chunk of store.readChunks(manifest))
    expect(chunk).toEqual(simulatedChunk(shape, index++).record);
  expect(index).toBe(manifest.numChunks);
  for await (const text of store.readTexts(manifest))
    expect(text).toEqual(simulatedChunk(shape, text.index).text);
});

test('chunks differ', () => {
  const shape = { numTokens: 64, chunkSize: 8, numParts: 1, headDim: 16 };
  const all = Array.from({ length: 8 }, (_, i) => String(simulatedChunk(shape, i).record.embeddings.quants));
  expect(new Set(all).size).toBe(8);
});

// Ids and ends come chunk by chunk, only of the chunks that are asked for, and few of them stay.
import type { DocumentManifest } from '@longread/core';
import { makeChunk, makeManifest } from '@longread/store/testing';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { chunkOf, createDocumentTokens } from './document-tokens.ts';

/** A ragged chunk in the middle, as an appended text leaves one. */
const sizes = [8, 8, 3, 8, 8, 1, ...Array<number>(30).fill(8), 5];
const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
const chunks = sizes.map((size, i) => makeChunk(1, i, size));
const ids = chunks.flatMap(({ tokenIds }) => [...tokenIds]);
const ends = chunks.flatMap(({ charEnds }) => [...charEnds]);
const numTokens = ids.length;

function open() {
  const readTokensOf = vi.fn((_: DocumentManifest, index: number) => {
    const chunk = chunks[index];
    return chunk ? Promise.resolve(chunk) : Promise.reject(new Error(`no chunk ${index}`));
  });
  return {
    readTokensOf,
    tokens: createDocumentTokens({ readTokensOf }, makeManifest('a', 1, { numTokens }), starts),
  };
}

test('any stretch and any positions are those of the document', async () => {
  const span = fc
    .tuple(fc.nat(numTokens), fc.nat(numTokens))
    .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
  await fc.assert(
    fc.asyncProperty(span, fc.uniqueArray(fc.nat(numTokens - 1)), async ({ start, end }, drawn) => {
      const { tokens } = open();
      const positions = drawn.sort((a, b) => a - b);
      expect([...(await tokens.idsOf({ start, end }))]).toEqual(ids.slice(start, end));
      expect([...(await tokens.endsOf({ start, end }))]).toEqual(ends.slice(start, end));
      expect([...(await tokens.idsAt(Uint32Array.from(positions)))]).toEqual(positions.map((at) => ids[at]));
      expect(await tokens.endOf(start - 1)).toBe(start === 0 ? 0 : ends[start - 1]);
    }),
  );
});

test('only the chunks that are asked for are read, and those at hand not again', async () => {
  const { readTokensOf, tokens } = open();
  await tokens.idsAt(Uint32Array.of(1, 2, 100, 101));
  expect(readTokensOf.mock.calls.map(([, index]) => index)).toEqual([0, chunkOf(starts, 100)]);
  await tokens.endsOf({ start: 0, end: 8 });
  expect(readTokensOf).toHaveBeenCalledTimes(2);
  await tokens.idsOf({ start: 0, end: numTokens }); // more than are kept
  const read = readTokensOf.mock.calls.length;
  await tokens.endOf(numTokens - 1);
  expect(readTokensOf).toHaveBeenCalledTimes(read);
  await tokens.endOf(0);
  expect(readTokensOf).toHaveBeenCalledTimes(read + 1);
});

test('a chunk that cannot be read is told, and tried again', async () => {
  const { readTokensOf, tokens } = open();
  readTokensOf.mockRejectedValueOnce(new Error('damaged'));
  await expect(tokens.endOf(0)).rejects.toThrow('damaged');
  expect(await tokens.endOf(0)).toBe(ends[0]);
});

test('outside of the document there is nothing', async () => {
  const { tokens } = open();
  await expect(tokens.idsOf({ start: 0, end: numTokens + 1 })).rejects.toThrow(`of ${numTokens}`);
  await expect(tokens.endsOf({ start: -1, end: 3 })).rejects.toThrow(`of ${numTokens}`);
  expect(await tokens.idsOf({ start: 5, end: 5 })).toHaveLength(0);
});

test.each([
  [0, 0],
  [7, 0],
  [8, 1],
  [18, 2],
  [19, 3],
  [1e9, starts.length - 1],
])('token %i is in chunk %i', (token, chunk) => {
  expect(chunkOf(starts, token)).toBe(chunk);
  expect(chunkOf([], token)).toBe(0);
});

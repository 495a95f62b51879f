import { describe, expect, it } from 'vitest';
import type { ChunkText, ChunkTokens, DocumentManifest } from '@longread/core';
import { chunkStartsOf } from '@longread/store';
import { createDocumentText, type DocumentText } from './document-text.ts';
import { createDocumentTokens } from './document-tokens.ts';
import {
  joinedManifest,
  joinedStarts,
  joinedStore,
  membersOf,
  rangesOf,
  type RecordReader,
} from './members.ts';

const chunkSize = 4;
const sources: Readonly<Record<string, string>> = { a: 'One. Two, ok', b: '🌊🌊x', c: 'z' };

/** A token a UTF-16 code unit; a chunk is four. */
function manifestOf(id: string, createdAt: number): DocumentManifest {
  const { length } = sources[id] ?? '';
  return {
    formatVersion: 4,
    id,
    title: `Title ${id}`,
    fingerprint: 'f',
    sourceHash: 'h',
    maxTokens: 0,
    parts: [{ textHash: 'h', maxTokens: 0, firstChunk: 0, firstToken: 0, firstChar: 0, notes: [] }],
    numTokens: length,
    numChunks: Math.ceil(length / chunkSize),
    numChars: length,
    settings: { chunkSize, budget: 4, recent: 1, exitLayer: 1, heads: [] },
    sizeBytes: 10,
    createdAt,
    usedAt: createdAt,
    state: 'ready',
  };
}

const store: RecordReader = {
  async *readEmbeddings({ id, numChunks }) {
    for (let index = 0; index < numChunks; index++)
      yield this.readEmbeddingsOf({ id } as DocumentManifest, index);
  },
  readEmbeddingsOf: ({ id }, index) => {
    const numTokens = Math.min(chunkSize, (sources[id]?.length ?? 0) - index * chunkSize);
    const quants = Int8Array.from({ length: 2 * numTokens }, (_, i) => i);
    return Promise.resolve({ index, embeddings: { numTokens, quants, scales: new Float32Array(numTokens) } });
  },
  readTokensOf: ({ id }, index): Promise<ChunkTokens> => {
    const text = (sources[id] ?? '').slice(index * chunkSize, (index + 1) * chunkSize);
    const at = Array.from({ length: text.length }, (_, i) => i);
    return Promise.resolve({
      index,
      tokenIds: Uint32Array.from(at, (i) => text.charCodeAt(i)),
      charEnds: Uint32Array.from(at, (i) => index * chunkSize + i + 1),
    });
  },
  readText: ({ id }, index): Promise<ChunkText> => {
    const firstChar = index * chunkSize;
    return Promise.resolve({
      index,
      firstChar,
      text: (sources[id] ?? '').slice(firstChar, firstChar + chunkSize),
    });
  },
  async *readTexts({ id, numChunks }) {
    for (let index = 0; index < numChunks; index++)
      yield await this.readText({ id } as DocumentManifest, index);
  },
};

async function joinedPieces(text: DocumentText): Promise<string> {
  let all = '';
  for await (const piece of text.pieces()) all += piece;
  return all;
}

describe('documents joined', () => {
  const members = membersOf([manifestOf('b', 2), manifestOf('c', 3), manifestOf('a', 1)]);
  const manifest = joinedManifest(members);
  const all = `${sources.a ?? ''}\n\n${sources.b ?? ''}\n\n${sources.c ?? ''}`;

  it('stand in the order of their making, each under its title', () => {
    expect(members.map((member) => member.manifest.id)).toEqual(['a', 'b', 'c']);
    expect(manifest).toMatchObject({ numTokens: 18, numChunks: 6, numChars: all.length, sizeBytes: 30 });
    expect(chunkStartsOf(manifest)).toEqual([0, 4, 8, 12, 16, 17]);
    expect(manifest.parts.map(({ outline }) => outline?.[0])).toEqual([
      { start: 0, kind: 'file', label: 'Title a' },
      { start: 14, kind: 'file', label: 'Title b' },
      { start: 21, kind: 'file', label: 'Title c' },
    ]);
  });

  it('give their ids, ends and text as one document of them would', async () => {
    const joined = joinedStore(store, members);
    const tokens = createDocumentTokens(joined, manifest, chunkStartsOf(manifest));
    const text = createDocumentText(joined, manifest, tokens, chunkStartsOf(manifest));
    const ids = await tokens.idsOf({ start: 0, end: 18 });
    expect(String.fromCharCode(...ids)).toBe(Object.values(sources).join(''));
    expect(await text.slice({ start: 0, end: all.length })).toBe(all);
    expect(await joinedPieces(text)).toBe(all);
    for (let start = 0; start < all.length; start++)
      for (let end = start; end <= all.length; end++)
        expect(await text.slice({ start, end })).toBe(all.slice(start, end));
    const starts = await Promise.all([0, 11, 12, 16, 17].map((token) => text.startOf(token)));
    expect(starts).toEqual([0, 11, 14, 18, 21]);
  });

  it('leave out what was removed, at the edges of chunks and within them', async () => {
    const stretches = [[0, 1], [2, 6], [4, 8], [3, 12], [11, 12], [8, 9]] as const; // prettier-ignore
    for (const [firstToken, endToken] of stretches) {
      const removed = [{ firstToken, endToken, firstChar: firstToken, endChar: endToken }];
      const left = membersOf([{ ...manifestOf('a', 1), removed }]);
      const view = joinedManifest(left);
      const starts = joinedStarts(left);
      const joined = joinedStore(store, left);
      const tokens = createDocumentTokens(joined, view, starts);
      const whole = sources.a ?? '';
      const kept = [whole.slice(0, firstToken), whole.slice(endToken)].filter((text) => text !== '');
      expect(view.numTokens).toBe(12 - (endToken - firstToken));
      const ids = await tokens.idsOf({ start: 0, end: view.numTokens });
      expect(String.fromCharCode(...ids)).toBe(kept.join(''));
      const text = createDocumentText(joined, view, tokens, starts);
      expect(await text.slice({ start: 0, end: view.numChars })).toBe(kept.join('\n\n'));
      expect(await joinedPieces(text)).toBe(kept.join('\n\n'));
      let numRows = 0;
      for await (const { index, embeddings } of joined.readEmbeddings(view)) {
        expect(starts[index]).toBe(numRows);
        numRows += embeddings.numTokens;
      }
      expect(numRows).toBe(view.numTokens);
      const back = rangesOf(left, { start: 0, end: view.numChars });
      expect(back.map(({ start, end }) => whole.slice(start, end))).toEqual(kept);
    }
  });

  it('read the embeddings of each chunk under its number among all', async () => {
    const joined = joinedStore(store, members);
    const indices: number[] = [];
    for await (const { index } of joined.readEmbeddings(manifest)) indices.push(index);
    expect(indices).toEqual([0, 1, 2, 3, 4, 5]);
    expect((await joined.readEmbeddingsOf(manifest, 5)).embeddings.quants).toHaveLength(2);
  });

  it('part a stretch by document, without what stands between them', () => {
    const names = (start: number, end: number) =>
      rangesOf(members, { start, end }).map((range) => [range.member.manifest.id, range.start, range.end]);
    expect(names(0, all.length)).toEqual([['a', 0, 12], ['b', 0, 5], ['c', 0, 1]]); // prettier-ignore
    expect(names(3, 5)).toEqual([['a', 3, 5]]);
    expect(names(12, 14)).toEqual([]);
    expect(names(13, 15)).toEqual([['b', 0, 1]]);
    expect(names(10, 13)).toEqual([['a', 10, 12]]);
  });
});

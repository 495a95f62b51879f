// Storage whose records of chunks are made when they are read: of each the checksum alone is kept, so that a store of a hundred million
// tokens needs no disk. The store above it verifies them as it does any.
import { invariant, type ChunkRecord, type ChunkText, type EmbeddingBlock } from '@longread/core';
import type { StorageDriver } from '@longread/store/drivers';
import { memoryOrigin } from '@longread/store/testing';

export interface SimulatedShape {
  readonly numTokens: number;
  readonly chunkSize: number;
  readonly numParts: number;
  readonly headDim: number;
}

/** Characters of a token, as English prose has. */
const charsPerToken = 4;

/** What is stored of chunk `index`: every value follows from the index. */
export function simulatedChunk(
  shape: SimulatedShape,
  index: number,
): { record: ChunkRecord; text: ChunkText } {
  const first = index * shape.chunkSize;
  const count = Math.min(shape.chunkSize, shape.numTokens - first);
  const embeddings = noiseBlock(count, shape, index);
  const tokenIds = new Uint32Array(count).fill(index % 1000);
  const charEnds = Uint32Array.from({ length: count }, (_, i) => (first + i + 1) * charsPerToken);
  const text = { index, firstChar: first * charsPerToken, text: 'word'.repeat(count) };
  return { record: { index, tokenIds, charEnds, embeddings }, text };
}

/** Noise of 32 bits a step (xorshift, Marsaglia 2003); parts of about unit length. */
function noiseBlock(numTokens: number, { numParts, headDim }: SimulatedShape, seed: number): EmbeddingBlock {
  const words = new Uint32Array((numTokens * numParts * headDim) / 4);
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  const length = 128 * Math.sqrt(headDim / 3);
  const scales = new Float32Array(numTokens * numParts).fill(1 / length);
  return { numTokens, quants: new Int8Array(words.buffer), scales };
}

/** By kind: the fields of a record beside what binds it to its document. */
const contents: Readonly<Record<string, (shape: SimulatedShape, index: number) => object>> = {
  embeddings: (shape, index) => ({ index, ...simulatedChunk(shape, index).record.embeddings }),
  tokens: (shape, index) => {
    const { tokenIds, charEnds } = simulatedChunk(shape, index).record;
    return { index, tokenIds, charEnds };
  },
  text: (shape, index) => {
    const { firstChar, text } = simulatedChunk(shape, index).text;
    return { index, firstChar, encoding: 'utf-8', bytes: new TextEncoder().encode(text) };
  },
};

const chunkKey = /^(embeddings|tokens|text)\/[^/]+\/(\d+)$/;

/** For the chunks of one document, stored in their order. */
export function simulatedDriver(shape: SimulatedShape): StorageDriver {
  const driver = memoryOrigin().open();
  const { records } = driver;
  const numChunks = Math.ceil(shape.numTokens / shape.chunkSize);
  const checksums = new Map(Object.keys(contents).map((kind) => [kind, new Uint8Array(32 * numChunks)]));
  const checksumsOf = (kind: string) => {
    const found = checksums.get(kind);
    invariant(found, `no records of the kind ${kind}`);
    return found;
  };
  const hexAt = (kind: string, index: number) =>
    index < 0
      ? ''
      : Array.from(checksumsOf(kind).subarray(32 * index, 32 * index + 32), (byte) =>
          byte.toString(16).padStart(2, '0'),
        ).join('');
  const keep = (kind: string, index: number, record: unknown) => {
    const { checksum } = record as { readonly checksum: string };
    checksumsOf(kind).set(
      Uint8Array.from({ length: 32 }, (_, i) => parseInt(checksum.slice(2 * i, 2 * i + 2), 16)),
      32 * index,
    );
  };
  const made = (kind: string, index: number) => ({
    ...contents[kind]?.(shape, index),
    previous: hexAt(kind, index - 1),
    checksum: hexAt(kind, index),
  });
  return {
    ...driver,
    records: {
      entries: (prefix) => records.entries(prefix),
      get: async (keys) => {
        const others = await records.get(keys);
        return keys.map((key, i) => {
          const [, kind, index] = chunkKey.exec(key) ?? [];
          return kind === undefined ? others[i] : made(kind, Number(index));
        });
      },
      write: async ({ puts = [], ...write }) => {
        const others = puts.filter(([key]) => !chunkKey.test(key));
        await records.write({ ...write, puts: others });
        for (const [key, record] of puts) {
          const [, kind, index] = chunkKey.exec(key) ?? [];
          if (kind !== undefined) keep(kind, Number(index), record);
        }
      },
    },
  };
}

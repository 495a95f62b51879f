// Seeded documents for the store's tests; not part of the package.
import {
  Random,
  type ChunkRecord,
  type ChunkText,
  type CompressState,
  type DocumentManifest,
  type ReadSettings,
} from '@longread/core';
import { chunkBytes } from '../schema/chunk.ts';
import { formatVersion } from '../schema/content.ts';
import { unpackRows } from '../schema/packed-rows.ts';
import { packedOf } from '../schema/state.ts';
import { encodeText } from '../schema/text.ts';

export const settings: ReadSettings = {
  chunkSize: 8,
  budget: 6,
  recent: 2,
  exitLayer: 3,
  heads: [
    { layer: 1, type: 'Q', head: 0 },
    { layer: 2, type: 'K', head: 1 },
  ],
};
const headDim = 4;
const numKvHeads = 2;

/** A chunk of `numTokens` tokens whose every value follows from `seed` and `index`. */
export function makeChunk(seed: number, index: number, numTokens = settings.chunkSize): ChunkRecord {
  const random = new Random(seed * 1000 + index);
  const numParts = numTokens * settings.heads.length;
  return {
    index,
    tokenIds: random.u32(numTokens, 50_000),
    charEnds: Uint32Array.from({ length: numTokens }, (_, i) => (index * settings.chunkSize + i + 1) * 3),
    embeddings: {
      numTokens,
      quants: Int8Array.from({ length: numParts * headDim }, () => random.below(255) - 127),
      scales: Float32Array.from({ length: numParts }, () => random.next()),
    },
  };
}

/** Text up to the chunk's last token: letters of one byte and of more, by its token ids; a lone surrogate at the end of odd chunks. */
export function makeText(
  { index, tokenIds, charEnds }: ChunkRecord,
  firstChar = index * settings.chunkSize * 3,
): ChunkText {
  const letters = 'abcdefgh äöü一二三';
  const length = (charEnds.at(-1) ?? firstChar) - firstChar;
  const letter = (i: number) => letters[((tokenIds[i % tokenIds.length] ?? 0) + i) % letters.length] ?? '';
  const text = Array.from({ length: length - 1 }, (_, i) => letter(i)).join('');
  return { index, firstChar, text: text + (index % 2 === 1 ? '\ud800' : '.') };
}

/**
 * The state after `numChunks` chunks. From version 5 on its rows are as a reading rounds them, before that of any floats; the awkward ones are
 * among them.
 */
export function makeState(seed: number, numChunks: number, version = formatVersion): CompressState {
  const random = new Random(seed * 2000 + numChunks);
  const numSlots = settings.budget;
  const numRows = (settings.exitLayer - 1) * numKvHeads * numSlots;
  const rows = () => {
    // The first of each row is large enough for its scale.
    const quants = Int16Array.from({ length: numRows * headDim }, (_, i) =>
      i % headDim === 0 ? 2 ** 14 + random.below(2 ** 14) : random.below(65_535) - 32_767,
    );
    const tails = Uint8Array.from({ length: quants.length / 2 }, () => random.below(256));
    const exponents = Uint8Array.from({ length: numRows }, () => 1 + random.below(236));
    return unpackRows({ quants, tails, exponents }, new Array<number>(numRows).fill(headDim), 'rows');
  };
  const isRounded = version >= 5;
  const [keys, values] = isRounded
    ? [rows(), rows()]
    : [random.f32(numRows * headDim), random.f32(numRows * headDim)];
  const [least, largest] = [2 ** -126, (2 ** 19 - 1) * 2 ** 109];
  const awkward = [0, 0, 0, 0, least, -(2 ** -108), NaN, least, largest, -(2 ** 127), 0, 2 ** 109];
  keys.set(isRounded ? awkward : [-0, 1e-45, 3.4e38]);
  return {
    ...{ numChunks, numSlots, keys, values },
    ...(isRounded && { headDims: new Array<number>(settings.exitLayer - 1).fill(headDim) }),
    scores: random.f32(numRows),
    moments: Float64Array.from({ length: 10 }, () => 2 * random.next() - 1),
  };
}

function stateBytes(state: CompressState): number {
  const arrays = Object.values(packedOf(state)).filter((field) => ArrayBuffer.isView(field));
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Bytes of `numChunks` full chunks, their texts and the last state. */
function sizeBytes(numChunks: number, seed: number): number {
  const texts = Array.from({ length: numChunks }, (_, index) => encodeText(makeText(makeChunk(seed, index))));
  return (
    numChunks * chunkBytes(makeChunk(1, 0)) +
    texts.reduce((sum, { bytes }) => sum + bytes.length, 0) +
    Math.min(1, numChunks) * stateBytes(makeState(1, 1))
  );
}

/** The manifest after `numChunks` full chunks. */
export function makeManifest(
  id: string,
  numChunks: number,
  changes: Partial<DocumentManifest> = {},
): DocumentManifest {
  const numTokens = numChunks * settings.chunkSize;
  const textHash = 'a'.repeat(64);
  return {
    formatVersion,
    id,
    title: `The book ${id}`,
    fingerprint: 'f'.repeat(64),
    sourceHash: textHash,
    maxTokens: 0,
    parts: [{ textHash, maxTokens: 0, firstChunk: 0, firstToken: 0, firstChar: 0, notes: [] }],
    numTokens,
    numChunks,
    numChars: numTokens * 3,
    settings,
    sizeBytes: sizeBytes(numChunks, 1),
    createdAt: 1_700_000_000_000,
    usedAt: 1_700_000_000_000,
    state: 'reading',
    ...changes,
  };
}

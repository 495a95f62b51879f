// A stored chunk: its shape, its checksum, and how chunks follow each other. Stored as it is, with its checksum beside it; typed arrays
// keep their bytes, little-endian. No IndexedDB here.
import type { ChunkRecord, DocumentManifest, ReadSettings } from '@longread/core';
import * as record from './record.ts';
import { damaged, hashArrays, RecordShapeError, whole, type Checked } from './record.ts';

const shape = record.objectOf({
  index: record.count,
  tokenIds: record.arrayOf<Uint32Array<ArrayBuffer>>(Uint32Array),
  charEnds: record.arrayOf<Uint32Array<ArrayBuffer>>(Uint32Array),
  embeddings: record.objectOf({
    numTokens: record.count,
    quants: record.arrayOf<Int8Array<ArrayBuffer>>(Int8Array),
    scales: record.arrayOf<Float32Array<ArrayBuffer>>(Float32Array),
  }),
  checksum: record.string,
});

/** Bytes of a chunk's arrays. */
export function chunkBytes({ tokenIds, charEnds, embeddings }: ChunkRecord): number {
  const { quants, scales } = embeddings;
  return tokenIds.byteLength + charEnds.byteLength + quants.byteLength + scales.byteLength;
}

/** Header: index, number of tokens. Arrays: tokenIds, charEnds, quants, scales. */
export function chunkChecksum({ index, tokenIds, charEnds, embeddings }: ChunkRecord): Promise<string> {
  const { numTokens, quants, scales } = embeddings;
  return hashArrays([index, numTokens], [tokenIds, charEnds, quants, scales]);
}

export function storableChunk(chunk: ChunkRecord, checksum: string): Checked<ChunkRecord> {
  const { index, tokenIds, charEnds, embeddings } = chunk;
  const { numTokens, quants, scales } = embeddings;
  return {
    index,
    tokenIds: whole(tokenIds),
    charEnds: whole(charEnds),
    embeddings: { numTokens, quants: whole(quants), scales: whole(scales) },
    checksum,
  };
}

const chunkName = ({ title }: DocumentManifest, index: number) => `Chunk ${index} of "${title}"`;

/**
 * Chunk `index` as it was committed.
 * @param expected the checksum that the manifest has for it.
 * @throws IntegrityError that names document and chunk
 */
export function verifiedChunk(
  manifest: DocumentManifest,
  index: number,
  stored: unknown,
  expected: string | undefined,
): Promise<ChunkRecord> {
  const where = { document: manifest.id, chunk: index };
  return record.inRecord(chunkName(manifest, index), where, async () => {
    if (stored === undefined) throw new RecordShapeError('it is missing');
    const { checksum, ...chunk } = record.parseShape(shape, stored, 'chunk');
    checkContent(chunk, index, manifest.settings);
    record.checkChecksum(await chunkChecksum(chunk), checksum, expected);
    return chunk;
  });
}

/** Throws RecordShapeError unless the fields agree with each other and with how the document was read. */
function checkContent(chunk: ChunkRecord, index: number, { chunkSize, heads }: ReadSettings): void {
  const { tokenIds, charEnds, embeddings } = chunk;
  const { numTokens, quants, scales } = embeddings;
  if (chunk.index !== index) throw new RecordShapeError(`it says it is chunk ${chunk.index}`);
  if (numTokens < 1 || numTokens > chunkSize)
    throw new RecordShapeError(`it holds ${numTokens} tokens and a chunk holds 1 to ${chunkSize}`);
  const numParts = numTokens * heads.length;
  if (numParts === 0 ? quants.length > 0 : quants.length === 0 || quants.length % numParts !== 0)
    throw new RecordShapeError(
      `its ${quants.length} quants are not a whole number for each of ${numParts} parts`,
    );
  const lengths = [
    ['charEnds', charEnds.length, numTokens],
    ['tokenIds', tokenIds.length, numTokens],
    ['embeddings.scales', scales.length, numParts],
  ] as const;
  for (const [name, length, wanted] of lengths)
    if (length !== wanted)
      throw new RecordShapeError(`chunk.${name} has ${length} values instead of ${wanted}`);
  const falling = charEnds.findIndex((end, i) => i > 0 && end < (charEnds[i - 1] ?? 0));
  if (falling >= 0) throw new RecordShapeError(`its character offsets fall at token ${falling}`);
}

/** What the chunks that were read add up to. */
export interface ChunkTotals {
  readonly numTokens: number;
  readonly lastCharEnd: number;
  readonly bytes: number;
}

export const noChunks: ChunkTotals = { numTokens: 0, lastCharEnd: 0, bytes: 0 };

/** @throws IntegrityError when the chunk does not begin where the one before ended, in characters, or where its part does */
export function addChunk(manifest: DocumentManifest, totals: ChunkTotals, chunk: ChunkRecord): ChunkTotals {
  const { charEnds, tokenIds, index } = chunk;
  verifyPartStarts(manifest, totals, index);
  if ((charEnds[0] ?? 0) < totals.lastCharEnd) {
    const reason = `it starts before character ${totals.lastCharEnd}, where the chunk before it ends`;
    throw damaged(chunkName(manifest, index), { document: manifest.id, chunk: index }, reason);
  }
  return {
    numTokens: totals.numTokens + tokenIds.length,
    lastCharEnd: charEnds.at(-1) ?? totals.lastCharEnd,
    bytes: totals.bytes + chunkBytes(chunk),
  };
}

/** A part that starts with chunk `index` starts where the chunks before it end. */
function verifyPartStarts(
  manifest: DocumentManifest,
  { numTokens, lastCharEnd }: ChunkTotals,
  index: number,
): void {
  for (const [i, { firstChunk, firstToken, firstChar }] of manifest.parts.entries()) {
    if (firstChunk !== index || (firstToken === numTokens && firstChar >= lastCharEnd)) continue;
    const reason =
      `part ${i} starts at token ${firstToken} and character ${firstChar}, and the chunks before it ` +
      `end at token ${numTokens} and character ${lastCharEnd}`;
    throw damaged(`"${manifest.title}"`, { document: manifest.id, chunk: index }, reason);
  }
}

/**
 * Without `bytes` only some of the chunks were read, as of a document that grew since it was opened. The text of a part may go on
 * behind its last token.
 * @throws IntegrityError when all chunks together are not what the manifest counts
 */
export function verifyTotals(manifest: DocumentManifest, totals: ChunkTotals, bytes = totals.bytes): void {
  const { numTokens, lastCharEnd } = totals;
  const reason =
    numTokens !== manifest.numTokens
      ? `its chunks hold ${numTokens} tokens and its manifest counts ${manifest.numTokens}`
      : lastCharEnd > manifest.numChars
        ? `its chunks end at character ${lastCharEnd} and its text at ${manifest.numChars}`
        : bytes !== totals.bytes
          ? `its chunks take ${totals.bytes} bytes and its manifest says ${bytes}`
          : undefined;
  if (reason !== undefined) throw damaged(`"${manifest.title}"`, { document: manifest.id }, reason);
  verifyPartStarts(manifest, totals, manifest.numChunks);
}

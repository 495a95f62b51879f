// What is stored of a chunk's tokens, in whatever records: what their arrays must be to each other and to how the document was read, and how
// chunks follow each other. No IndexedDB here.
import type {
  ChunkEmbeddings,
  ChunkRecord,
  ChunkTokens,
  DocumentManifest,
  EmbeddingBlock,
  ReadSettings,
} from '@longread/core';
import * as record from './record.ts';
import { damaged, RecordShapeError, whole } from './record.ts';

export const tokenArrays = {
  tokenIds: record.arrayOf<Uint32Array<ArrayBuffer>>(Uint32Array),
  charEnds: record.arrayOf<Uint32Array<ArrayBuffer>>(Uint32Array),
};

export const embeddingFields = {
  numTokens: record.count,
  quants: record.arrayOf<Int8Array<ArrayBuffer>>(Int8Array),
  scales: record.arrayOf<Float32Array<ArrayBuffer>>(Float32Array),
};

export const tokensBytes = ({ tokenIds, charEnds }: Omit<ChunkTokens, 'index'>): number =>
  tokenIds.byteLength + charEnds.byteLength;

export const embeddingsBytes = ({ quants, scales }: EmbeddingBlock): number =>
  quants.byteLength + scales.byteLength;

/** Bytes of a chunk's arrays. */
export function chunkBytes(chunk: ChunkRecord): number {
  return tokensBytes(chunk) + embeddingsBytes(chunk.embeddings);
}

export function wholeTokens({ index, tokenIds, charEnds }: ChunkTokens): ChunkTokens {
  return { index, tokenIds: whole(tokenIds), charEnds: whole(charEnds) };
}

export function wholeEmbeddings({ numTokens, quants, scales }: EmbeddingBlock): EmbeddingBlock {
  return { numTokens, quants: whole(quants), scales: whole(scales) };
}

export const chunkName = ({ title }: DocumentManifest, index: number) => `Chunk ${index} of "${title}"`;

/** Throws RecordShapeError unless the arrays agree with each other and with how the document was read. */
export function checkEmbeddings(
  { index: said, embeddings: { numTokens, quants, scales } }: ChunkEmbeddings,
  index: number,
  { chunkSize, heads }: ReadSettings,
): void {
  if (said !== index) throw new RecordShapeError(`it says it is chunk ${said}`);
  if (numTokens < 1 || numTokens > chunkSize)
    throw new RecordShapeError(`it holds ${numTokens} tokens and a chunk holds 1 to ${chunkSize}`);
  const numParts = numTokens * heads.length;
  if (numParts === 0 ? quants.length > 0 : quants.length === 0 || quants.length % numParts !== 0)
    throw new RecordShapeError(
      `its ${quants.length} quants are not a whole number for each of ${numParts} parts`,
    );
  checkLength('embeddings.scales', scales.length, numParts);
}

/** Throws RecordShapeError unless there are ids and ends of `numTokens` tokens. */
export function checkTokens(
  { index: said, tokenIds, charEnds }: ChunkTokens,
  index: number,
  numTokens: number,
): void {
  if (said !== index) throw new RecordShapeError(`it says it is chunk ${said}`);
  checkLength('charEnds', charEnds.length, numTokens);
  checkLength('tokenIds', tokenIds.length, numTokens);
  const falling = charEnds.findIndex((end, i) => i > 0 && end < (charEnds[i - 1] ?? 0));
  if (falling >= 0) throw new RecordShapeError(`its character offsets fall at token ${falling}`);
}

function checkLength(name: string, length: number, wanted: number): void {
  if (length !== wanted)
    throw new RecordShapeError(`chunk.${name} has ${length} values instead of ${wanted}`);
}

/** Tokens of chunk `index`: as many as a chunk holds, fewer only in the last of a part. */
export function numTokensOf(
  { parts, settings, numTokens }: Pick<DocumentManifest, 'parts' | 'settings' | 'numTokens'>,
  index: number,
): number {
  const next = parts.findIndex(({ firstChunk }) => firstChunk > index);
  const part = parts.at(next < 0 ? -1 : next - 1);
  const end = parts[next]?.firstToken ?? numTokens;
  if (part === undefined) return 0;
  const first = part.firstToken + (index - part.firstChunk) * settings.chunkSize;
  return Math.min(settings.chunkSize, end - first);
}

/** First token of each chunk, rising, as the manifest makes it: nothing of the chunks is read. */
export function chunkStartsOf(
  manifest: Pick<DocumentManifest, 'parts' | 'settings' | 'numTokens' | 'numChunks'>,
): number[] {
  const starts: number[] = [];
  let at = 0;
  for (let index = 0; index < manifest.numChunks; index++) {
    starts.push(at);
    at += numTokensOf(manifest, index);
  }
  return starts;
}

/** What the chunks that were read add up to. */
export interface ChunkTotals {
  readonly numTokens: number;
  readonly lastCharEnd: number;
}

export const noChunks: ChunkTotals = { numTokens: 0, lastCharEnd: 0 };

/** @throws IntegrityError when the chunk does not begin where the one before ended, in characters, or where its part does */
export function addChunk(manifest: DocumentManifest, totals: ChunkTotals, chunk: ChunkTokens): ChunkTotals {
  const { charEnds, tokenIds, index } = chunk;
  verifyPartStarts(manifest, totals, index);
  if ((charEnds[0] ?? 0) < totals.lastCharEnd) {
    const reason = `it starts before character ${totals.lastCharEnd}, where the chunk before it ends`;
    throw damaged(chunkName(manifest, index), { document: manifest.id, chunk: index }, reason);
  }
  return {
    numTokens: totals.numTokens + tokenIds.length,
    lastCharEnd: charEnds.at(-1) ?? totals.lastCharEnd,
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
 * The text of a part may go on behind its last token.
 * @throws IntegrityError when all chunks together are not what the manifest counts
 */
export function verifyTotals(manifest: DocumentManifest, totals: ChunkTotals): void {
  const { numTokens, lastCharEnd } = totals;
  const reason =
    numTokens !== manifest.numTokens
      ? `its chunks hold ${numTokens} tokens and its manifest counts ${manifest.numTokens}`
      : lastCharEnd > manifest.numChars
        ? `its chunks end at character ${lastCharEnd} and its text at ${manifest.numChars}`
        : undefined;
  if (reason !== undefined) throw damaged(`"${manifest.title}"`, { document: manifest.id }, reason);
  verifyPartStarts(manifest, totals, manifest.numChunks);
}

/** @throws IntegrityError when all records of a kind together do not take the bytes that the manifest says */
export function verifyBytes({ id, title }: DocumentManifest, bytes: number, counted: number): void {
  if (bytes === counted) return;
  const reason = `its chunks take ${bytes} bytes and its manifest says ${counted}`;
  throw damaged(`"${title}"`, { document: id }, reason);
}

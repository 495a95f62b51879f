// What chunks add up to as they are read, and whether that is what their manifest says.
import type { ChunkRecord, ChunkText, DocumentManifest } from '@longread/core';
import { chunkBytes } from './records.ts';
import { damaged } from './verify.ts';

/** What the chunks that were read add up to. */
export interface ChunkTotals {
  readonly numTokens: number;
  readonly lastCharEnd: number;
  readonly bytes: number;
}

/** Errors: IntegrityError when the chunk does not begin where the one before ended, in characters, or where its part does. */
export function addChunk(manifest: DocumentManifest, totals: ChunkTotals, chunk: ChunkRecord): ChunkTotals {
  const { charEnds, tokenIds, index } = chunk;
  verifyPartStarts(manifest, totals, index);
  if ((charEnds[0] ?? 0) < totals.lastCharEnd) {
    const reason = `it starts before character ${totals.lastCharEnd}, where the chunk before it ends`;
    throw damaged(`Chunk ${index} of "${manifest.title}"`, { document: manifest.id, chunk: index }, reason);
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
 * Errors: IntegrityError when all chunks together are not what the manifest counts. Without `bytes` only some of them were read, as
 * of a document that grew since it was opened. The text of a part may go on behind its last token.
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

/** What the texts of chunks add up to. */
export interface TextTotals {
  /** End of the text so far, in UTF-16 code units. */
  readonly numChars: number;
  readonly bytes: number;
}

/**
 * Errors: IntegrityError when the text does not begin where the one before it ended, or its chunk's tokens, where they are known, end
 * outside of it.
 */
export function addText(
  manifest: DocumentManifest,
  totals: TextTotals,
  { index, firstChar, text }: ChunkText,
  sizeBytes: number,
  chunk?: ChunkRecord,
): TextTotals {
  const numChars = firstChar + text.length;
  const isOutside =
    chunk !== undefined && ((chunk.charEnds[0] ?? 0) < firstChar || (chunk.charEnds.at(-1) ?? 0) > numChars);
  const part = manifest.parts.find(({ firstChunk }) => firstChunk === index);
  const reason =
    firstChar !== totals.numChars || (part !== undefined && part.firstChar !== firstChar)
      ? `it starts at character ${firstChar} and the text before it ends at ${totals.numChars}`
      : isOutside
        ? `its tokens end outside of its characters ${firstChar} to ${numChars}`
        : undefined;
  if (reason !== undefined)
    throw damaged(
      `The text of chunk ${index} of "${manifest.title}"`,
      { document: manifest.id, chunk: index },
      reason,
    );
  return { numChars, bytes: totals.bytes + sizeBytes };
}

/** Errors: IntegrityError when all texts together are not what the manifest counts; `bytes` as in {@link verifyTotals}. */
export function verifyTextTotals(
  { id, title, numChars }: DocumentManifest,
  totals: TextTotals,
  bytes = totals.bytes,
): void {
  if (totals.numChars === numChars && totals.bytes === bytes) return;
  const reason =
    `its text has ${totals.numChars} characters in ${totals.bytes} bytes and its manifest says ` +
    `${numChars} in ${bytes}`;
  throw damaged(`"${title}"`, { document: id }, reason);
}

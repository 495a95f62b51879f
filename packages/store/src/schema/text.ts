// Stored text of a chunk: UTF-8, or UTF-16 where that is shorter or the text has lone surrogates, so that every string comes back
// as it was. Kept apart from ids and embeddings: a search reads those alone, a passage the text alone. No IndexedDB here.
import type { ChunkText, ChunkTokens, DocumentManifest } from '@longread/core';
import * as record from './record.ts';
import { damaged, RecordShapeError, type Verified } from './record.ts';

/** A chunk's text as bytes; `firstChar` is where it starts in the document, in UTF-16 code units. */
export interface EncodedText {
  readonly index: number;
  readonly firstChar: number;
  readonly encoding: 'utf-8' | 'utf-16';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Beside them stands what binds the record to its document. */
export const textFields = {
  index: record.count,
  firstChar: record.count,
  encoding: record.oneOf(['utf-8', 'utf-16']),
  bytes: record.arrayOf<Uint8Array<ArrayBuffer>>(Uint8Array),
};

export function encodeText({ index, firstChar, text }: ChunkText): EncodedText {
  const utf8 = text.isWellFormed() ? new TextEncoder().encode(text) : undefined;
  return utf8 !== undefined && utf8.length <= 2 * text.length
    ? { index, firstChar, encoding: 'utf-8', bytes: utf8 }
    : { index, firstChar, encoding: 'utf-16', bytes: utf16Bytes(text) };
}

/** Throws RecordShapeError when the bytes are no text of their encoding. */
export function decodeText({ index, firstChar, encoding, bytes }: EncodedText): ChunkText {
  return { index, firstChar, text: encoding === 'utf-8' ? utf8Text(bytes) : utf16Text(bytes) };
}

/** What a text's checksum covers. Header: index, first character, 8 or 16 for the encoding. Array: bytes. */
export function textBinding({ index, firstChar, encoding, bytes }: EncodedText) {
  return { header: [index, firstChar, encoding === 'utf-8' ? 8 : 16], arrays: [bytes] };
}

const textName = ({ title }: DocumentManifest, index: number) => `The text of chunk ${index} of "${title}"`;

/**
 * The text of chunk `index` as it was committed, and as it is stored.
 * @param parse the shape of the record, and what binds it to its document; throws RecordShapeError.
 * @throws IntegrityError that names document and chunk
 */
export function verifiedText(
  manifest: DocumentManifest,
  index: number,
  stored: unknown,
  parse: (stored: unknown) => Promise<{ readonly encoded: EncodedText; readonly checksum: string }>,
): Promise<Verified<{ readonly text: ChunkText; readonly encoded: EncodedText }>> {
  const where = { document: manifest.id, chunk: index };
  return record.inRecord(textName(manifest, index), where, async () => {
    if (stored === undefined) throw new RecordShapeError('it is missing');
    const { encoded, checksum } = await parse(stored);
    if (encoded.index !== index) throw new RecordShapeError(`it says it is of chunk ${encoded.index}`);
    const value = { text: decodeText(encoded), encoded };
    return { value, bytes: encoded.bytes.length, checksums: [checksum] };
  });
}

/** What the texts of chunks add up to. */
export interface TextTotals {
  /** End of the text so far, in UTF-16 code units. */
  readonly numChars: number;
}

export const noTexts: TextTotals = { numChars: 0 };

/**
 * @throws IntegrityError when the text does not begin where the one before it ended, or its chunk's tokens, where they are known, end
 * outside of it
 */
export function addText(
  manifest: DocumentManifest,
  totals: TextTotals,
  { index, firstChar, text }: ChunkText,
  chunk?: ChunkTokens,
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
    throw damaged(textName(manifest, index), { document: manifest.id, chunk: index }, reason);
  return { numChars };
}

/** @throws IntegrityError when all texts together are not what the manifest counts */
export function verifyTextTotals({ id, title, numChars }: DocumentManifest, totals: TextTotals): void {
  if (totals.numChars === numChars) return;
  const reason = `its text has ${totals.numChars} characters and its manifest says ${numChars}`;
  throw damaged(`"${title}"`, { document: id }, reason);
}

/** Little-endian, as on every platform that has WebGPU (hashArrays refuses others). */
function utf16Bytes(text: string): Uint8Array<ArrayBuffer> {
  const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return new Uint8Array(units.buffer);
}

function utf8Text(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new RecordShapeError('its bytes are not UTF-8', { cause });
  }
}

/** `TextDecoder` would replace lone surrogates. */
function utf16Text(bytes: Uint8Array<ArrayBuffer>): string {
  if (bytes.length % 2 !== 0) throw new RecordShapeError(`its ${bytes.length} bytes are not UTF-16`);
  const units = new Uint16Array(bytes.slice().buffer);
  let text = '';
  const pieceUnits = 8192; // more arguments overflow the stack
  for (let at = 0; at < units.length; at += pieceUnits)
    text += String.fromCharCode(...units.subarray(at, at + pieceUnits));
  return text;
}

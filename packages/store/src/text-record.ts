// Stored text of a chunk: UTF-8, or UTF-16 where that is shorter or the text has lone surrogates, so that every string comes back
// as it was. Kept apart from ids and embeddings: a search reads those alone, a passage the text alone. No IndexedDB here.
import type { ChunkText } from '@longread/core';
import { Fields, RecordShapeError } from './fields.ts';

export type TextEncodingName = 'utf-8' | 'utf-16';

/** A chunk's text as bytes. */
export interface EncodedText {
  readonly index: number;
  /** Where it starts in the document, in UTF-16 code units. */
  readonly firstChar: number;
  readonly encoding: TextEncodingName;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** As it is stored: with the checksum of its content. */
export type TextRecord = EncodedText & { readonly checksum: string };

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

/** Throws RecordShapeError unless `record` has the shape of the text of chunk `index`. */
export function parseText(record: unknown, index: number): TextRecord {
  const fields = new Fields(record, 'text');
  if (fields.count('index') !== index)
    throw new RecordShapeError(`it says it is of chunk ${fields.count('index')}`);
  return {
    index,
    firstChar: fields.count('firstChar'),
    encoding: fields.oneOf('encoding', ['utf-8', 'utf-16']),
    bytes: fields.array<Uint8Array<ArrayBuffer>>('bytes', Uint8Array),
    checksum: fields.string('checksum'),
  };
}

/** Little-endian, as on every platform that has WebGPU (checksum.ts refuses others). */
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

// The file that one document is exported to: layout of its header and sections, as bytes; docs/storage-format.md has the table.
// Everything is little-endian. Checksums are those of the stored records: the manifest's covers itself and, by the checksums
// in it, every array in the file; what is left (kinds, counts, lengths) must be exactly what the manifest makes them.
import type { ChunkEmbeddings, ChunkRecord, ChunkTokens, EmbeddingBlock } from '@longread/core';
import { canonicalJson, RecordShapeError } from '../schema/record.ts';
import type { EncodedText } from '../schema/text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** As in PNG: a byte above 127, the name, and line ends that a transfer as text would change. */
export const magic: Bytes = Uint8Array.of(0x89, 0x4c, 0x52, 0x44, 0x0d, 0x0a, 0x1a, 0x0a);
/** By the format version of the document in it. */
export const containerVersions: Readonly<Record<number, number>> = { 3: 2, 4: 3, 5: 4 };
/** Magic and version. */
export const headerBytes = 12;
/** Kind, index, length. */
export const sectionHeaderBytes = 12;

/** Section kinds: `chunk` in files of version 2 alone, `embeddings` and `tokens` from version 3 on. */
export const sectionKinds = { manifest: 1, state: 2, chunk: 3, text: 4, embeddings: 5, tokens: 6 } as const;
export type SectionKind = keyof typeof sectionKinds;

/** Bytes a section may have at most, whatever the file says: 100,000 chunks, a 32k budget of a large model, 64k tokens. */
export const maxSectionBytes: Readonly<Record<SectionKind, number>> = {
  manifest: 2 ** 24,
  state: 2 ** 31,
  chunk: 2 ** 28,
  text: 2 ** 28,
  embeddings: 2 ** 28,
  tokens: 2 ** 28,
};

export function encodeHeader(version: number): readonly Bytes[] {
  return [magic.slice(), words([version])];
}

export function encodeManifest(record: object): readonly Bytes[] {
  return section(sectionKinds.manifest, 0, [new TextEncoder().encode(canonicalJson(record))]);
}

/** The record of a manifest section; only canonical JSON is taken, so that every byte of it counts. */
export function decodeManifest(bytes: Bytes): unknown {
  let record: unknown;
  try {
    record = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new RecordShapeError('it is not JSON in UTF-8', { cause });
  }
  if (typeof record !== 'object' || record === null) throw new RecordShapeError('it is not an object');
  const canonical = new TextEncoder().encode(canonicalJson(record));
  const differs = canonical.length !== bytes.length ? 0 : canonical.findIndex((byte, i) => byte !== bytes[i]);
  if (differs >= 0) throw new RecordShapeError('it is not the canonical JSON of what it says');
  return record;
}

/** Words: number of tokens, of scales, of quants. Arrays: token ids, character ends u32, scales f32, quants i8. */
export function encodeChunk({ index, tokenIds, charEnds, embeddings }: ChunkRecord): readonly Bytes[] {
  const { numTokens, scales, quants } = embeddings;
  const counts = words([numTokens, scales.length, quants.length]);
  return section(sectionKinds.chunk, index, [counts, tokenIds, charEnds, scales, quants].map(bytesOf));
}

/** The fields of a chunk record, without its checksum. */
export function decodeChunk(bytes: Bytes, index: number): ChunkRecord {
  const [numTokens = 0, numScales = 0, numQuants = 0] = readWords(bytes, 3);
  const arrays = new ArrayCutter(bytes, 12, 8 * numTokens + 4 * numScales + numQuants);
  const tokenIds = new Uint32Array(arrays.next(4 * numTokens));
  const charEnds = new Uint32Array(arrays.next(4 * numTokens));
  const scales = new Float32Array(arrays.next(4 * numScales));
  const quants = new Int8Array(arrays.next(numQuants));
  return { index, tokenIds, charEnds, embeddings: { numTokens, quants, scales } };
}

/** Words: number of tokens, of scales, of quants. Arrays: scales f32, quants i8; then the checksum. */
export function encodeEmbeddings(index: number, block: EmbeddingBlock, checksum: string): readonly Bytes[] {
  const { numTokens, scales, quants } = block;
  const counts = words([numTokens, scales.length, quants.length]);
  const parts = [counts, scales, quants].map(bytesOf);
  return section(sectionKinds.embeddings, index, [...parts, digestOf(checksum)]);
}

/** The fields of a record of embeddings, without what stands before it. */
export function decodeEmbeddings(
  bytes: Bytes,
  index: number,
): ChunkEmbeddings & { readonly checksum: string } {
  const [numTokens = 0, numScales = 0, numQuants = 0] = readWords(bytes, 3);
  const arrays = new ArrayCutter(bytes, 12, 4 * numScales + numQuants + digestBytes);
  const scales = new Float32Array(arrays.next(4 * numScales));
  const quants = new Int8Array(arrays.next(numQuants));
  return { index, embeddings: { numTokens, quants, scales }, checksum: checksumIn(arrays) };
}

/** Word: number of tokens. Arrays: token ids, character ends u32; then the checksum. */
export function encodeTokens({ index, tokenIds, charEnds }: ChunkTokens, checksum: string): readonly Bytes[] {
  const parts = [words([tokenIds.length]), tokenIds, charEnds].map(bytesOf);
  return section(sectionKinds.tokens, index, [...parts, digestOf(checksum)]);
}

/** The fields of a record of tokens, without what stands before it. */
export function decodeTokens(bytes: Bytes, index: number): ChunkTokens & { readonly checksum: string } {
  const [numTokens = 0] = readWords(bytes, 1);
  const arrays = new ArrayCutter(bytes, 4, 8 * numTokens + digestBytes);
  const tokenIds = new Uint32Array(arrays.next(4 * numTokens));
  const charEnds = new Uint32Array(arrays.next(4 * numTokens));
  return { index, tokenIds, charEnds, checksum: checksumIn(arrays) };
}

const digestBytes = 32;

function digestOf(checksum: string): Bytes {
  return Uint8Array.from({ length: digestBytes }, (_, i) =>
    Number.parseInt(checksum.slice(2 * i, 2 * i + 2), 16),
  );
}

function checksumIn(arrays: ArrayCutter): string {
  const digest = new Uint8Array(arrays.next(digestBytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Words: first character, 8 or 16 for the encoding; the bytes; then the checksum, where the manifest has none of it. */
export function encodeTextSection(
  { index, firstChar, encoding, bytes }: EncodedText,
  checksum?: string,
): readonly Bytes[] {
  const start = words([firstChar, encoding === 'utf-8' ? 8 : 16]);
  return section(sectionKinds.text, index, [
    start,
    bytes,
    ...(checksum === undefined ? [] : [digestOf(checksum)]),
  ]);
}

/** The fields of a text record, without its checksum. */
export function decodeText(bytes: Bytes, index: number): EncodedText {
  const [firstChar = 0, code] = readWords(bytes, 2);
  if (code !== 8 && code !== 16) throw new RecordShapeError(`it says its encoding is ${code}`);
  return { index, firstChar, encoding: code === 8 ? 'utf-8' : 'utf-16', bytes: bytes.slice(8) };
}

/** Like {@link decodeText} where the checksum stands behind the text. */
export function decodeCheckedText(bytes: Bytes, index: number): EncodedText & { readonly checksum: string } {
  const end = Math.max(0, bytes.length - digestBytes);
  const checksum = checksumIn(new ArrayCutter(bytes, end, digestBytes));
  return { ...decodeText(bytes.subarray(0, end), index), checksum };
}

export function section(kind: number, index: number, parts: readonly Bytes[]): readonly Bytes[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [words([kind, index, length]), ...parts];
}

/** Little-endian u32 words. */
export function words(values: readonly number[]): Bytes {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return bytes;
}

/** Little-endian u32 words. */
export function readWords(bytes: Bytes, count: number): readonly number[] {
  if (bytes.length < 4 * count)
    throw new RecordShapeError(`it has ${bytes.length} bytes, fewer than its counts`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}

export function bytesOf(array: ArrayBufferView<ArrayBuffer>): Bytes {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Cuts arrays out of a section, each into a buffer of its own; their sizes must fill it before any is allocated. */
export class ArrayCutter {
  readonly #bytes: Bytes;
  #at: number;

  constructor(bytes: Bytes, start: number, arrayBytes: number) {
    if (start + arrayBytes !== bytes.length) {
      throw new RecordShapeError(
        `its counts make ${start + arrayBytes} bytes and its length is ${bytes.length}`,
      );
    }
    this.#bytes = bytes;
    this.#at = start;
  }

  next(length: number): ArrayBuffer {
    const part = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return part.buffer;
  }
}

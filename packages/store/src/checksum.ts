// Checksums of stored records: SHA-256 over a header and the SHA-256 of each array, so that no array is copied to be hashed.
// checksum = SHA-256(header ++ SHA-256(array 0) ++ SHA-256(array 1) ++ ...); header = little-endian u32 words.
import { invariant, type ChunkRecord, type CompressState } from '@longread/core';
import type { EncodedText } from './text-record.ts';

type Bytes = ArrayBufferView<ArrayBuffer>;

/** Header: index, number of tokens. Arrays: tokenIds, charEnds, quants, scales. */
export function chunkChecksum(chunk: ChunkRecord): Promise<string> {
  const { index, tokenIds, charEnds, embeddings } = chunk;
  return checksum([index, embeddings.numTokens], [tokenIds, charEnds, embeddings.quants, embeddings.scales]);
}

/** Header: index, first character, 8 or 16 for the encoding. Array: bytes. */
export function textChecksum({ index, firstChar, encoding, bytes }: EncodedText): Promise<string> {
  return checksum([index, firstChar, encoding === 'utf-8' ? 8 : 16], [bytes]);
}

/** Header: number of chunks, number of slots. Arrays: keys, values, scores, moments. */
export function stateChecksum(state: CompressState): Promise<string> {
  const { numChunks, numSlots, keys, values, scores, moments } = state;
  return checksum([numChunks, numSlots], [keys, values, scores, moments]);
}

/** SHA-256 of the bytes, lower-case hex. */
export async function hexDigest(bytes: Bytes): Promise<string> {
  return toHex(new Uint8Array(await digest(bytes)));
}

async function checksum(header: readonly number[], arrays: readonly Bytes[]): Promise<string> {
  invariant(isLittleEndian(), 'stored arrays are little-endian and this platform is not');
  const digests = await Promise.all(arrays.map(digest));
  const joined = new Uint8Array(4 * header.length + 32 * digests.length);
  const words = new DataView(joined.buffer);
  header.forEach((word, i) => words.setUint32(4 * i, word, true));
  digests.forEach((part, i) => joined.set(new Uint8Array(part), 4 * header.length + 32 * i));
  return hexDigest(joined);
}

function digest(bytes: Bytes): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', bytes);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
}

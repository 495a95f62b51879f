// Bytes of a text in the encoding they are in: UTF-8; UTF-16, by its mark or by its zeros; and what of a file is not UTF-8 as
// windows-1252, which gives every byte a character. Different bytes give different text or another note.
import { InvalidInputError, type SourceNote } from '@longread/core';
import { refuseFileKind } from './file-kinds.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes looked at before the encoding is settled. */
const headBytes = 4096;

/** Bytes that are not UTF-8 among all, in percent, above which they are no Western text either. */
const maxStrayPercent = 20;
/** Fewer prove nothing. */
const minStray = 16;

export interface Decoding {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** What the reader should know of it; known once all is decoded. */
  readonly notes: readonly SourceNote[];
  readonly pieces: AsyncGenerator<string, void>;
}

/**
 * Decodes a file. Nothing is left out: a byte-order mark comes as U+FEFF, lone surrogates of UTF-16 as they are.
 * @throws InvalidInputError for a kind of file that is no text, text in another encoding, or half a character of UTF-16 at the end
 */
export async function decodeBytes(chunks: AsyncIterator<Bytes>): Promise<Decoding> {
  let head = new Uint8Array();
  let isAtEnd = false;
  while (head.length < headBytes && !isAtEnd) {
    const next = await chunks.next();
    isAtEnd = next.done === true;
    if (next.done !== true) head = joined(head, next.value);
    refuseFileKind(String.fromCharCode(...head.subarray(0, 512)));
  }
  async function* all(): AsyncGenerator<Bytes, void> {
    yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }
  const utf16 = utf16Of(head);
  if (utf16 === undefined) return decodeUtf8(all());
  const notes = [{ kind: 'utf-16', count: 0, first: 0 }] as const;
  return { encoding: utf16, notes, pieces: decodeUtf16(all(), utf16 === 'utf-16le') };
}

/** By the byte-order mark; else by zeros, which half of the bytes of most UTF-16 are and no byte of text is. */
function utf16Of(head: Bytes): 'utf-16le' | 'utf-16be' | undefined {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe && !(c === 0 && d === 0 && head.length > 3)) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const half = Math.floor(head.length / 2);
  const zeros = [0, 0];
  head.subarray(0, 2 * half).forEach((byte, i) => byte === 0 && (zeros[i % 2] = (zeros[i % 2] ?? 0) + 1));
  const [even = 0, odd = 0] = zeros;
  const isHigh = (most: number, least: number) => most >= 2 && most > 0.4 * half && least < 0.05 * half;
  return isHigh(odd, even) ? 'utf-16le' : isHigh(even, odd) ? 'utf-16be' : undefined;
}

async function* decodeUtf16(
  chunks: AsyncGenerator<Bytes>,
  isLittleEndian: boolean,
): AsyncGenerator<string, void> {
  let rest: Bytes = new Uint8Array();
  let numBytes = 0;
  for await (const chunk of chunks) {
    const bytes = joined(rest, chunk);
    numBytes += chunk.length;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let piece = '';
    for (let at = 0; at + 1 < bytes.length; at += 2)
      piece += String.fromCharCode(view.getUint16(at, isLittleEndian));
    rest = bytes.slice(bytes.length - (bytes.length % 2));
    yield piece;
  }
  if (rest.length === 0) return;
  throw new InvalidInputError(
    `The document is UTF-16 and ends inside a character, after ${numBytes} bytes: it was cut. Save it again.`,
    { bytes: numBytes },
  );
}

function decodeUtf8(chunks: AsyncGenerator<Bytes>): Decoding {
  const stray = { count: 0, first: 0, firstByte: 0 };
  let numBytes = 0;
  /** What of `bytes` is whole; of the rest nothing is decoded yet. */
  const decode = (bytes: Bytes, length: number): string => {
    const whole = bytes.subarray(0, length);
    try {
      return decoder.decode(whole);
    } catch {
      return decodeMixed(whole, (at, byte) => {
        if (stray.count++ === 0) [stray.first, stray.firstByte] = [numBytes + at, byte];
      });
    }
  };
  async function* pieces(): AsyncGenerator<string, void> {
    let rest: Bytes = new Uint8Array();
    for await (const chunk of chunks) {
      const bytes = joined(rest, chunk);
      const length = bytes.length - unfinishedBytes(bytes);
      const piece = decode(bytes, length);
      numBytes += length;
      refuseForeign(stray, numBytes);
      rest = bytes.slice(length);
      yield piece;
    }
    const piece = decode(rest, rest.length);
    numBytes += rest.length;
    refuseForeign(stray, numBytes);
    yield piece;
  }
  return {
    encoding: 'utf-8',
    get notes() {
      const { count, first } = stray;
      return count === 0 ? [] : [{ kind: 'windows-1252', count, first } as const];
    },
    pieces: pieces(),
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** windows-1252 from 0x80 to 0x9f; elsewhere it is Latin-1. `TextDecoder` takes it for Latin-1 everywhere in some Node versions. */
const westernHigh = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function westernChar(byte: number): string {
  return byte >= 0x80 && byte < 0xa0 ? westernHigh.charAt(byte - 0x80) : String.fromCharCode(byte);
}

function decodeMixed(bytes: Bytes, onStray: (at: number, byte: number) => void): string {
  let text = '';
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterBytes(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    const byte = bytes[at] ?? 0;
    onStray(at, byte);
    text += decoder.decode(bytes.subarray(start, at)) + westernChar(byte);
    start = at += 1;
  }
  return text + decoder.decode(bytes.subarray(start));
}

/** Bytes of the well-formed character at `at` (Unicode 16, table 3-7); 0 where there is none. */
function characterBytes(bytes: Bytes, at: number): number {
  const byte = (i: number): number => bytes[at + i] ?? 0;
  const isIn = (value: number, low: number, high: number): boolean => value >= low && value <= high;
  const isNext = (i: number): boolean => isIn(byte(i), 0x80, 0xbf);
  const first = byte(0);
  if (first < 0x80) return 1;
  if (isIn(first, 0xc2, 0xdf)) return isNext(1) ? 2 : 0;
  if (isIn(first, 0xe0, 0xef)) {
    const isSecond = isIn(byte(1), first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf);
    return isSecond && isNext(2) ? 3 : 0;
  }
  if (!isIn(first, 0xf0, 0xf4)) return 0;
  const isSecond = isIn(byte(1), first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf);
  return isSecond && isNext(2) && isNext(3) ? 4 : 0;
}

/** Bytes at the end that more bytes could make a character of: at most three. */
function unfinishedBytes(bytes: Bytes): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length] ?? 0;
    if (byte >= 0xc0) return length < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? length : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function refuseForeign(
  stray: { readonly count: number; readonly first: number; readonly firstByte: number },
  numBytes: number,
): void {
  const { count, first, firstByte } = stray;
  if (count <= minStray || 100 * count <= maxStrayPercent * numBytes) return;
  throw new InvalidInputError(
    `The document is not text in UTF-8, UTF-16 or a Western encoding: ${count} of its first ${numBytes} bytes are none of ` +
      `these, the first (0x${firstByte.toString(16)}) at byte ${first}. Save it as plain text in UTF-8 first.`,
    { offset: first, byte: firstByte, stray: count, bytes: numBytes },
  );
}

function joined(a: Bytes, b: Bytes): Bytes {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

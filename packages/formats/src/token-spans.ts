// Where the tokens of a text end, in UTF-16 code units: the bytes of byte-level tokens are the text's UTF-8, in order.
import { invariant } from '@longread/core';
import { pushUtf8, utf8LengthOf } from './utf8.ts';

export interface TokenSpans {
  readonly ids: Uint32Array<ArrayBuffer>;
  /**
   * End of each token in UTF-16 code units, never decreasing. A token that ends inside a multi-byte character ends where
   * the last whole character did; the token that completes the character ends after its last code unit.
   */
  readonly charEnds: Uint32Array<ArrayBuffer>;
  /** Where the characters are, in code units, that the ids do not hold whole: bytes without a token, and lone surrogates. */
  readonly unread: readonly number[];
}

/** `hasByte[b]`: the vocabulary has a token for byte b; a byte without one is left out of the ids and skipped here. */
export function measureSpans(
  text: string,
  ids: readonly number[],
  byteLength: (id: number) => number,
  hasByte: readonly boolean[],
): TokenSpans {
  const hasEveryByte = hasByte.every(Boolean);
  const unread: number[] = [];
  const charEnds = new Uint32Array(ids.length);
  let wholeEnd = 0;
  let nextChar = 0;
  let bytesLeft = 0;
  /** Steps over a character; its bytes that have tokens. */
  const nextBytes = (): number => {
    const codePoint = text.codePointAt(nextChar) ?? 0;
    const length = utf8LengthOf(codePoint);
    const encodable = hasEveryByte ? length : encodableBytes(codePoint, hasByte);
    if (encodable < length || isSurrogate(codePoint)) unread.push(nextChar);
    nextChar += codePoint > 0xffff ? 2 : 1;
    return encodable;
  };
  for (const [index, id] of ids.entries()) {
    let bytes = byteLength(id);
    while (bytes > 0) {
      if (bytesLeft === 0) {
        invariant(nextChar < text.length, 'tokens stand for more bytes than their text has');
        bytesLeft = nextBytes();
      }
      const taken = Math.min(bytes, bytesLeft);
      bytes -= taken;
      bytesLeft -= taken;
      if (bytesLeft === 0) wholeEnd = nextChar;
    }
    charEnds[index] = wholeEnd;
  }
  while (nextChar < text.length) nextBytes();
  return { ids: Uint32Array.from(ids), charEnds, unread };
}

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint < 0xe000;
}

function encodableBytes(codePoint: number, hasByte: readonly boolean[]): number {
  if (codePoint < 0x80) return hasByte[codePoint] === true ? 1 : 0;
  const bytes: number[] = [];
  pushUtf8(bytes, codePoint);
  return bytes.filter((byte) => hasByte[byte] === true).length;
}

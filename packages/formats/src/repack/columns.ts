// Four columns at a time: what the words of several block formats have in common, without a loop over bytes.

/** The low nibbles of a word's bytes, packed into 16 bits. */
export function packNibbles(word: number): number {
  const bytes = word & 0x0f0f0f0f;
  const pairs = (bytes | (bytes >>> 4)) & 0x00ff00ff;
  return (pairs | (pairs >>> 8)) & 0xffff;
}

/** Four bits -> the lowest bits of a word's bytes. */
export function spreadBits(bits: number): number {
  return Math.imul(bits & 15, 0x00204081) & 0x01010101;
}

/** Takes one byte from each byte of a word, all below 128: signed bytes, without borrows between them. */
export function minusEach(word: number, bytes: number): number {
  return ((word | 0x80808080) - bytes) ^ 0x80808080;
}

/** 32 columns of int4 from four words: a byte j holds columns j (low nibble) and j + 16 (high). */
export function writeNibbles(
  out: Uint32Array,
  at: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): void {
  out[at] = packNibbles(w0) | (packNibbles(w1) << 16);
  out[at + 1] = packNibbles(w2) | (packNibbles(w3) << 16);
  out[at + 2] = packNibbles(w0 >>> 4) | (packNibbles(w1 >>> 4) << 16);
  out[at + 3] = packNibbles(w2 >>> 4) | (packNibbles(w3 >>> 4) << 16);
}

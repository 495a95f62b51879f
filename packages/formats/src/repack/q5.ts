// Q5_0 -> canonical int8 and Q5_1 -> canonical int8-min, groups of 32, exactly. Source: ggml-common.h,
// block_q5_0 {f16 d; u8 qh[4]; u8 qs[16]}, w = d (q - 16), and block_q5_1 {f16 d; f16 m; u8 qh[4]; u8 qs[16]}, w = d q + m: nibbles as
// in Q4_0, bit j of qh is column j's fifth. Both return the first block with a bad scale, or -1.
import { minusEach, spreadBits } from './columns.ts';
import { halfToFloat, isFiniteHalf } from './half.ts';

/** The low nibbles of a word's bytes, with four bits above them. */
function fiveBits(word: number, fifths: number): number {
  return (word & 0x0f0f0f0f) | (spreadBits(fifths) << 4);
}

/** `blocks`: eleven halfwords a block. */
export function repackQ50(blocks: Uint16Array, quants: Uint32Array, scales: Uint32Array): number {
  const scaleValues = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  const word = (i: number): number => (blocks[i] ?? 0) | ((blocks[i + 1] ?? 0) << 16);
  for (let b = 0, i = 0; b < scales.length; b++, i += 11) {
    const scale = blocks[i] ?? 0;
    if (!isFiniteHalf(scale)) return b;
    scaleValues[b] = halfToFloat(scale);
    const fifths = word(i + 1);
    for (let k = 0; k < 4; k++) {
      const nibbles = word(i + 3 + 2 * k);
      quants[8 * b + k] = minusEach(fiveBits(nibbles, fifths >>> (4 * k)), 0x10101010);
      quants[8 * b + 4 + k] = minusEach(fiveBits(nibbles >>> 4, fifths >>> (16 + 4 * k)), 0x10101010);
    }
  }
  return -1;
}

/** `blocks`: six words a block. The scale word is already the canonical one: d low, m high. */
export function repackQ51(blocks: Uint32Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let b = 0, i = 0; b < scales.length; b++, i += 6) {
    const scale = blocks[i] ?? 0;
    if (!isFiniteHalf(scale) || !isFiniteHalf(scale >>> 16)) return b;
    scales[b] = scale;
    const fifths = blocks[i + 1] ?? 0;
    for (let k = 0; k < 4; k++) {
      const nibbles = blocks[i + 2 + k] ?? 0;
      quants[8 * b + k] = fiveBits(nibbles, fifths >>> (4 * k));
      quants[8 * b + 4 + k] = fiveBits(nibbles >>> 4, fifths >>> (16 + 4 * k));
    }
  }
  return -1;
}

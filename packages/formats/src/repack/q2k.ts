// Q2_K and Q3_K -> canonical int4, groups of 16. Source: ggml-common.h, block_q2_K {u8 scales[16]; u8 qs[64]; f16 d; f16 dmin},
// w = d (s & 15) q - dmin (s >> 4), and block_q3_K {u8 hmask[32]; u8 qs[64]; u8 scales[12]; f16 d}, w = d (s - 32) (q - 4) with s of six
// bits. Of each half of 128 columns, column 32 k + l has bits 2k and 2k + 1 of qs[l]; Q3_K's third of column 32 k + l of all 256 is bit k of
// hmask[l]. Both return the first block with a bad scale, or -1.
//
// Products of scales are rounded to f16, which is all that is lost (docs/models.md). Q2_K's minimum makes up for it in the middle of q.
import { packNibbles } from './columns.ts';
import { halfToFloat, isFiniteHalf, toHalf } from './half.ts';

/** `blocks`: 21 words a block. */
export function repackQ2K(blocks: Uint32Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let b = 0, i = 0; 16 * b < scales.length; b++, i += 21) {
    const head = blocks[i + 20] ?? 0;
    if (!isFiniteHalf(head) || !isFiniteHalf(head >>> 16)) return b;
    const d = halfToFloat(head & 0xffff);
    const dmin = halfToFloat(head >>> 16);
    for (let g = 0; g < 16; g++) {
      const byte = (blocks[i + (g >> 2)] ?? 0) >>> (8 * (g & 3));
      const exact = d * (byte & 15);
      const scale = toHalf(exact);
      const minimum = toHalf(1.5 * (exact - halfToFloat(scale)) - dmin * ((byte >>> 4) & 15));
      if (!isFiniteHalf(scale) || !isFiniteHalf(minimum)) return b;
      scales[16 * b + g] = scale | (minimum << 16);
    }
    for (let half = 0; half < 2; half++) {
      for (let j = 0; j < 4; j++) {
        const first = blocks[i + 4 + 8 * half + 2 * j] ?? 0;
        const second = blocks[i + 5 + 8 * half + 2 * j] ?? 0;
        for (let k = 0; k < 4; k++) {
          quants[32 * b + 16 * half + 4 * k + j] =
            packNibbles((first >>> (2 * k)) & 0x03030303) |
            (packNibbles((second >>> (2 * k)) & 0x03030303) << 16);
        }
      }
    }
  }
  return -1;
}

/** `blocks`: 55 halfwords a block. The minimum is -4 times the rounded scale, which f16 holds: w = scale (q - 4) loses nothing more. */
export function repackQ3K(blocks: Uint16Array, quants: Uint32Array, scales: Uint32Array): number {
  const word = (i: number): number => (blocks[i] ?? 0) | ((blocks[i + 1] ?? 0) << 16);
  for (let b = 0, i = 0; 16 * b < scales.length; b++, i += 55) {
    const bits = blocks[i + 54] ?? 0;
    if (!isFiniteHalf(bits)) return b;
    const d = halfToFloat(bits);
    const highs = word(i + 52);
    for (let g = 0; g < 16; g++) {
      // Low nibbles of bytes 0 to 7, then their high ones; two bits above them from bytes 8 to 11, four groups a pair of bits.
      const low = (word(i + 48 + 2 * ((g >> 2) & 1)) >>> (8 * (g & 3) + 4 * (g >> 3))) & 15;
      const high = (highs >>> (8 * (g & 3) + 2 * (g >> 2))) & 3;
      const scale = toHalf(d * ((low | (high << 4)) - 32));
      const minimum = toHalf(-4 * halfToFloat(scale));
      if (!isFiniteHalf(scale) || !isFiniteHalf(minimum)) return b;
      scales[16 * b + g] = scale | (minimum << 16);
    }
    for (let j = 0; j < 4; j++) {
      const firstThirds = word(i + 4 * j);
      const secondThirds = word(i + 4 * j + 2);
      for (let half = 0; half < 2; half++) {
        const first = word(i + 16 + 16 * half + 4 * j);
        const second = word(i + 18 + 16 * half + 4 * j);
        for (let k = 0; k < 4; k++) {
          const bit = 4 * half + k;
          quants[32 * b + 16 * half + 4 * k + j] =
            packNibbles(threeBits(first >>> (2 * k), firstThirds >>> bit)) |
            (packNibbles(threeBits(second >>> (2 * k), secondThirds >>> bit)) << 16);
        }
      }
    }
  }
  return -1;
}

function threeBits(word: number, thirds: number): number {
  return (word & 0x03030303) | ((thirds & 0x01010101) << 2);
}

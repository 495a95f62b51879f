// Q4_K -> canonical int4 and Q5_K -> canonical int8-min, groups of 32. Source: ggml-common.h, block_q4_K {f16 d; f16 dmin;
// u8 scales[12]; u8 qs[128]} and block_q5_K {f16 d; f16 dmin; u8 scales[12]; u8 qh[32]; u8 qs[128]}, w = d s q - dmin m, eight groups with
// s and m of six bits. A byte l of the c-th 32 of qs holds columns 64 c + l (low nibble) and 64 c + 32 + l (high); bit g of qh[l] is the
// fifth of column 32 g + l. Both return the first block with a bad scale, or -1.
//
// d s and dmin m have 17 bits and are rounded to the 11 of f16, which is all that is lost (docs/models.md). Exact they would take four
// bytes more for 32 weights, and decode's time goes into bytes. Q4_K's minimum makes up for the scale's rounding in the middle of q;
// Q5_K's q counts from -16, so that its minimum is in the middle, where it is small and rounded finely.
import { minusEach, packNibbles } from './columns.ts';
import { halfToFloat, isFiniteHalf, toHalf } from './half.ts';

/** `blocks`: 36 words a block. */
export function repackQ4K(blocks: Uint32Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let b = 0, i = 0; 8 * b < scales.length; b++, i += 36) {
    if (!writeScales(blocks, i, scales, 8 * b, false)) return b;
    for (let c = 0; c < 4; c++) {
      for (let j = 0; j < 4; j++) {
        const first = blocks[i + 4 + 8 * c + 2 * j] ?? 0;
        const second = blocks[i + 5 + 8 * c + 2 * j] ?? 0;
        const out = 32 * b + 8 * c + j;
        quants[out] = packNibbles(first) | (packNibbles(second) << 16);
        quants[out + 4] = packNibbles(first >>> 4) | (packNibbles(second >>> 4) << 16);
      }
    }
  }
  return -1;
}

/** `blocks`: 44 words a block. */
export function repackQ5K(blocks: Uint32Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let b = 0, i = 0; 8 * b < scales.length; b++, i += 44) {
    if (!writeScales(blocks, i, scales, 8 * b, true)) return b;
    for (let j = 0; j < 8; j++) {
      const fifths = blocks[i + 4 + j] ?? 0;
      for (let c = 0; c < 4; c++) {
        const nibbles = blocks[i + 12 + 8 * c + j] ?? 0;
        const bits = fifths >>> (2 * c);
        const out = 64 * b + 16 * c + j;
        quants[out] = minusEach((nibbles & 0x0f0f0f0f) | ((bits & 0x01010101) << 4), 0x10101010);
        quants[out + 8] = minusEach(((nibbles >>> 4) & 0x0f0f0f0f) | ((bits & 0x02020202) << 3), 0x10101010);
      }
    }
  }
  return -1;
}

/**
 * The eight scale words of the block at word `i`; false when one is out of range. Of the twelve bytes the first four hold s of groups 0
 * to 3 and the next four their m; the last four the low nibbles of s and m of groups 4 to 7, whose high bits are the two highest of the
 * bytes before.
 */
function writeScales(
  blocks: Uint32Array,
  i: number,
  scales: Uint32Array,
  at: number,
  isFromMinus16: boolean,
): boolean {
  const head = blocks[i] ?? 0;
  if (!isFiniteHalf(head) || !isFiniteHalf(head >>> 16)) return false;
  const d = halfToFloat(head & 0xffff);
  const dmin = halfToFloat(head >>> 16);
  const first = blocks[i + 1] ?? 0;
  const second = blocks[i + 2] ?? 0;
  const third = blocks[i + 3] ?? 0;
  const lastScales = (third & 0x0f0f0f0f) | ((first >>> 2) & 0x30303030);
  const lastMinima = ((third >>> 4) & 0x0f0f0f0f) | ((second >>> 2) & 0x30303030);
  for (let g = 0; g < 8; g++) {
    const byte = 8 * (g & 3);
    const exact = d * (((g < 4 ? first : lastScales) >>> byte) & 63);
    const scale = toHalf(exact);
    const middle = isFromMinus16 ? 16 * exact : 7.5 * (exact - halfToFloat(scale));
    const minimum = toHalf(middle - dmin * (((g < 4 ? second : lastMinima) >>> byte) & 63));
    if (!isFiniteHalf(scale) || !isFiniteHalf(minimum)) return false;
    scales[at + g] = scale | (minimum << 16);
  }
  return true;
}

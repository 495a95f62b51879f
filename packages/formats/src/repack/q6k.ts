// Q6_K -> canonical int8, groups of 16, exactly: scale = d * sc, q - 32 as the byte. Source: ggml-common.h,
// block_q6_K {u8 ql[128]; u8 qh[64]; i8 scales[16]; f16 d}: in each half of 128 columns, column 32 k + l takes a nibble of
// ql[l + 32 (k & 1)] (high for k >= 2) and bits 2k, 2k + 1 of qh[l]; group 16 columns wide, in column order.
import { minusEach } from './columns.ts';
import { halfToFloat, isFiniteHalf } from './half.ts';

/** `blocks`: 105 halfwords a block. Returns the first block with a bad scale, or -1. */
export function repackQ6K(blocks: Uint16Array, quants: Uint32Array, scales: Uint32Array): number {
  const scaleValues = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  const word = (i: number): number => (blocks[i] ?? 0) | ((blocks[i + 1] ?? 0) << 16);
  for (let b = 0, i = 0; 16 * b < scales.length; b++, i += 105) {
    const bits = blocks[i + 104] ?? 0;
    if (!isFiniteHalf(bits)) return b;
    const d = halfToFloat(bits);
    for (let g = 0; g < 8; g++) {
      const pair = blocks[i + 96 + g] ?? 0;
      scaleValues[16 * b + 2 * g] = d * ((pair << 24) >> 24);
      scaleValues[16 * b + 2 * g + 1] = d * ((pair << 16) >> 24);
    }
    for (let half = 0; half < 2; half++) {
      const out = 64 * b + 32 * half;
      const low = i + 32 * half;
      const high = i + 64 + 16 * half;
      for (let j = 0; j < 8; j++) {
        const a = word(low + 2 * j);
        const c = word(low + 16 + 2 * j);
        const h = word(high + 2 * j);
        quants[out + j] = minusEach((a & 0x0f0f0f0f) | ((h << 4) & 0x30303030), 0x20202020);
        quants[out + 8 + j] = minusEach((c & 0x0f0f0f0f) | ((h << 2) & 0x30303030), 0x20202020);
        quants[out + 16 + j] = minusEach(((a >>> 4) & 0x0f0f0f0f) | (h & 0x30303030), 0x20202020);
        quants[out + 24 + j] = minusEach(((c >>> 4) & 0x0f0f0f0f) | ((h >>> 2) & 0x30303030), 0x20202020);
      }
    }
  }
  return -1;
}

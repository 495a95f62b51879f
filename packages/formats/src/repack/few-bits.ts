// Q1_0 and Q2_0 -> canonical int4, groups of 32, exactly. Source: ggml-common.h, block_q1_0 {f16 d; u8 qs[16]}, 128 columns, the lowest bit
// of a byte first, w = bit ? d : -d, and block_q2_0 {f16 d; u8 qs[16]}, 64 columns, the two lowest bits first, w = d (q - 1). Both return
// the first block with a bad scale, or -1.
import { isFiniteHalf } from './half.ts';

/** The scale d and the minimum -d. */
const around = (d: number): number => d | ((d ^ 0x8000) << 16);

/** Eight bits -> nibbles of 0 or 2. */
function nibblesOfBits(bits: number): number {
  const fours = (bits | (bits << 12)) & 0x000f000f;
  const twos = (fours | (fours << 6)) & 0x03030303;
  return ((twos | (twos << 3)) & 0x11111111) << 1;
}

/** Eight times two bits -> nibbles. */
function nibblesOfPairs(pairs: number): number {
  const fours = (pairs | (pairs << 8)) & 0x00ff00ff;
  const twos = (fours | (fours << 4)) & 0x0f0f0f0f;
  return (twos | (twos << 2)) & 0x33333333;
}

/** `blocks`: nine halfwords a block. */
export function repackQ10(blocks: Uint16Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let b = 0, i = 0; 4 * b < scales.length; b++, i += 9) {
    const scale = blocks[i] ?? 0;
    if (!isFiniteHalf(scale)) return b;
    scales.fill(around(scale), 4 * b, 4 * b + 4);
    for (let k = 0; k < 8; k++) {
      const bits = blocks[i + 1 + k] ?? 0;
      quants[16 * b + 2 * k] = nibblesOfBits(bits & 255);
      quants[16 * b + 2 * k + 1] = nibblesOfBits(bits >>> 8);
    }
  }
  return -1;
}

/** `blocks`: nine halfwords a block. */
export function repackQ20(blocks: Uint16Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let b = 0, i = 0; 2 * b < scales.length; b++, i += 9) {
    const scale = blocks[i] ?? 0;
    if (!isFiniteHalf(scale)) return b;
    scales.fill(around(scale), 2 * b, 2 * b + 2);
    for (let k = 0; k < 8; k++) quants[8 * b + k] = nibblesOfPairs(blocks[i + 1 + k] ?? 0);
  }
  return -1;
}

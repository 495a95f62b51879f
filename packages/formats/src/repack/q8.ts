// Q8_0 -> canonical int8, groups of 32. Source: ggml-common.h, block_q8_0 {f16 d; i8 qs[32]}, w = d q.
import { halfToFloat, isFiniteHalf } from './half.ts';

/** `blocks`: 17 halfwords a block. Returns the first block with a bad scale, or -1. */
export function repackQ80(blocks: Uint16Array, quants: Uint32Array, scales: Uint32Array): number {
  const scaleValues = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  for (let b = 0, i = 0; b < scales.length; b++, i += 17) {
    const scale = blocks[i] ?? 0;
    if (!isFiniteHalf(scale)) return b;
    scaleValues[b] = halfToFloat(scale);
    for (let k = 0, at = i + 1; k < 8; k++, at += 2) {
      quants[8 * b + k] = (blocks[at] ?? 0) | ((blocks[at + 1] ?? 0) << 16);
    }
  }
  return -1;
}

// Q4_0 and Q4_1 -> canonical int4, groups of 32. Source: ggml-common.h, block_q4_0 {f16 d; u8 qs[16]}, w = d (q - 8),
// and block_q4_1 {f16 d; f16 m; u8 qs[16]}, w = d q + m. Both return the first block with a bad scale, or -1.
import { writeNibbles } from './columns.ts';
import { halfToFloat, isFiniteHalf, toHalf } from './half.ts';

/** `blocks`: five words a block. The scale word is already the canonical one: d low, m high. */
export function repackQ41(blocks: Uint32Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let b = 0, i = 0; b < scales.length; b++, i += 5) {
    const scale = blocks[i] ?? 0;
    if (!isFiniteHalf(scale) || !isFiniteHalf(scale >>> 16)) return b;
    scales[b] = scale;
    writeNibbles(
      quants,
      4 * b,
      blocks[i + 1] ?? 0,
      blocks[i + 2] ?? 0,
      blocks[i + 3] ?? 0,
      blocks[i + 4] ?? 0,
    );
  }
  return -1;
}

/** `blocks`: nine halfwords a block. The minimum -8 d is exact in f16; a scale so large that it is not is refused. */
export function repackQ40(blocks: Uint16Array, quants: Uint32Array, scales: Uint32Array): number {
  const word = (i: number): number => (blocks[i] ?? 0) | ((blocks[i + 1] ?? 0) << 16);
  for (let b = 0, i = 0; b < scales.length; b++, i += 9) {
    const scale = blocks[i] ?? 0;
    if (!isFiniteHalf(scale)) return b;
    const minimum = toHalf(-8 * halfToFloat(scale));
    if (!isFiniteHalf(minimum)) return b;
    scales[b] = scale | (minimum << 16);
    writeNibbles(quants, 4 * b, word(i + 1), word(i + 3), word(i + 5), word(i + 7));
  }
  return -1;
}

// F32 and F16 tensors: copied as they are, or widened to f32 (norms). All return the first non-finite value's index, or -1.
import { halfToFloat, isFiniteHalf } from './half.ts';

/** Copies f32 values. */
export function copyF32(blocks: Uint32Array, quants: Uint32Array): number {
  quants.set(blocks);
  for (let i = 0; i < blocks.length; i++) {
    if (((blocks[i] ?? 0) & 0x7f800000) === 0x7f800000) return i;
  }
  return -1;
}

/** Copies f16 values, two a word. */
export function copyF16(blocks: Uint32Array, quants: Uint32Array): number {
  quants.set(blocks);
  for (let i = 0; i < blocks.length; i++) {
    const word = blocks[i] ?? 0;
    if ((word & 0x7c00) === 0x7c00) return 2 * i;
    if ((word & 0x7c000000) === 0x7c000000) return 2 * i + 1;
  }
  return -1;
}

/** Widens f16 values to f32. */
export function widenF16(blocks: Uint16Array, quants: Uint32Array): number {
  const values = new Float32Array(quants.buffer, quants.byteOffset, quants.length);
  for (let i = 0; i < blocks.length; i++) {
    const bits = blocks[i] ?? 0;
    if (!isFiniteHalf(bits)) return i;
    values[i] = halfToFloat(bits);
  }
  return -1;
}

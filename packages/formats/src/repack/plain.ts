// F32, F16 and BF16 tensors: copied as they are, rounded to f16, or widened to f32 (norms). All return the index of the first value that
// is not finite, or too large for f16, or -1.
import { halfToFloat, isFiniteHalf, toHalf } from './half.ts';

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

/** Rounds bf16 values, two a word, to f16, which holds what is not below 2^-17: half the bytes of f32. */
export function roundBF16(blocks: Uint32Array, quants: Uint32Array): number {
  for (let i = 0; i < blocks.length; i++) {
    const word = blocks[i] ?? 0;
    const low = word & 0x7fff;
    const high = (word >>> 16) & 0x7fff;
    // From 2^-14 to 65,280 only the exponents' origins differ, by 112.
    if (low >= 0x3880 && low < 0x4780 && high >= 0x3880 && high < 0x4780) {
      quants[i] = (word & 0x80008000) | (((word & 0x7fff7fff) - 0x38003800) << 3);
      continue;
    }
    const lowHalf = toHalf(bfloatToFloat(word & 0xffff));
    const highHalf = toHalf(bfloatToFloat(word >>> 16));
    if (!isFiniteHalf(lowHalf)) return 2 * i;
    if (!isFiniteHalf(highHalf)) return 2 * i + 1;
    quants[i] = lowHalf | (highHalf << 16);
  }
  return -1;
}

/** The value of bf16 bits; infinite where it is not finite. */
function bfloatToFloat(bits: number): number {
  const exponent = (bits >> 7) & 0xff;
  if (exponent === 0xff) return Infinity;
  const magnitude = ((bits & 0x7f) | (exponent === 0 ? 0 : 0x80)) * 2 ** (Math.max(exponent, 1) - 134);
  return (bits & 0x8000) === 0 ? magnitude : -magnitude;
}

/** Widens bf16 values to f32. */
export function widenBF16(blocks: Uint16Array, quants: Uint32Array): number {
  for (let i = 0; i < blocks.length; i++) {
    const bits = blocks[i] ?? 0;
    if ((bits & 0x7f80) === 0x7f80) return i;
    quants[i] = bits << 16;
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

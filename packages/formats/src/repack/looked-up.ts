// Types whose four bits number a value of a table -> canonical int8, groups of 32, exactly. Source: ggml-common.h, block_iq4_nl {f16 d;
// u8 qs[16]}, w = d T[q]; block_iq4_xs {f16 d; u16 scales_h; u8 scales_l[4]; u8 qs[128]}, w = d (s - 32) T[q], eight groups with s of six
// bits; block_mxfp4 {u8 e; u8 qs[16]}, w = 2^(e - 128) K[q]. Nibbles of 32 columns as in Q4_0. All return the first block with a bad
// scale, or -1.
import { packNibbles } from './columns.ts';
import { halfToFloat, isFiniteHalf } from './half.ts';

/** For two nibbles, the first one low, the bytes of their values. */
function pairsOf(values: readonly number[]): Uint16Array {
  const byte = (nibble: number): number => (values[nibble] ?? 0) & 255;
  return Uint16Array.from({ length: 256 }, (_, pair) => byte(pair & 15) | (byte(pair >> 4) << 8));
}

const nonLinear = pairsOf([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]);
/** Twice the values of E2M1. */
const e2m1 = pairsOf([0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]);

/** The largest exponent: in f32 the engine computes with up to 255 times a scale. */
const maxExponent = 247;

function lookUp(pairs: Uint16Array, word: number): number {
  const nibbles = packNibbles(word);
  return (pairs[nibbles & 255] ?? 0) | ((pairs[nibbles >>> 8] ?? 0) << 16);
}

/** `blocks`: nine halfwords a block. */
export function repackIQ4NL(blocks: Uint16Array, quants: Uint32Array, scales: Uint32Array): number {
  const scaleValues = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  for (let b = 0, i = 0; b < scales.length; b++, i += 9) {
    const scale = blocks[i] ?? 0;
    if (!isFiniteHalf(scale)) return b;
    scaleValues[b] = halfToFloat(scale);
    for (let k = 0; k < 4; k++) {
      const word = (blocks[i + 1 + 2 * k] ?? 0) | ((blocks[i + 2 + 2 * k] ?? 0) << 16);
      quants[8 * b + k] = lookUp(nonLinear, word);
      quants[8 * b + 4 + k] = lookUp(nonLinear, word >>> 4);
    }
  }
  return -1;
}

/** `blocks`: 34 words a block. */
export function repackIQ4XS(blocks: Uint32Array, quants: Uint32Array, scales: Uint32Array): number {
  const scaleValues = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  for (let b = 0, i = 0; 8 * b < scales.length; b++, i += 34) {
    const head = blocks[i] ?? 0;
    if (!isFiniteHalf(head)) return b;
    const d = halfToFloat(head & 0xffff);
    const lows = blocks[i + 1] ?? 0;
    for (let g = 0; g < 8; g++) {
      const scale = ((lows >>> (4 * g)) & 15) | (((head >>> (16 + 2 * g)) & 3) << 4);
      scaleValues[8 * b + g] = d * (scale - 32);
      for (let k = 0; k < 4; k++) {
        const word = blocks[i + 2 + 4 * g + k] ?? 0;
        quants[64 * b + 8 * g + k] = lookUp(nonLinear, word);
        quants[64 * b + 8 * g + 4 + k] = lookUp(nonLinear, word >>> 4);
      }
    }
  }
  return -1;
}

/**
 * `blocks`: 17 bytes a block. Scales above 2^119 are bad, NaN (e = 255) among them. Of those below 2^-102, whose weights are all under
 * 3e-30, a device that has no subnormal numbers may make zeros.
 */
export function repackMXFP4(blocks: Uint8Array, quants: Uint32Array, scales: Uint32Array): number {
  const scaleValues = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  for (let b = 0, i = 0; b < scales.length; b++, i += 17) {
    const exponent = blocks[i] ?? 0;
    if (exponent > maxExponent) return b;
    scaleValues[b] = 2 ** (exponent - 128);
    for (let k = 0, at = i + 1; k < 4; k++, at += 4) {
      const low = (blocks[at] ?? 0) | ((blocks[at + 1] ?? 0) << 8);
      const word = low | ((blocks[at + 2] ?? 0) << 16) | ((blocks[at + 3] ?? 0) << 24);
      quants[8 * b + k] = lookUp(e2m1, word);
      quants[8 * b + 4 + k] = lookUp(e2m1, word >>> 4);
    }
  }
  return -1;
}

// Values -> int8 or int4 in groups of 32, for weights that a file has in 16 or 32 bits. Both take groups in order and return the first
// whose values are too large for the layout, or -1.
import { halfToFloat, isFiniteHalf, toHalf } from './half.ts';

/** Columns that share a scale. */
export const quantGroup = 32;

/** w = scale * q, q from -127 to 127: the largest magnitude of a group is met but for rounding. */
export function quantizeInt8(values: Float32Array, quants: Uint32Array, scales: Uint32Array): number {
  const scaleValues = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  const bytes = new Int8Array(quants.buffer, quants.byteOffset, 4 * quants.length);
  for (let group = 0, at = 0; group < scales.length; group++, at += quantGroup) {
    let largest = 0;
    for (let i = at; i < at + quantGroup; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
    const scale = Math.fround(largest / 127);
    scaleValues[group] = scale;
    if (scale === 0) continue; // all are zero, or would be
    for (let i = at; i < at + quantGroup; i++)
      bytes[i] = Math.max(-127, Math.min(127, Math.round((values[i] ?? 0) / scale)));
  }
  return -1;
}

/** w = scale * q + minimum, q from 0 to 15, scale and minimum in half precision: the 16 steps lie between a group's ends. */
export function quantizeInt4(values: Float32Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let group = 0, at = 0; group < scales.length; group++, at += quantGroup) {
    let least = Infinity;
    let most = -Infinity;
    for (let i = at; i < at + quantGroup; i++) {
      least = Math.min(least, values[i] ?? 0);
      most = Math.max(most, values[i] ?? 0);
    }
    const minimumBits = toHalf(least);
    const minimum = halfToFloat(minimumBits);
    const scaleBits = toHalf(Math.max(0, most - minimum) / 15);
    if (!isFiniteHalf(minimumBits) || !isFiniteHalf(scaleBits)) return group;
    const scale = halfToFloat(scaleBits);
    scales[group] = scaleBits | (minimumBits << 16);
    if (scale === 0) continue;
    for (let i = at; i < at + quantGroup; i++) {
      const q = Math.max(0, Math.min(15, Math.round(((values[i] ?? 0) - minimum) / scale)));
      quants[i >> 3] = (quants[i >> 3] ?? 0) | (q << (4 * (i & 7)));
    }
  }
  return -1;
}

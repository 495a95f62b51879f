// Values -> int8 or int4 in groups of 32, for weights that a file has in 16 or 32 bits. Both take groups in order and return the first
// whose values are too large for the layout, or -1.
import { halfToFloat, isFiniteHalf, toHalf } from './half.ts';

/** Columns that share a scale. */
export const quantGroup = 32;

/** Adding and taking away this rounds a number far smaller to a whole one, ties to even. */
const roundsToWhole = 1.5 * 2 ** 52;

/** w = scale * q, q from -127 to 127: the largest magnitude of a group is met but for rounding. */
export function quantizeInt8(values: Float32Array, quants: Uint32Array, scales: Uint32Array): number {
  const scaleValues = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  const bytes = new Int8Array(quants.buffer, quants.byteOffset, 4 * quants.length);
  for (let group = 0, at = 0; group < scales.length; group++, at += quantGroup) {
    let largest = 0;
    for (let i = at; i < at + quantGroup; i++) {
      const value = values[i] ?? 0;
      const magnitude = value < 0 ? -value : value;
      if (magnitude > largest) largest = magnitude;
    }
    const scale = Math.fround(largest / 127);
    scaleValues[group] = scale;
    if (scale === 0) continue; // all are zero, or would be
    const inverse = 1 / scale;
    for (let i = at; i < at + quantGroup; i++) {
      const q = (values[i] ?? 0) * inverse + roundsToWhole - roundsToWhole;
      bytes[i] = q > 127 ? 127 : q < -127 ? -127 : q; // a scale near the least number may be far too small
    }
  }
  return -1;
}

/** w = scale * q + minimum, q from 0 to 15, scale and minimum in half precision: the 16 steps lie between a group's ends. */
export function quantizeInt4(values: Float32Array, quants: Uint32Array, scales: Uint32Array): number {
  for (let group = 0, at = 0; group < scales.length; group++, at += quantGroup) {
    let least = Infinity;
    let most = -Infinity;
    for (let i = at; i < at + quantGroup; i++) {
      const value = values[i] ?? 0;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    const minimumBits = toHalf(least);
    const minimum = halfToFloat(minimumBits);
    const scaleBits = toHalf(Math.max(0, most - minimum) / 15);
    if (!isFiniteHalf(minimumBits) || !isFiniteHalf(scaleBits)) return group;
    const scale = halfToFloat(scaleBits);
    scales[group] = scaleBits | (minimumBits << 16);
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let word = 0; word < 4; word++) {
      let nibbles = 0;
      for (let i = 0; i < 8; i++) {
        const q = ((values[at + 8 * word + i] ?? 0) - minimum) * inverse + 0.5;
        nibbles |= (q < 0 ? 0 : q > 15 ? 15 : q) << (4 * i); // shifting takes the whole part
      }
      quants[4 * group + word] = nibbles;
    }
  }
  return -1;
}

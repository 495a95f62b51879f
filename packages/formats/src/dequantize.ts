// Canonical layouts -> f32 in plain loops: the reference that tests compare kernels and repacking against.
import { type WeightLayout, type WeightRows } from '@longread/core';
import { halfToFloat } from './repack/half.ts';

/** The values of some rows, `[numRows, cols]`, computed as the layout's definition in core says. */
export function dequantizeRows(layout: WeightLayout, rows: WeightRows): Float32Array<ArrayBuffer> {
  const { format, cols, groupSize } = layout;
  const { quants, scales } = rows;
  const values = new Float32Array(rows.numRows * cols);
  const quantBits = new Float32Array(quants.buffer, quants.byteOffset, quants.length);
  const scaleBits = new Float32Array(scales.buffer, scales.byteOffset, scales.length);
  for (let i = 0; i < values.length; i++) {
    const group = Math.floor(i / groupSize);
    if (format === 'f32') {
      values[i] = quantBits[i] ?? NaN;
    } else if (format === 'f16') {
      values[i] = halfToFloat(((quants[i >> 1] ?? 0) >>> (16 * (i & 1))) & 0xffff);
    } else if (format === 'int8') {
      values[i] = (scaleBits[group] ?? NaN) * byteOf(quants, i);
    } else {
      const q = format === 'int8-min' ? byteOf(quants, i) : ((quants[i >> 3] ?? 0) >>> (4 * (i & 7))) & 15;
      const pair = scales[group] ?? 0;
      values[i] = halfToFloat(pair & 0xffff) * q + halfToFloat(pair >>> 16);
    }
  }
  return values;
}

function byteOf(quants: Uint32Array, index: number): number {
  return ((quants[index >> 2] ?? 0) << (24 - 8 * (index & 3))) >> 24;
}

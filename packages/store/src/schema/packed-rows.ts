// Rows of f32 as whole numbers of 20 bits with a scale each, a power of two. What the reading kernel rounded (shaders/evict/compact.wgsl) comes back bit for bit.
import { invariant } from '@longread/core';
import { RecordShapeError } from './record.ts';

/** Rows one behind the other: value = quant x 2^(exponent - 127). */
export interface PackedRows {
  /** The upper 16 bits of each, whose 20 are -524287 .. 524287; -524288 is no number. */
  readonly quants: Int16Array<ArrayBuffer>;
  /** The lower four bits, two values a byte, the first in its lower half. */
  readonly tails: Uint8Array<ArrayBuffer>;
  /** One a row, {@link exponents}. */
  readonly exponents: Uint8Array<ArrayBuffer>;
}

/** Of a scale as it stands in an f32: no multiple of it is below the least normal number or beyond the largest. */
const exponents = { least: 1, most: 236 } as const;
const [notANumber, most] = [-(2 ** 19), 2 ** 19 - 1];
/** Of the largest in a row, unless its exponent is the least: one scale for each row, and one packing. */
const leastPeak = 2 ** 18;
const notANumberBits = 0x7fc00000;

/** @param lengths of the rows, in order; they must be as rounded rows are, and fill `values`: an even number. */
export function packRows(values: Float32Array<ArrayBuffer>, lengths: Iterable<number>): PackedRows {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const quants = new Int16Array(values.length);
  const tails = new Uint8Array(values.length / 2);
  const scales: number[] = [];
  const back = new Float32Array(1);
  const backBits = new Uint32Array(back.buffer);
  let [start, wrong] = [0, -1];
  for (const length of lengths) {
    const end = start + length;
    let peak = 0;
    for (let i = start; i < end; i++) {
      const magnitude = (bits[i] ?? 0) & 0x7fffffff;
      if (magnitude > peak && magnitude < 0x7f800000) peak = magnitude;
    }
    const exponent = Math.max(exponents.least, (peak >>> 23) - 18);
    const scale = 2 ** (exponent - 127);
    for (let i = start; i < end; i++) {
      const value = values[i] ?? 0;
      const quant = Number.isFinite(value) ? Math.round(value / scale) | 0 : notANumber;
      quants[i] = quant >> 4;
      tails[i >> 1] = (tails[i >> 1] ?? 0) | ((quant & 15) << (4 * (i & 1)));
      back[0] = quant * scale;
      const isSame =
        quant === notANumber ? bits[i] === notANumberBits : quant <= most && backBits[0] === bits[i];
      if (!isSame) wrong = i;
    }
    scales.push(exponent);
    start = end;
  }
  invariant(
    wrong < 0,
    `a state is stored whose value ${wrong}, ${values[wrong]}, was not rounded with its row`,
  );
  invariant(start === values.length, `rows of ${start} values in all and ${values.length} values`);
  return { quants, tails, exponents: Uint8Array.from(scales) };
}

/**
 * Throws RecordShapeError unless the rows are as `packRows` gives them.
 * @param lengths of the rows, which fill `quants`, an even number of values; as many as there are exponents.
 */
export function unpackRows(
  { quants, tails, exponents: scales }: PackedRows,
  lengths: Iterable<number>,
  name: string,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(quants.length);
  const bits = new Uint32Array(values.buffer);
  let [start, row] = [0, 0];
  for (const length of lengths) {
    const exponent = scales[row] ?? 0;
    if (exponent < exponents.least || exponent > exponents.most)
      throw new RecordShapeError(
        `row ${row} of its ${name} has exponent ${exponent}; there are ${exponents.least} to ${exponents.most}`,
      );
    const scale = 2 ** (exponent - 127);
    let peak = 0;
    for (let i = start; i < start + length; i++) {
      const tail = ((tails[i >> 1] ?? 0) >> (4 * (i & 1))) & 15;
      const quant = 16 * (quants[i] ?? 0) + tail;
      if (quant === notANumber) bits[i] = notANumberBits;
      else {
        values[i] = quant * scale;
        peak = Math.max(peak, Math.abs(quant));
      }
    }
    if (peak < leastPeak && exponent > exponents.least)
      throw new RecordShapeError(
        `row ${row} of its ${name} has exponent ${exponent}, too high for its values of up to ${peak}`,
      );
    start += length;
    row += 1;
  }
  return values;
}

// CPU twin of packed-rows: int16 with one scale a row, a high half with the low one below it as its fraction.
import { at, type Data } from '../testing/data.ts';

/** Words of a row. */
export function rowWords(headDim: number): number {
  return headDim / 2 + 4;
}

const bitsOf = (value: number): number => at(new Uint32Array(new Float32Array([value]).buffer), 0);
const fromBits = (bits: number): number => at(new Float32Array(new Uint32Array([bits]).buffer), 0);

/** Where in a row an element is. */
const placeOf = (element: number) => ({
  word: 4 * Math.floor(element / 8) + (element % 4),
  isHigh: element % 8 >= 4,
});

/** Puts `row` at word `to` of `packed`. */
export function packRow(row: ArrayLike<number>, packed: Data, to: number): void {
  const values = Array.from(row);
  const scale = Math.fround(Math.max(1e-25, ...values.map(Math.abs)) / 32767);
  values.forEach((value, element) => {
    const { word, isHigh } = placeOf(element);
    if (!isHigh) packed[to + word] = Math.round(value / scale) & 0xffff;
  });
  values.forEach((value, element) => {
    const { word, isHigh } = placeOf(element);
    if (!isHigh) return;
    const low = at(packed, to + word);
    packed[to + word] = (low | (Math.round(value / scale - low / 65536) << 16)) >>> 0;
  });
  const end = to + values.length / 2;
  packed.set([bitsOf(Math.fround(scale / 65536)), 0, 0, 0], end);
}

/** The elements of the row at word `from`. */
export function unpackRow(packed: Data, from: number, headDim: number): number[] {
  const scale = fromBits(at(packed, from + headDim / 2));
  return Array.from({ length: headDim }, (_, element) => {
    const { word, isHigh } = placeOf(element);
    const bits = at(packed, from + word);
    return scale * Math.fround(isHigh ? bits | 0 : bits << 16);
  });
}

/** `rows` rows of random elements, as kernels find them. */
export function randomRows(
  random: { f32(length: number): Float32Array },
  rows: number,
  headDim: number,
): Uint32Array<ArrayBuffer> {
  const packed = new Uint32Array(rows * rowWords(headDim));
  for (let row = 0; row < rows; row++) packRow(random.f32(headDim), packed, row * rowWords(headDim));
  return packed;
}

// CPU twin of weights.wgsl: one weight out of a canonical layout (core/model.ts), and random matrices in each of them.
import type { WeightFormat, WeightLayout } from '@longread/core';
import { quantWordsPerRow, scaleWordsPerRow } from '@longread/core';
import type { Overrides } from '../testing/case.ts';
import { at, type Data, type Random } from '../testing/data.ts';
import { weightOverrides } from './weights.ts';

const formats: readonly WeightFormat[] = ['f32', 'f16', 'int8', 'int4', 'int8-min'];

/** Every canonical layout: integer formats with the group sizes that files become. */
export const weightCases: readonly Pick<WeightLayout, 'format' | 'groupSize'>[] = [
  { format: 'f32', groupSize: 1 },
  { format: 'f16', groupSize: 1 },
  { format: 'int8', groupSize: 32 },
  { format: 'int8', groupSize: 16 },
  { format: 'int4', groupSize: 32 },
  { format: 'int4', groupSize: 16 },
  { format: 'int8-min', groupSize: 32 },
];

/** w[row, column] */
export function weightAt(
  quants: Data,
  scales: Data,
  overrides: { readonly WEIGHT_FORMAT: number; readonly GROUP_SIZE: number },
  numColumns: number,
  row: number,
  column: number,
): number {
  const element = row * numColumns + column;
  const scaleWord = () => at(scales, Math.floor(element / overrides.GROUP_SIZE));
  switch (formats[overrides.WEIGHT_FORMAT]) {
    case 'f32':
      return floatOf(at(quants, element));
    case 'f16':
      return halfOf(at(quants, Math.floor(element / 2)) >>> (16 * (element % 2)));
    case 'int8':
      return floatOf(scaleWord()) * byteOf(quants, element);
    case 'int8-min':
      return halfOf(scaleWord()) * byteOf(quants, element) + halfOf(scaleWord() >>> 16);
    case 'int4': {
      const nibble = (at(quants, Math.floor(element / 8)) >>> (4 * (element % 8))) & 15;
      return halfOf(scaleWord()) * nibble + halfOf(scaleWord() >>> 16);
    }
    default:
      throw new RangeError(`There is no weight format ${overrides.WEIGHT_FORMAT}.`);
  }
}

/** A random matrix of values around -1 .. 1. */
export function randomWeights(
  random: Random,
  layout: WeightLayout,
): { readonly quants: Uint32Array<ArrayBuffer>; readonly scales: Uint32Array<ArrayBuffer> } {
  const numQuants = layout.rows * quantWordsPerRow(layout);
  // Kernels bind something for the scales of f32 and f16 too.
  const numScales = Math.max(layout.rows * scaleWordsPerRow(layout), 1);
  switch (layout.format) {
    case 'f32':
      return { quants: new Uint32Array(random.f32(numQuants).buffer), scales: random.u32(numScales) };
    case 'f16':
      return {
        quants: new Uint32Array(numQuants).map(() => randomHalves(random, -16, 0)),
        scales: random.u32(numScales),
      };
    case 'int8':
      return {
        quants: random.u32(numQuants),
        scales: new Uint32Array(random.f32(numScales, 1 / 128).buffer),
      };
    case 'int4':
      return {
        quants: random.u32(numQuants),
        scales: new Uint32Array(numScales).map(() => randomHalves(random, -6, -3)),
      };
    case 'int8-min':
      return {
        quants: random.u32(numQuants),
        scales: new Uint32Array(numScales).map(() => randomHalves(random, -10, -7)),
      };
  }
}

/** Two f16 of random sign and fraction; exponents from `lowest` (below -14: subnormal or zero) to `highest`. */
function randomHalves(random: Random, lowest: number, highest: number): number {
  const half = () => {
    const exponent = Math.max(lowest + random.below(highest - lowest + 1) + 15, 0);
    return (random.below(2) << 15) | (exponent << 10) | random.below(1024);
  };
  return (half() | (half() << 16)) >>> 0;
}

function byteOf(quants: Data, element: number): number {
  return (at(quants, Math.floor(element / 4)) << (24 - 8 * (element % 4))) >> 24;
}

function floatOf(bits: number): number {
  return at(new Float32Array(new Uint32Array([bits]).buffer), 0);
}

function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The weight layout that a kernel was compiled for. */
export function weightsOf(overrides: Overrides): (typeof weightCases)[number] {
  const found = weightCases.find((weights) => {
    const { WEIGHT_FORMAT, GROUP_SIZE } = weightOverrides(weights);
    // Formats without scales take any group size.
    return (
      WEIGHT_FORMAT === overrides.WEIGHT_FORMAT &&
      (weights.groupSize === 1 || GROUP_SIZE === overrides.GROUP_SIZE)
    );
  });
  if (found === undefined) throw new RangeError(`No weight layout has ${JSON.stringify(overrides)}.`);
  return found;
}

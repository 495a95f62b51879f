// IEEE 754 half precision in plain arithmetic: Node 20 has no Float16Array.

const powers = Array.from({ length: 32 }, (_, exponent) => 2 ** (exponent - 25));

/** The value of half-precision bits; exact. */
export function halfToFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 0x3ff;
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1024 + mantissa) * (powers[exponent] ?? 0);
}

/** True when half-precision bits are neither infinite nor NaN. */
export function isFiniteHalf(bits: number): boolean {
  return (bits & 0x7c00) !== 0x7c00;
}

/**
 * Half-precision bits of a finite half times an integer from 0 on of at most 20 bits, to nearest, ties to even; infinite from 65,520 on.
 * Exact where eleven bits hold the product, and below 2^-13, where halves are all multiples of 2^-24: nothing becomes too small.
 */
export function halfTimes(bits: number, factor: number): number {
  const isNormal = (bits & 0x7c00) !== 0;
  const product = ((bits & 0x3ff) | (isNormal ? 0x400 : 0)) * factor;
  if (product === 0) return 0;
  const exponent = isNormal ? ((bits >> 10) & 31) - 1 : 0;
  const excess = Math.max(0, 21 - Math.clz32(product));
  return (bits & 0x8000) | Math.min(0x7c00, ((exponent + excess) << 10) + shiftToEven(product, excess));
}

/** The same times -`factor`. */
export function halfTimesMinus(bits: number, factor: number): number {
  return halfTimes(bits, factor) ^ 0x8000;
}

/**
 * Half-precision bits nearest to a bfloat16, ties to even: exact from 2^-17 to 65,280, within 2^-25 below, infinite above and for
 * what is not finite.
 */
export function bfloatToHalf(bits: number): number {
  const sign = bits & 0x8000;
  const exponent = ((bits >> 7) & 0xff) - 112;
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent > 0) return sign | (exponent << 10) | ((bits & 0x7f) << 3);
  return exponent < -10 ? sign : sign | shiftToEven(((bits & 0x7f) | 0x80) << 2, -exponent);
}

/** value / 2^shift, to nearest, ties to even. */
function shiftToEven(value: number, shift: number): number {
  if (shift === 0) return value;
  return (value + (1 << (shift - 1)) - 1 + ((value >>> shift) & 1)) >>> shift;
}

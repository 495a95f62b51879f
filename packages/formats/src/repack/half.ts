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

/** What makes integers from 1,024 on of numbers whose multiples of 2^-14 have so many bits, but for one. */
const steps = Array.from({ length: 31 }, (_, exponent) => 2 ** (24 - exponent));

/** Half-precision bits nearest to a number that is not NaN, ties to even; infinite from 65,520 on. */
export function toHalf(value: number): number {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? 0x8000 : 0;
  if (magnitude >= 65_520) return sign | 0x7c00;
  // Adding 2^52 and taking it away rounds to whole numbers. Below 2^-14 halves are multiples of 2^-24.
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24 + 2 ** 52 - 2 ** 52);
  const exponent = 31 - Math.clz32(magnitude * 2 ** 14);
  return sign | ((exponent << 10) + (magnitude * (steps[exponent] ?? 0) + 2 ** 52 - 2 ** 52));
}

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

/** Half-precision bits of -8 times a half: exact, infinite when it leaves the range (magnitudes from 8,192). */
export function halfTimesMinus8(bits: number): number {
  const sign = (bits & 0x8000) ^ 0x8000;
  const exponent = (bits >> 10) & 31;
  if (exponent >= 28) return sign | 0x7c00;
  if (exponent > 0) return sign | (bits & 0x3ff) | ((exponent + 3) << 10);
  const mantissa = (bits & 0x3ff) << 3;
  if (mantissa < 0x400) return sign | mantissa;
  const shift = 21 - Math.clz32(mantissa);
  return sign | ((shift + 1) << 10) | ((mantissa >> shift) & 0x3ff);
}

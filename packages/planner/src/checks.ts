// One shape of message for options out of range: what was given, the limit, what to do.
import { InvalidInputError } from '@longread/core';

/** Throws InvalidInputError unless `value` is an integer in `low .. high`. */
export function checkInteger(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const range = Number.isFinite(high) ? `from ${low} to ${high}` : `of at least ${low}`;
  throw new InvalidInputError(`${name} is ${value}. Set it to a whole number ${range}.`, {
    setting: name,
    value,
    low,
    high,
  });
}

// Typed, range-checked access to GGUF metadata. Every failure is a ModelFormatError that names the key.
import { ModelFormatError } from '@longread/core';
import type { GgufValue } from './gguf-header.ts';

export type GgufEntries = ReadonlyMap<string, GgufValue>;

/** Inclusive bounds of a value. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

function fail(key: string, value: unknown, expected: string): never {
  const shown = Array.isArray(value) ? `an array of ${value.length}` : String(value).slice(0, 80);
  throw new ModelFormatError(
    value === undefined
      ? `Metadata key "${key}" is missing (${expected}).`
      : `Metadata key "${key}" is ${shown}: expected ${expected}.`,
    { key, value: shown },
  );
}

/** An optional finite number in range; undefined when the key is absent. */
export function optionalNumber(entries: GgufEntries, key: string, range: Range): number | undefined {
  const value = entries.get(key);
  if (value === undefined) return undefined;
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= range.min && number <= range.max)) {
    fail(key, value, `a number from ${range.min} to ${range.max}`);
  }
  return number;
}

/** An optional integer in range; undefined when the key is absent. */
export function optionalInteger(entries: GgufEntries, key: string, range: Range): number | undefined {
  const number = optionalNumber(entries, key, range);
  if (number !== undefined && !Number.isInteger(number)) fail(key, number, 'an integer');
  return number;
}

/** A required finite number in range. */
export function requireNumber(entries: GgufEntries, key: string, range: Range): number {
  return (
    optionalNumber(entries, key, range) ?? fail(key, undefined, `a number from ${range.min} to ${range.max}`)
  );
}

/** A required integer in range. */
export function requireInteger(entries: GgufEntries, key: string, range: Range): number {
  return (
    optionalInteger(entries, key, range) ??
    fail(key, undefined, `an integer from ${range.min} to ${range.max}`)
  );
}

/** An optional string; undefined when the key is absent. */
export function optionalString(entries: GgufEntries, key: string): string | undefined {
  const value = entries.get(key);
  if (value !== undefined && typeof value !== 'string') fail(key, value, 'a string');
  return value;
}

/** Throws unless the value of the key, or what comes of it, is a multiple of `factor`. */
export function requireMultiple(key: string, value: number, factor: number): void {
  if (value % factor === 0) return;
  throw new ModelFormatError(`Metadata key "${key}" gives ${value}, which is not a multiple of ${factor}.`, {
    key,
    value,
    factor,
  });
}

/** A required string. */
export function requireString(entries: GgufEntries, key: string): string {
  return optionalString(entries, key) ?? fail(key, undefined, 'a string');
}

/** A required array of strings. */
export function requireStrings(entries: GgufEntries, key: string): readonly string[] {
  const value = entries.get(key);
  const isStrings = (v: unknown): v is string[] =>
    Array.isArray(v) && v.every((item) => typeof item === 'string');
  return isStrings(value) ? value : fail(key, value, 'an array of strings');
}

/** An optional array of numbers; undefined when the key is absent. */
export function optionalNumbers(entries: GgufEntries, key: string): readonly number[] | undefined {
  const value = entries.get(key);
  const isNumbers = (v: unknown): v is number[] =>
    Array.isArray(v) && v.every((item) => typeof item === 'number');
  return value === undefined || isNumbers(value) ? value : fail(key, value, 'an array of numbers');
}

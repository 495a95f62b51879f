// Each error ends a command with the number that its remedy has.
import { expect, test } from 'vitest';
import * as core from '@longread/core';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { UsageError } from './usage.ts';

const expected: Readonly<Record<string, number>> = {
  InvalidInputError: 3,
  ModelFormatError: 3,
  LimitExceededError: 4,
  OutOfMemoryError: 4,
  StorageQuotaError: 4,
  WebGpuUnavailableError: 5,
  DeviceLostError: 5,
  ShaderCompileError: 5,
  NetworkError: 6,
  IntegrityError: 7,
  AbortedError: 130,
  DocumentInUseError: 1,
  ClosedError: 1,
};

/** Of every class that core exports, whether this test knows it or not. */
const errors = Object.values(core).flatMap((exported: unknown) => {
  if (typeof exported !== 'function' || !(exported.prototype instanceof core.LongreadError)) return [];
  return [Reflect.construct(exported, ['it failed']) as core.LongreadError];
});

test('every error class of the product has its exit code', () => {
  expect(Object.fromEntries(errors.map((error) => [error.name, exitCodeOf(error)]))).toEqual(expected);
});

test('a wrong command line is 2, what nobody foresaw 1', () => {
  expect(exitCodeOf(new UsageError('no', 'usage'))).toBe(2);
  expect(exitCodeOf(new TypeError('undefined is not a function'))).toBe(1);
  expect(exitCodeOf('a word')).toBe(1);
});

test('every code that is given has a meaning', () => {
  const meant = new Set<number>(exitCodes.map(([code]) => code));
  for (const code of Object.values(expected)) expect(meant).toContain(code);
});

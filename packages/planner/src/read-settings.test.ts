import { InvalidInputError, type ReadSettings } from '@longread/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrationFor } from './calibration.ts';
import { checkReadSettings, defaultReadSettings } from './read-settings.ts';
import { smolLm2 } from './testing.ts';

const calibration = calibrationFor('unknown', smolLm2);
const good: ReadSettings = {
  chunkSize: 1024,
  budget: 1024,
  recent: 256,
  exitLayer: 11,
  heads: [
    { layer: 10, type: 'Q', head: 5 },
    { layer: 0, type: 'V', head: 2 },
  ],
};

describe('defaultReadSettings', () => {
  test.each([
    [8192, 1024, 256],
    [131072, 1024, 256],
    [2048, 1024, 256],
    [2047, 992, 248],
    [256, 128, 32],
    [64, 32, 8],
    [63, 31, 7],
    [2, 1, 0],
  ])('a window of %i', (contextLength, size, recent) => {
    const settings = defaultReadSettings({ ...smolLm2, contextLength }, calibration);
    expect(settings).toEqual({ ...settings, chunkSize: size, budget: size, recent, exitLayer: 11 });
  });
  test('the budget reaches back as far as sliding layers look', () => {
    const sliding = { window: 2048, ropeTheta: 10_000, isSliding: [] };
    const settings = defaultReadSettings({ ...smolLm2, sliding }, calibration);
    expect(settings).toMatchObject({ chunkSize: 1024, budget: 2048, recent: 512 });
    const short = { ...settings, budget: 2046, recent: 0 };
    expect(() => checkReadSettings(short, { ...smolLm2, sliding })).toThrow('Set budget to at least 2047');
    expect(
      defaultReadSettings({ ...smolLm2, sliding: { ...sliding, window: 1025 } }, calibration).budget,
    ).toBe(1024);
  });
  test('a window of one token is refused', () => {
    expect(() => defaultReadSettings({ ...smolLm2, contextLength: 1 }, calibration)).toThrow(
      InvalidInputError,
    );
  });
  test('always passes its own check', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40_000 }), (contextLength) => {
        checkReadSettings(defaultReadSettings({ ...smolLm2, contextLength }, calibration), {
          ...smolLm2,
          contextLength,
        });
      }),
    );
  });
});

describe('checkReadSettings', () => {
  test('control: good settings pass, up to the exact window', () => {
    checkReadSettings(good, smolLm2);
    checkReadSettings({ ...good, chunkSize: 7168 }, smolLm2);
    checkReadSettings({ ...good, recent: 0 }, smolLm2);
    checkReadSettings({ ...good, recent: 1024 }, smolLm2);
  });
  test.each<[string, Partial<ReadSettings>, string]>([
    ['chunk of zero', { chunkSize: 0 }, 'chunkSize is 0'],
    ['fractional chunk', { chunkSize: 0.5 }, 'chunkSize is 0.5'],
    ['NaN budget', { budget: NaN }, 'budget is NaN'],
    ['one position too many', { chunkSize: 7169 }, '8193 positions'],
    ['recent above the budget', { recent: 1025 }, 'from 0 to 1024'],
    ['recent below zero', { recent: -1 }, 'recent is -1'],
    ['exit layer too high', { exitLayer: 12 }, 'Set exitLayer to 11'],
    ['exit layer too low', { exitLayer: 10 }, 'Set exitLayer to 11'],
    ['no heads', { heads: [] }, 'heads is empty'],
    ['layer out of range', { heads: [{ layer: 30, type: 'Q', head: 0 }], exitLayer: 31 }, 'from 0 to 29'],
    ['query head out of range', { heads: [{ layer: 10, type: 'Q', head: 9 }] }, 'from 0 to 8'],
    ['KV head out of range', { heads: [{ layer: 10, type: 'K', head: 3 }] }, 'from 0 to 2'],
    ['unknown type', { heads: [{ layer: 10, type: 'X' as 'Q', head: 0 }] }, "is 'X'"],
    ['a head twice', { heads: [...good.heads, ...good.heads] }, 'L10.Q5 twice'],
  ])('%s', (_, wrong, message) => {
    const check = () => checkReadSettings({ ...good, ...wrong }, smolLm2);
    expect(check).toThrow(InvalidInputError);
    expect(check).toThrow(message);
  });
});

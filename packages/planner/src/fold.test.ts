import { LimitExceededError } from '@longread/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planFold } from './fold.ts';

const lengths = (numTokens: number, gatherSize: number, contextLength: number, besides: number) =>
  planFold({ numTokens, gatherSize, contextLength, besides }).map((stretch) => stretch.numTokens);

test.each([
  ['one stretch', [100, 100, 512, 300], [100]],
  ['two of the same length', [101, 100, 512, 300], [51, 50]],
  ['no more than the window holds', [100, 100, 512, 472], [34, 34, 32]],
  ['nothing', [0, 100, 512, 300], []],
] as const)('%s', (_, [numTokens, gatherSize, contextLength, besides], want) => {
  expect(lengths(numTokens, gatherSize, contextLength, besides)).toEqual(want);
});

test('a window that is full is refused with what fills it', () => {
  expect(() => lengths(10, 100, 512, 512)).toThrow(LimitExceededError);
  expect(() => lengths(10, 100, 512, 600)).toThrow('need 600 tokens and fill the window of 512');
  expect(lengths(10, 100, 512, 511)).toHaveLength(10);
});

test('covers the document, within the room, in as few stretches as there can be', () => {
  const size = fc.integer({ min: 1, max: 400 });
  fc.assert(
    fc.property(size, size, size, (numTokens, gatherSize, left) => {
      const got = lengths(numTokens, gatherSize, 1000, 1000 - left);
      const room = Math.min(gatherSize, left);
      expect(got.reduce((sum, length) => sum + length, 0)).toBe(numTokens);
      expect(Math.max(...got)).toBeLessThanOrEqual(room);
      expect(Math.min(...got)).toBeGreaterThan(0);
      expect((got.length - 1) * room).toBeLessThan(numTokens);
    }),
  );
});

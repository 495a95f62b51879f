import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planChunks, planEviction } from './chunks.ts';

describe('planChunks', () => {
  test.each([
    [0, 4, []],
    [1, 4, [1]],
    [3, 4, [3]],
    [4, 4, [4]],
    [5, 4, [4, 1]],
    [8, 4, [4, 4]],
    [3, 1, [1, 1, 1]],
  ])('%i tokens in chunks of %i', (numTokens, chunkSize, lengths) => {
    expect(planChunks(numTokens, chunkSize).map((chunk) => chunk.numTokens)).toEqual(lengths);
  });

  test('appending goes on from the last chunk', () => {
    expect(planChunks(5, 4, { index: 7, firstToken: 26 })).toEqual([
      { index: 7, firstToken: 26, numTokens: 4 },
      { index: 8, firstToken: 30, numTokens: 1 },
    ]);
  });

  test('chunks cover every token once, in order', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.integer({ min: 1, max: 300 }), (numTokens, chunkSize) => {
        let next = 0;
        planChunks(numTokens, chunkSize).forEach((chunk, index) => {
          expect(chunk.index).toBe(index);
          expect(chunk.firstToken).toBe(next);
          expect(chunk.numTokens).toBeGreaterThan(0);
          expect(chunk.numTokens).toBeLessThanOrEqual(chunkSize);
          next += chunk.numTokens;
        });
        expect(next).toBe(numTokens);
      }),
    );
  });

  test('a chunk size of zero is our bug', () => {
    expect(() => planChunks(5, 0)).toThrow('chunk size of 0');
  });
});

describe('planEviction', () => {
  test.each([
    [0, 511, 512, 511, 0],
    [0, 512, 512, 512, 0],
    [0, 513, 512, 512, 1],
    [512, 1, 512, 512, 1],
    [512, 512, 512, 512, 512],
    [100, 50, 512, 150, 0],
  ])('%i slots and %i tokens at budget %i', (numSlots, chunkTokens, budget, numKept, numDropped) => {
    expect(planEviction(numSlots, chunkTokens, budget)).toEqual({
      numEntries: numSlots + chunkTokens,
      numKept,
      numDropped,
    });
  });
});

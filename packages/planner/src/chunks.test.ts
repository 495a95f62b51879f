import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planChunks, planEviction, selectKept } from './chunks.ts';

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

describe('selectKept', () => {
  test('recent entries stay whatever their score', () => {
    expect([...selectKept([9, 8, 7, 0, 0], 3, 2)]).toEqual([0, 3, 4]);
  });
  test('ties go to the lower index', () => {
    expect([...selectKept([5, 5, 5, 5, 0], 3, 1)]).toEqual([0, 1, 4]);
  });
  test('recent is cut to what is kept', () => {
    expect([...selectKept([9, 8, 7, 0], 2, 10)]).toEqual([2, 3]);
  });
  test.each([3, 4, 5])('keep %i of 4 entries', (keep) => {
    expect(selectKept([1, 2, 3, 4], keep, 0)).toHaveLength(Math.min(keep, 4));
  });

  test('equals a sort', () => {
    const smallScores = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60 });
    fc.assert(
      fc.property(smallScores, fc.nat(70), fc.nat(70), (scores, keep, recent) => {
        const numKept = Math.min(keep, scores.length);
        const numRecent = Math.min(recent, numKept);
        const newest = scores.map((_, i) => i).slice(scores.length - numRecent);
        const rest = scores.map((_, i) => i).slice(0, scores.length - numRecent);
        rest.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
        const want = [...rest.slice(0, numKept - numRecent), ...newest].sort((a, b) => a - b);
        expect([...selectKept(scores, keep, recent)]).toEqual(want);
      }),
    );
  });
});

import { InvalidInputError } from '@longread/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choosePages, layPages, pageEntries, pageShape, planRepresentatives } from './pages.ts';

describe('the shape', () => {
  test.each([
    [6272, { sinks: 128, pageTokens: 128, numPages: 16, recent: 4096 }],
    [1024, { sinks: 20, pageTokens: 20, numPages: 16, recent: 684 }],
    [20000, { sinks: 128, pageTokens: 128, numPages: 16, recent: 17824 }],
    [49, { sinks: 1, pageTokens: 1, numPages: 16, recent: 32 }],
  ])('of a budget of %i', (budget, want) => {
    expect(pageShape(budget)).toEqual(want);
  });

  test('of a budget that is too small is refused', () => {
    expect(() => pageShape(48)).toThrow(InvalidInputError);
    expect(() => pageShape(48)).toThrow('at least 49');
  });
});

describe('the layout', () => {
  const shape = { sinks: 2, pageTokens: 3, numPages: 2, recent: 5 };
  test.each([
    [0, 0, []],
    [7, 0, [0, 1, 2, 3, 4, 5, 6]],
    [8, 1, [0, 1, 5, 6, 7]],
    [10, 1, [0, 1, 5, 6, 7, 8, 9]],
    [11, 2, [0, 1, 8, 9, 10]],
  ])('of %i tokens has %i pages', (numRead, numPages, want) => {
    expect(layPages(numRead, shape).numPages).toBe(numPages);
    expect([...pageEntries(numRead, shape, [])]).toEqual(want);
  });

  test('with its pages', () => {
    expect([...pageEntries(11, shape, [1])]).toEqual([0, 1, 5, 6, 7, 8, 9, 10]);
    expect(() => pageEntries(11, shape, [2])).toThrow('Longread bug');
  });

  test('loses no token, and never exceeds the budget', () => {
    fc.assert(
      fc.property(fc.integer({ min: 49, max: 700 }), fc.nat(2000), (budget, numRead) => {
        const shape = pageShape(budget);
        const { numPages } = layPages(numRead, shape);
        const all = Array.from({ length: numPages }, (_, page) => page);
        const tokens = Array.from({ length: numRead }, (_, i) => i);
        expect([...pageEntries(numRead, shape, all)]).toEqual(tokens);
        const some = all.slice(-shape.numPages);
        expect(pageEntries(numRead, shape, some).length).toBeLessThanOrEqual(budget);
        if (numRead <= budget - shape.pageTokens * 17) expect(numPages).toBe(0);
      }),
    );
  });
});

test('representatives are those that received most', () => {
  expect(planRepresentatives(Float32Array.of(1, 5, 0, 5, 2), 2)).toEqual([1, 3]);
  expect(planRepresentatives(Float32Array.of(1, 5, 0, 5, 2), 3)).toEqual([1, 3, 4]);
  expect(planRepresentatives(Float32Array.of(1, 1, 1), 2)).toEqual([0, 1]);
  expect(planRepresentatives(Float32Array.of(3), 4)).toEqual([0]);
});

describe('the pages', () => {
  const heads = { numHeads: 4, numKvHeads: 2, headDim: 2 };

  test('by hand', () => {
    // Summed over the heads of each KV head: (1, 1) and (0, 3).
    const query = Float32Array.of(1, 0, 0, 1, 0, 1, 0, 2);
    const keys = [Float32Array.of(1, 1, 9, 0), Float32Array.of(0, 0, 0, 1), Float32Array.of(1, 0, 0, 0)];
    expect(choosePages(query, keys, heads, 1)).toEqual([1]);
    expect(choosePages(query, keys, heads, 2)).toEqual([0, 1]);
    expect(choosePages(query, keys, heads, 9)).toEqual([0, 1, 2]);
  });

  test('are those with the highest scores, the earlier of equal ones', () => {
    const small = fc.integer({ min: -2, max: 2 });
    const vector = (length: number) => fc.array(small, { minLength: length, maxLength: length });
    fc.assert(
      fc.property(vector(8), fc.array(vector(4), { maxLength: 9 }), fc.nat(9), (query, keys, count) => {
        const scoreOf = (key: number[]) =>
          [0, 1, 2, 3].reduce((sum, head) => {
            const q = query.slice(2 * head, 2 * head + 2);
            const k = head < 2 ? key.slice(0, 2) : key.slice(2);
            return sum + (q[0] ?? 0) * (k[0] ?? 0) + (q[1] ?? 0) * (k[1] ?? 0);
          }, 0);
        const left = new Map(keys.map((key, page) => [page, scoreOf(key)]));
        const want: number[] = [];
        while (want.length < count && left.size > 0) {
          const top = Math.max(...left.values());
          const best = [...left].find(([, score]) => score === top)?.[0] ?? NaN;
          left.delete(best);
          want.push(best);
        }
        const pageKeys = keys.map((key) => Float32Array.from(key));
        const got = choosePages(Float32Array.from(query), pageKeys, heads, count);
        expect(got).toEqual(want.sort((a, b) => a - b));
      }),
    );
  });
});

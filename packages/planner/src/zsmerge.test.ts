import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addMerged,
  attendMerged,
  decayedSum,
  defaultMerge,
  fillMerged,
  mergeEntries,
  type MergedEntry,
} from './zsmerge.ts';

/** A token whose value is its key times ten. */
const token = (key: number, score: number, weight = 1): MergedEntry => ({
  key: Float64Array.of(key),
  value: Float64Array.of(10 * key),
  weight,
  score,
});
const told = (entries: readonly MergedEntry[]) =>
  entries.map(({ key, value, weight, score }) => [key[0], value[0], weight, score]);

describe('step by step', () => {
  // Six tokens into four entries: one residual, two heavy, one newest. Old are the first five; the best of them 2 and 5, of which 1, 3
  // and 4 are left: keys 1, 3, 4 become 8/3 of weight 3.
  const settings = { budget: 4, residual: 1, tail: 1 };
  const tokens = [token(1, 0.1), token(2, 0.9), token(3, 0.2), token(4, 0.3), token(5, 0.8), token(6, 0)];
  const filled = fillMerged(tokens, settings);

  test('the first fill', () => {
    expect(told(filled.heavy)).toEqual([
      [2, 20, 1, 0.9],
      [5, 50, 1, 0.8],
    ]);
    expect(told(filled.tail)).toEqual([[6, 60, 1, 0]]);
    const [residual] = filled.residual;
    expect(residual?.key[0]).toBeCloseTo(8 / 3, 12);
    expect(residual?.value[0]).toBeCloseTo(80 / 3, 12);
    expect(residual?.weight).toBe(3);
    expect(residual?.score).toBeCloseTo(0.6, 12);
  });

  test('one token more: 5 scores least and merges, 6 takes its place', () => {
    const next = addMerged(filled, token(7, 0));
    expect(told(next.heavy)).toEqual([
      [2, 20, 1, 0.9],
      [6, 60, 1, 0],
    ]);
    expect(told(next.tail)).toEqual([[7, 70, 1, 0]]);
    const [residual] = next.residual;
    expect(residual?.key[0]).toBeCloseTo((3 * (8 / 3) + 5) / 4, 12); // 13/4
    expect(residual?.weight).toBe(4);
    // And another: 6, which received nothing, is next, however new it is.
    const after = addMerged(next, token(8, 0));
    expect(told(after.heavy).map(([key]) => key)).toEqual([2, 7]);
    expect(after.residual[0]?.key[0]).toBeCloseTo((13 + 6) / 5, 12);
  });

  test('of several residual entries the most alike takes it', () => {
    const two = fillMerged([token(-1, 0), token(-3, 0), token(2, 0), token(4, 0), token(5, 9), token(6, 0)], {
      budget: 4,
      residual: 2,
      tail: 1,
    });
    expect(told(two.residual)).toEqual([
      [-2, -20, 2, 0],
      [3, 30, 2, 0],
    ]);
    const high = addMerged(two, token(7, 0)); // 5 times -2, 5 times 3
    expect(told(high.residual).map(([key]) => key)).toEqual([-2, 11 / 3]);
    const negative = { ...two, heavy: [token(-5, 0)] }; // -5 times -2, -5 times 3
    expect(told(addMerged(negative, token(7, 0)).residual).map(([key]) => key)).toEqual([-3, 3]);
  });

  test('what cannot be filled is our bug', () => {
    expect(() => fillMerged(tokens.slice(0, 4), settings)).toThrow('Longread bug');
    expect(() => fillMerged(tokens, { budget: 2, residual: 1, tail: 1 })).toThrow('Longread bug');
  });
});

test('the defaults', () => {
  expect(defaultMerge(1024)).toEqual({ budget: 1024, residual: 1, tail: 103 });
});

test('scores fade', () => {
  expect(decayedSum(2, [1, 0, 4], 0.5)).toBeCloseTo(2 / 8 + 1 / 4 + 4, 12);
  expect(decayedSum(1, [])).toBe(1);
  expect(decayedSum(0, [1, 1])).toBeCloseTo(1.98, 12);
});

const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
const vector: fc.Arbitrary<Float64Array> = fc
  .tuple(coordinate, coordinate)
  .map((values) => Float64Array.from(values));
const entry: fc.Arbitrary<MergedEntry> = fc.record({
  key: vector,
  value: vector,
  weight: fc.integer({ min: 1, max: 5 }),
  score: coordinate,
});

test('an entry counts as often as tokens went into it: as so many equal ones', () => {
  fc.assert(
    fc.property(vector, fc.array(entry, { minLength: 1, maxLength: 6 }), (query, entries) => {
      const repeated = entries.flatMap((each) =>
        Array.from({ length: each.weight }, () => ({ ...each, weight: 1 })),
      );
      const { output } = attendMerged(query, entries);
      // Softmax over single tokens, by its definition.
      const weights = repeated.map(({ key }) =>
        Math.exp(((key[0] ?? NaN) * (query[0] ?? NaN) + (key[1] ?? NaN) * (query[1] ?? NaN)) / Math.SQRT2),
      );
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const d of [0, 1]) {
        const want = repeated.reduce(
          (sum, { value }, i) => sum + ((weights[i] ?? NaN) / total) * (value[d] ?? NaN),
          0,
        );
        expect(output[d]).toBeCloseTo(want, 9);
      }
    }),
  );
});

test('merging loses no token, no value and no attention, in whatever order', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 2, maxLength: 8 }), (entries) => {
      const all = entries.reduce(mergeEntries);
      const back = entries.toReversed().reduce(mergeEntries);
      expect(all.weight).toBe(entries.reduce((sum, { weight }) => sum + weight, 0));
      for (const d of [0, 1]) {
        const want =
          entries.reduce((sum, { value, weight }) => sum + weight * (value[d] ?? NaN), 0) / all.weight;
        expect(all.value[d]).toBeCloseTo(want, 9);
        expect(back.key[d]).toBeCloseTo(all.key[d] ?? NaN, 9);
      }
    }),
  );
});

test('the budget holds, weights are the tokens, the newest stay as they are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(3),
      fc.array(fc.record({ key: vector, value: vector, score: coordinate }), {
        minLength: 13,
        maxLength: 40,
      }),
      (residual, heavy, tail, drawn) => {
        const tokens = drawn.map((each) => ({ ...each, weight: 1 }));
        const budget = residual + heavy + tail;
        const start = Math.max(budget + 1, residual + budget);
        let cache = fillMerged(tokens.slice(0, start), { budget, residual, tail });
        for (let at = start; ; at++) {
          const entries = [...cache.residual, ...cache.heavy, ...cache.tail];
          expect(entries).toHaveLength(budget);
          expect(entries.reduce((sum, { weight }) => sum + weight, 0)).toBe(Math.min(at, tokens.length));
          expect(cache.tail).toEqual(tokens.slice(0, at).slice(at - tail));
          const next = tokens[at];
          if (next === undefined) break;
          cache = addMerged(cache, next);
        }
      },
    ),
  );
});

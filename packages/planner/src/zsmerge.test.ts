import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergedTokens, mergeFading, mergeRows, mergeSettings, planMerged } from './zsmerge.ts';

const stays = (scores: readonly number[], keep: number, numBefore: number) =>
  [...planMerged(Float32Array.from(scores), keep, numBefore)].flatMap((flag, i) => (flag === 1 ? [i] : []));

describe('step by step', () => {
  // Six tokens into four entries: what is merged, two that were attended to, the newest. Old are the first five, of which the best are
  // those with keys 2 and 5; keys 1, 3 and 4 become 8/3, of three tokens.
  const filled = [0.1, 0.9, 0.2, 0.3, 0.8, 0];

  test('the first fill', () => {
    expect(mergeSettings(4)).toEqual({ heavy: 2, tail: 1 });
    expect(stays(filled, 4, 0)).toEqual([1, 4, 5]);
    expect(stays(filled, 4, 4)).toEqual([1, 4, 5]); // in whatever chunks, while all had room
    const rows = mergeRows(Float32Array.of(1, 2, 3, 4, 5, 6), planMerged(Float32Array.from(filled), 4, 0), 1);
    expect([...rows]).toEqual([Math.fround(8 / 3), 2, 5, 6]);
    expect(mergedTokens(4, 6)).toBe(3);
  });

  test('one token more: 5 scores least and is merged, 6 takes its place', () => {
    const flags = planMerged(Float32Array.of(0.6, 0.9, 0.8, 0, 0), 4, 6);
    expect([...flags]).toEqual([0, 1, 0, 1, 1]);
    const rows = mergeRows(Float32Array.of(8 / 3, 2, 5, 6, 7), flags, 3);
    expect(rows[0]).toBeCloseTo(13 / 4, 6);
    expect([...rows.subarray(1)]).toEqual([2, 6, 7]);
    expect(mergedTokens(4, 7)).toBe(4);
    // And another: 6, which received nothing, is next, however new it is.
    const next = planMerged(Float32Array.of(0.6, 0.9, 0, 0, 0), 4, 7);
    expect([...next]).toEqual([0, 1, 0, 1, 1]);
    expect(mergeRows(floats(13 / 4, 2, 6, 7, 8), next, 4)[0]).toBeCloseTo(19 / 5, 6);
  });

  test('both in a chunk', () => {
    expect(stays([0.6, 0.9, 0.8, 0, 0, 0], 4, 6)).toEqual([1, 4, 5]); // 5, then 6
    expect(stays([0.6, 0.1, 0.8, 0.9, 0.7, 0], 4, 6)).toEqual([3, 4, 5]); // the first heavy, then the second
  });

  const floats = (...values: number[]) => Float32Array.from(values);
});

test('budgets', () => {
  expect(mergeSettings(1024)).toEqual({ heavy: 920, tail: 103 });
  expect(mergeSettings(3)).toEqual({ heavy: 1, tail: 1 });
  // The newest alone beside what is merged, and that alone.
  expect(stays([9, 9, 0, 0], 2, 2)).toEqual([3]);
  expect(stays([9, 9, 0, 0], 2, 7)).toEqual([3]);
  expect(stays([9, 9], 1, 1)).toEqual([]);
  expect(stays([9, 9], 1, 7)).toEqual([]);
  expect(() => planMerged(new Float32Array(4), 4, 0)).toThrow('Longread bug');
});

test('attention fades to 98 hundredths by each query', () => {
  expect(Math.exp(-mergeFading)).toBeCloseTo(0.98, 12);
});

const score = fc.nat(6);

test('token by token, in chunks of any length, and as the rule says it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 25 }),
      fc.array(score, { minLength: 30, maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 30, maxLength: 30 }),
      (keep, scores, lengths) => {
        const { heavy, tail } = mergeSettings(keep);
        // Scores that stay the same, so that chunks change nothing once the cache is full.
        let want: number[] = [];
        let got: number[] = [];
        let numRead = 0;
        for (const length of [keep + 2, ...lengths]) {
          const chunk = scores.slice(numRead, numRead + length).map((_, i) => numRead + i);
          if (chunk.length === 0) break;
          if (numRead === 0) {
            const old = chunk.slice(0, -tail);
            const best = old.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
            want = [...best.slice(0, heavy).sort((a, b) => a - b), ...chunk.slice(-tail)];
          } else
            for (const token of chunk) {
              const lowest = Math.min(...want.slice(0, heavy).map((each) => scores[each] ?? NaN));
              const gone = want.findIndex((each) => scores[each] === lowest);
              want = [...want.filter((_, i) => i !== gone), token];
            }
          const entries = [...(numRead === 0 ? [] : [-1, ...got]), ...chunk];
          const flags = planMerged(
            Float32Array.from(entries, (token) => scores[token] ?? 0),
            keep,
            numRead,
          );
          got = entries.filter((_, i) => flags[i] === 1);
          numRead += chunk.length;
          expect(got).toEqual(want);
          expect(got).toHaveLength(keep - 1);
        }
      },
    ),
  );
});

test('merging loses no token and no value', () => {
  const value = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value, fc.boolean()), { minLength: 2, maxLength: 12 }),
      fc.integer({ min: 1, max: 9 }),
      (entries, first) => {
        const flags = Uint32Array.from(entries, ([, , isKept], i) => Number(isKept && i > 0));
        const left = mergeRows(Float32Array.from(entries.flatMap(([a, b]) => [a, b])), flags, first);
        const numMerged = first + entries.filter((_, i) => i > 0 && flags[i] === 0).length;
        for (const d of [0, 1] as const) {
          const all = entries.reduce((sum, entry, i) => sum + (i === 0 ? first : 1) * entry[d], 0);
          const kept = [...left].filter((_, i) => i % 2 === d);
          const total = kept.reduce((sum, each, i) => sum + (i === 0 ? numMerged : 1) * each, 0);
          expect(total).toBeCloseTo(all, 4);
        }
      },
    ),
  );
});

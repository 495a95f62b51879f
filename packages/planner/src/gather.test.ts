import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultGather } from './gather-settings.ts';
import { bestWindows, planGather, planWholeWindows, type GatherOptions } from './gather.ts';
import { maxPool } from './max-pool.ts';
import { smolLm2 } from './testing.ts';
import { allScores } from './token-scores.ts';

const settings = { ...defaultGather(smolLm2, 0), smoothWindow: 3, keepEnds: 1, gatherSize: 4 };
// Few distinct values, so that ties are the rule.
const curve = fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 80 }).map((a) => Float32Array.from(a));
const oddWindow = fc.nat(20).map((reach) => 2 * reach + 1);

function naiveGather(scores: Float32Array, window: number, keepEnds: number, size: number): number[] {
  const pooled = maxPool(scores, window);
  const isEnd = (i: number): boolean => i < keepEnds || i >= scores.length - keepEnds;
  return [...scores.keys()]
    .sort(
      (a, b) =>
        Number(isEnd(b)) - Number(isEnd(a)) ||
        (pooled[b] ?? 0) - (pooled[a] ?? 0) ||
        (scores[b] ?? 0) - (scores[a] ?? 0) ||
        a - b,
    )
    .slice(0, size)
    .sort((a, b) => a - b);
}

describe('planGather', () => {
  test('plateaus of pooling break by raw score, then lower position', () => {
    // Pooled at window 3: 1 1 9 9 9 1 1 1; ends 0 and 7; the peak's token first, then its lower neighbour.
    const scores = Float32Array.of(0, 1, 1, 9, 1, 1, 1, 1);
    expect([...planGather(allScores(scores), settings, { size: 3 })]).toEqual([0, 3, 7]);
    expect([...planGather(allScores(scores), settings)]).toEqual([0, 2, 3, 7]);
  });

  test.each([0, 1, 3, 4, 5])('%i tokens at gather size 4', (numTokens) => {
    const positions = planGather(allScores(new Float32Array(numTokens)), settings);
    expect(positions).toHaveLength(Math.min(4, numTokens));
    if (numTokens <= 4) expect([...positions]).toEqual([...new Uint32Array(numTokens).keys()]);
  });

  test.each([
    [0, []],
    [1, [0]],
    [2, [0, 9]],
    [3, [0, 1, 9]],
    [4, [0, 1, 8, 9]],
  ])('a size of %i cuts ends of 5 from the inside', (size, want) => {
    expect([...planGather(allScores(new Float32Array(10)), { ...settings, keepEnds: 5 }, { size })]).toEqual(
      want,
    );
  });

  test('equals a naive sort: ends kept, size exact, strictly increasing', () => {
    fc.assert(
      fc.property(curve, oddWindow, fc.nat(20), fc.nat(100), (scores, smoothWindow, keepEnds, extra) => {
        const size = 2 * keepEnds + extra;
        const got = planGather(allScores(scores), { ...settings, smoothWindow, keepEnds }, { size });
        expect([...got]).toEqual(naiveGather(scores, smoothWindow, keepEnds, size));
        expect(got).toHaveLength(Math.min(size, scores.length));
      }),
    );
  });

  test('what an earlier hop took stays and counts', () => {
    fc.assert(
      fc.property(curve, curve, fc.nat(40), fc.nat(40), (first, second, size, more) => {
        const later = Float32Array.from(first, (_, i) => second[i] ?? 0);
        const taken = planGather(allScores(first), settings, { size });
        const got = planGather(allScores(later), settings, { size: size + more, taken });
        expect(got).toHaveLength(Math.min(size + more, first.length));
        expect([...taken].every((position) => got.includes(position))).toBe(true);
        got.forEach((position, i) => expect(position).toBeGreaterThan(i === 0 ? -1 : (got[i - 1] ?? 0)));
      }),
    );
  });

  test('a second hop with no more room takes nothing new', () => {
    const taken = Uint32Array.of(2, 5);
    expect([
      ...planGather(allScores(Float32Array.of(9, 9, 0, 9, 9, 0)), settings, { size: 2, taken }),
    ]).toEqual([2, 5]);
  });

  test.each([
    ['unordered', [3, 1]],
    ['repeated', [0, 0]],
    ['beyond the document', [8]],
    ['too many', [0, 1, 2, 3, 4]],
  ])('%s positions taken are our bug', (_, taken) => {
    expect(() =>
      planGather(allScores(new Float32Array(8)), settings, { taken: Uint32Array.from(taken) }),
    ).toThrow('Longread bug');
  });

  test('a score that is not a number is named, not sorted', () => {
    expect(() => planGather(allScores(Float32Array.of(0, 1, NaN, 2)), settings)).toThrow(
      'the score of token 2',
    );
  });

  test('infinite scores are ordered like any other', () => {
    const scores = Float32Array.of(-Infinity, 0, -Infinity, Infinity, -Infinity, 0);
    expect([...planGather(allScores(scores), { ...settings, smoothWindow: 1 }, { size: 3 })]).toEqual([
      0, 3, 5,
    ]);
  });

  test('a million tokens are planned before a test times out', () => {
    const scores = Float32Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453);
    expect(planGather(allScores(scores), defaultGather(smolLm2, 0))).toHaveLength(1024);
  });
});

describe('whole windows', () => {
  type Settings = Parameters<typeof bestWindows>[1] & Parameters<typeof planWholeWindows>[2];
  const gathered = (scores: Float32Array, settings: Settings, options: GatherOptions = {}) => {
    const { size = settings.gatherSize, taken = [] } = options;
    const found = bestWindows(allScores(scores), settings, size + taken.length + 2 * settings.keepEnds);
    return planWholeWindows(found, scores.length, settings, options);
  };
  const windows = { gatherSize: 8, smoothWindow: 3, keepEnds: 0 };

  test('takes whole windows, best first, and none centred inside one before it', () => {
    // The second best, at 4, lies inside the window of 3; the next, at 5, only touches it.
    const scores = Float32Array.of(0, 0, 0, 9, 8, 7, 0, 0, 0, 0, 1, 0);
    expect([...gathered(scores, windows, { size: 3 })]).toEqual([2, 3, 4]);
    expect([...gathered(scores, windows, { size: 5 })]).toEqual([2, 3, 4, 5, 6]);
    expect([...gathered(scores, windows)]).toEqual([2, 3, 4, 5, 6, 9, 10, 11]);
  });

  test('of the last window the tokens nearest its centre', () => {
    const scores = Float32Array.of(0, 0, 0, 9, 0, 0, 0);
    expect([...gathered(scores, { ...windows, smoothWindow: 5 }, { size: 4 })]).toEqual([1, 2, 3, 4]);
  });

  test('ends and what was taken come first', () => {
    const scores = Float32Array.of(0, 0, 0, 9, 0, 0, 0, 0);
    const options = { size: 5, taken: Uint32Array.of(5) };
    expect([...gathered(scores, { ...windows, keepEnds: 1 }, options)]).toEqual([0, 3, 2, 5, 7].sort());
  });

  test('may be wider on one side, and hold less than is wanted', () => {
    const wide = [
      { centre: 4, start: 3, end: 9 },
      { centre: 10, start: 10, end: 11 },
    ];
    const settings = { gatherSize: 20, keepEnds: 1 };
    expect([...planWholeWindows(wide, 12, settings)]).toEqual([0, 3, 4, 5, 6, 7, 8, 10, 11]);
    expect([...planWholeWindows(wide, 12, settings, { size: 5 })]).toEqual([0, 3, 4, 5, 11]);
    expect([...planWholeWindows([], 3, { gatherSize: 2, keepEnds: 0 })]).toEqual([]);
  });

  test('a score that is not a number is our bug', () => {
    expect(() => gathered(Float32Array.of(1, NaN), windows)).toThrow('not a number');
  });

  test('equals a walk down the sorted scores', () => {
    fc.assert(
      fc.property(curve, oddWindow, fc.nat(90), fc.nat(5), (scores, smoothWindow, size, keepEnds) => {
        const reach = (smoothWindow - 1) / 2;
        const wanted = Math.min(size, scores.length);
        const chosen = new Set<number>();
        const add = (position: number): void => {
          if (position >= 0 && position < scores.length && chosen.size < wanted) chosen.add(position);
        };
        const ends = [...scores.keys()].slice(0, keepEnds).flatMap((i) => [i, scores.length - 1 - i]);
        ends.forEach(add);
        const centres: number[] = [];
        const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
        for (const centre of order) {
          if (centres.some((other) => Math.abs(other - centre) <= reach)) continue;
          centres.push(centre);
          const window = Array.from({ length: smoothWindow }, (_, i) => centre - reach + i);
          window.sort((a, b) => Math.abs(a - centre) - Math.abs(b - centre) || a - b).forEach(add);
        }
        const got = gathered(scores, { gatherSize: size, smoothWindow, keepEnds });
        expect([...got]).toEqual([...chosen].sort((a, b) => a - b));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smolLm2 } from './testing.ts';
import { defaultGather } from './gather-settings.ts';
import { hopSizes, mayFollow, mostSearches, planFollowing, planHop, standsOut } from './hops.ts';
import { spreadOf } from './scores.ts';
import { allScores } from './token-scores.ts';

const settings = { peaks: 3, peakSpan: 2 };

describe('planHop', () => {
  test('spans around the best peaks, best first, clipped at the ends', () => {
    const scores = Float32Array.of(8, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0, 0, 0, 7);
    expect(planHop(allScores(scores), settings)).toEqual([
      { start: 5, end: 10 },
      { start: 0, end: 3 },
      { start: 12, end: 15 },
    ]);
  });

  test('a peak nearer than two spans belongs to the one before; at two spans and one it is its own', () => {
    const near = Float32Array.of(0, 0, 9, 0, 0, 0, 8, 0, 0);
    const apart = Float32Array.of(0, 0, 9, 0, 0, 0, 0, 8, 0, 0);
    expect(planHop(allScores(near), { peaks: 2, peakSpan: 2 })[1]).not.toEqual({ start: 4, end: 9 });
    expect(planHop(allScores(apart), { peaks: 2, peakSpan: 2 })[1]).toEqual({ start: 5, end: 10 });
  });

  test('equal peaks go to the lower position', () => {
    expect(planHop(allScores(new Float32Array(20)), { peaks: 1, peakSpan: 2 })).toEqual([
      { start: 0, end: 3 },
    ]);
  });

  test('spans of earlier hops are passed over', () => {
    const scores = Float32Array.of(0, 0, 9, 0, 0, 0, 0, 8, 0, 0);
    expect(planHop(allScores(scores), { peaks: 1, peakSpan: 2 }, [{ start: 0, end: 5 }])).toEqual([
      { start: 5, end: 10 },
    ]);
  });

  test('fewer spans when there is no room', () => {
    expect(planHop(allScores(new Float32Array()), settings)).toEqual([]);
    expect(planHop(allScores(Float32Array.of(1)), settings)).toEqual([{ start: 0, end: 1 }]);
    expect(planHop(allScores(Float32Array.of(-Infinity, -Infinity)), { peaks: 5, peakSpan: 0 })).toHaveLength(
      2,
    );
  });

  test('equals a greedy walk down the sorted scores; spans never overlap', () => {
    const curve = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 120 });
    fc.assert(
      fc.property(curve, fc.integer({ min: 1, max: 6 }), fc.nat(8), (values, peaks, peakSpan) => {
        const chosen: number[] = [];
        const order = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
        for (const p of order) {
          if (chosen.length < peaks && chosen.every((q) => Math.abs(p - q) > 2 * peakSpan)) chosen.push(p);
        }
        const spans = planHop(allScores(Float32Array.from(values)), { peaks, peakSpan });
        const clip = (p: number) => ({
          start: Math.max(0, p - peakSpan),
          end: Math.min(values.length, p + peakSpan + 1),
        });
        expect(spans).toEqual(chosen.map(clip));
        const covered = spans.flatMap(({ start, end }) => values.map((_, i) => i).slice(start, end));
        expect(new Set(covered).size).toBe(covered.length);
      }),
    );
  });
});

describe('hopSizes', () => {
  test.each([
    [1024, 1, [1024]],
    [1024, 2, [512, 1024]],
    [1000, 3, [333, 666, 1000]],
    [1, 2, [0, 1]],
  ])('%i tokens in %i hops', (gatherSize, hops, want) => {
    expect(hopSizes(gatherSize, hops)).toEqual(want);
  });

  test('share what is not taken yet', () => {
    expect(hopSizes(1024, 2, 128)).toEqual([576, 1024]);
    expect(hopSizes(8, 2, 8)).toEqual([8, 8]);
  });
});

describe('what stands out is followed', () => {
  test('by standard deviations above the mean', () => {
    // 99 zeros and a one: a mean of 0.01, and a deviation of 0.0995.
    const spread = spreadOf(Float32Array.from({ length: 100 }, (_, i) => Number(i === 40)));
    expect(standsOut(1, spread, 9.94)).toBe(true);
    expect(standsOut(1, spread, 9.96)).toBe(false);
    expect(standsOut(1, spread, Infinity)).toBe(false);
    // Where nothing differs nothing stands out.
    expect(standsOut(3, spreadOf(new Float32Array(10).fill(3)), 0)).toBe(false);
    expect(standsOut(-Infinity, spreadOf(new Float32Array()), 0)).toBe(false);
  });

  test('in one hop of late interaction alone, which keeps an eighth', () => {
    const late = defaultGather(smolLm2, 0, 1024, { scoring: 'late-interaction', lateHeads: undefined });
    expect(mayFollow(late)).toBe(true);
    expect(mayFollow({ ...late, followFrom: Infinity })).toBe(false);
    expect(mayFollow({ ...late, hops: 2 })).toBe(false);
    expect(mayFollow(defaultGather(smolLm2, 0))).toBe(false);
    expect([late, { ...late, followFrom: Infinity }, { ...late, hops: 2 }].map(mostSearches)).toEqual([
      3, 1, 2,
    ]);
    expect(planFollowing(late)).toMatchObject({ kept: 128, settings: { scoring: 'standardised', hops: 2 } });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScoreCollector, wantedScores, type WantedScores } from './collect-scores.ts';
import { defaultGather } from './gather-settings.ts';
import { bestWindows, planGather } from './gather.ts';
import { planHop } from './hops.ts';
import { maxPool } from './max-pool.ts';
import { spreadOf } from './scores.ts';
import { apart } from './spans.ts';
import { smolLm2 } from './testing.ts';
import { allScores, scoresIn, type TokenScores } from './token-scores.ts';
import { bestTokens } from './top-positions.ts';

/** Hands them over in pieces of these lengths in turn. */
function collected(scores: Float32Array, wanted: WantedScores, pieces: readonly number[] = [scores.length]) {
  const collector = createScoreCollector(scores.length, wanted);
  for (let at = 0, i = 0; at < scores.length; i++) {
    const piece = scores.slice(at, at + Math.max(1, pieces[i % pieces.length] ?? 1));
    at += piece.length;
    collector.add(piece);
    piece.fill(NaN); // it may be overwritten
  }
  return collector.end();
}

// Ties are the rule.
const few = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 700 }).map((a) => Float32Array.from(a));
const pieces = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 });

const isKnown = (scores: TokenScores) => {
  const known = new Set(
    scores.known().flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
  );
  return (token: number) => known.has(token);
};

/** What is known is right, and what is told of the others is the highest of 32 that stand together. */
function expectTrue(scores: TokenScores, all: Float32Array) {
  const known = isKnown(scores);
  for (const [token, score] of all.entries()) {
    const first = token - (token % 32);
    expect(scores.at(token)).toBe(known(token) ? score : Math.max(...all.subarray(first, first + 32)));
  }
}

describe('what is kept is enough to choose by, as if all were', () => {
  test('the best tokens, of all and of some stretches', () => {
    const spans = fc.array(
      fc.tuple(fc.nat(700), fc.nat(99)).map(([start, length]) => ({ start, end: start + length })),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(few, pieces, fc.nat(40), fc.nat(20), spans, (scores, lengths, raw, count, somewhere) => {
        const within = somewhere.map(({ end, ...rest }) => ({ ...rest, end: Math.min(end, scores.length) }));
        const under = apart(within.filter(({ start, end }) => start < end));
        const wanted = { window: 1, pooled: 0, raw, under: { spans: within, count } };
        const kept = collected(scores, wanted, lengths);
        expect(kept.pooled).toBe(kept.raw);
        expect(bestTokens(kept.raw, raw)).toEqual(bestTokens(allScores(scores), raw));
        expect(bestTokens(kept.raw, count, under)).toEqual(bestTokens(allScores(scores), count, under));
        expectTrue(kept.raw, scores);
        expect(kept.raw.highest()).toBe(Math.max(-Infinity, ...scores));
        const spread = spreadOf(scores);
        expect(kept.spread.count).toBe(spread.count);
        if (spread.count === 0) return;
        expect(kept.spread.mean).toBeCloseTo(spread.mean, 9);
        expect(kept.spread.deviation).toBeCloseTo(spread.deviation, 9);
      }),
    );
  });

  test('plans and hops of any window', () => {
    const sizes = fc.tuple(fc.nat(60), fc.nat(5), fc.nat(40), fc.integer({ min: 1, max: 4 }), fc.nat(6));
    fc.assert(
      fc.property(few, pieces, sizes, (scores, lengths, [gatherSize, keepEnds, reach, peaks, peakSpan]) => {
        const base = { ...defaultGather(smolLm2, 0), gatherSize, keepEnds, peaks, peakSpan, hops: 2 };
        const settings = { ...base, smoothWindow: 2 * reach + 1, scoring: 'standardised' as const };
        const { raw, pooled } = collected(scores, wantedScores(settings), lengths);
        const all = allScores(scores);
        expect(planGather(raw, settings, { pooled })).toEqual(planGather(all, settings));
        expect(planHop(raw, settings)).toEqual(planHop(all, settings));
        expectTrue(pooled, maxPool(scores, settings.smoothWindow));

        const late = { ...settings, scoring: 'late-interaction' as const };
        const kept = collected(scores, wantedScores(late), lengths).raw;
        const size = 2 * (gatherSize + keepEnds);
        expect(bestWindows(kept, late, size)).toEqual(bestWindows(all, late, size));
        expect(planHop(kept, late)).toEqual(planHop(all, late));
      }),
    );
  });
});

test('of scores that rise, or are all as high, no more is kept than of others', () => {
  const wanted = { window: 1, pooled: 0, raw: 64 };
  for (const scoreOf of [(i: number) => i, () => 1, (i: number) => -i, (i: number) => Math.sin(i)]) {
    const { raw } = collected(
      Float32Array.from({ length: 200_000 }, (_, i) => scoreOf(i)),
      wanted,
      [4096],
    );
    expect(raw.known().length).toBeLessThanOrEqual(2 * 64); // equals of the last one stay
    expect(raw.known().length).toBeGreaterThan(0);
  }
});

test('scores are filled and raised, whether they were known or not', () => {
  const values = Float32Array.from({ length: 300 }, (_, i) => (i === 150 ? 9 : i === 7 ? 3 : 1));
  const others = Float32Array.from({ length: 300 }, (_, i) => (i === 290 ? 5 : i === 8 ? 4 : 0));
  const wanted = { window: 1, pooled: 0, raw: 1 };
  const scores = collected(values, wanted).raw;
  expect(scores.known()).toEqual([{ start: 128, end: 160 }]);
  scores.raise(collected(others, wanted).raw);
  expect([scores.at(150), scores.at(290), scores.at(289), scores.at(200)]).toEqual([9, 5, 0, 1]);
  expect(scores.at(8)).toBe(4); // known by neither
  scores.fill(10, 60, 70);
  expect([...scoresIn(scores, { start: 58, end: 72 })]).toEqual([
    1,
    1,
    ...new Array<number>(10).fill(10),
    1,
    1,
  ]);
  expect(scores.highest()).toBe(10);
  scores.fill(0, 60, 70);
  expect(scores.highest()).toBe(9);
});

test('a score that is no number is named by its token, and scores that are missing are our bug', () => {
  const collector = createScoreCollector(70, { window: 3, pooled: 4, raw: 4 });
  collector.add(new Float32Array(60));
  expect(() => collector.add(Float32Array.of(0, NaN))).toThrow('token 61 ');
  expect(() => collector.end()).toThrow('60 scores');
});

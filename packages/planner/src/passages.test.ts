import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestPassages, gatheredRuns, passagesByScore, sentencePieces } from './passages.ts';
import { allScores } from './token-scores.ts';

const spans = (found: readonly { readonly firstToken: number; readonly lastToken: number }[]) =>
  found.map(({ firstToken, lastToken }) => [firstToken, lastToken]);

test.each([
  [0, [[0, 2], [4, 6], [8, 9]]], // prettier-ignore
  [1, [[0, 2], [4, 6], [8, 9]]], // prettier-ignore
  [2, [[0, 9]]],
])('gaps of up to %i are bridged', (maxGap, want) => {
  const runs = gatheredRuns(Uint32Array.of(0, 1, 4, 5, 8), maxGap);
  expect(runs.map(({ start, end }) => [start, end])).toEqual(want);
});

test('every position is in exactly one run, runs are further apart than the gap', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200), { maxLength: 60 }), fc.nat(10), (values, maxGap) => {
      const positions = Uint32Array.from(values).sort();
      const runs = gatheredRuns(positions, maxGap);
      for (const position of positions)
        expect(runs.filter(({ start, end }) => start <= position && position < end)).toHaveLength(1);
      runs.forEach(({ start }, i) => {
        const before = runs[i - 1];
        if (before !== undefined) expect(start - before.end).toBeGreaterThan(maxGap);
      });
    }),
  );
});

test('pieces are whole sentences, and of long ones no longer than the most', () => {
  const pieces = (starts: number[], most: number) =>
    sentencePieces({ start: 10, end: 30 }, starts, most).map(({ start, end }) => [start, end]);
  expect(pieces([], 20)).toEqual([[10, 30]]);
  expect(pieces([5, 10, 14, 30], 16)).toEqual([[10, 14], [14, 30]]); // prettier-ignore
  expect(pieces([24], 5)).toEqual([[10, 15], [15, 20], [20, 24], [24, 29], [29, 30]]); // prettier-ignore
});

const five = [0, 5, 10, 15, 20].map((start) => ({ start, end: start + 5 }));
const all = Uint32Array.from({ length: 25 }, (_, i) => i);
/** Scores of 25 tokens of five sentences, each sentence's own at its third. */
const scoresOf = (...best: number[]) =>
  Float32Array.from({ length: 25 }, (_, i) => (i % 5 === 2 ? (best[Math.floor(i / 5)] ?? 0) : -9));

test('the best sentences are shown, as many as there is room for', () => {
  const shown = (maxTokens: number, maxGap = 0) =>
    spans(bestPassages(five, all, allScores(scoresOf(3, 1, 5, 2, 4)), { maxTokens, maxGap }));
  expect(shown(1)).toEqual([[10, 14]]);
  expect(shown(5)).toEqual([[10, 14]]);
  expect(shown(14)).toEqual([[10, 14], [20, 24]]); // prettier-ignore
  expect(shown(15)).toEqual([[0, 4], [10, 14], [20, 24]]); // prettier-ignore
  expect(shown(20)).toEqual([[0, 4], [10, 24]]); // prettier-ignore
  expect(shown(25)).toEqual([[0, 24]]);
});

test('what nearly touches is one passage, where the gap has room', () => {
  const shown = (maxTokens: number, maxGap: number) =>
    bestPassages(five, all, allScores(scoresOf(3, 1, 5, 2, 4)), { maxTokens, maxGap });
  expect(spans(shown(19, 5))).toEqual([[0, 4], [10, 14], [20, 24]]); // prettier-ignore
  expect(spans(shown(15, 5))).toEqual([[0, 4], [10, 14], [20, 24]]); // prettier-ignore
  const roomy = bestPassages(five, Uint32Array.of(2, 12), allScores(scoresOf(3, 1, 5)), {
    maxTokens: 15,
    maxGap: 5,
  });
  expect(roomy).toEqual([{ firstToken: 0, lastToken: 14, score: 5 }]);
});

test('a sentence scores as its best gathered token, one without any is not shown', () => {
  const found = bestPassages(five, Uint32Array.of(3, 12), allScores(scoresOf(3, 9, 5)), {
    maxTokens: 99,
    maxGap: 0,
  });
  expect(found).toEqual([
    { firstToken: 0, lastToken: 4, score: -9 },
    { firstToken: 10, lastToken: 14, score: 5 },
  ]);
  expect(bestPassages(five, new Uint32Array(), allScores(scoresOf()), { maxTokens: 99, maxGap: 9 })).toEqual(
    [],
  );
});

test('passages are bounded, rise, hold whole sentences, and nothing better was left out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
      fc.infiniteStream(fc.nat(6)),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(12),
      (lengths, random, maxTokens, maxGap) => {
        let end = 0;
        const sentences = lengths.map((length) => ({ start: end, end: (end += length) }));
        const scores = Float32Array.from({ length: end }, (): number => Number(random.next().value ?? 0));
        const positions = Uint32Array.from(scores.keys()).filter(() => (random.next().value ?? 0) > 2);
        const found = bestPassages(sentences, positions, allScores(scores), { maxTokens, maxGap });
        const bestOf = ({ start, end: stop }: { start: number; end: number }) =>
          Math.max(...[...positions].filter((p) => p >= start && p < stop).map((p) => scores[p] ?? NaN));
        const inside = ({ start, end: stop }: { start: number; end: number }) =>
          found.some(({ firstToken, lastToken }) => firstToken <= start && stop <= lastToken + 1);
        const touched = sentences.filter((sentence) => bestOf(sentence) > -Infinity);
        expect(found.length > 0).toBe(touched.length > 0);
        const total = found.reduce((sum, { firstToken, lastToken }) => sum + lastToken + 1 - firstToken, 0);
        const first = sentences.find(inside);
        if (total > maxTokens) expect(total).toBe((first?.end ?? 0) - (first?.start ?? 0));
        found.forEach(({ firstToken, lastToken, score }, i) => {
          expect(sentences.some(({ start }) => start === firstToken)).toBe(true);
          expect(sentences.some(({ end: stop }) => stop === lastToken + 1)).toBe(true);
          expect(firstToken).toBeGreaterThan(found[i - 1]?.lastToken ?? -1);
          const held = touched.filter(({ start }) => firstToken <= start && start <= lastToken).map(bestOf);
          expect(score).toBeLessThanOrEqual(Math.max(...held));
        });
        const left = touched.filter((sentence) => !inside(sentence)).map(bestOf);
        for (const { score } of found)
          expect(Math.max(score, ...left)).toBeLessThanOrEqual(
            Math.max(...touched.filter(inside).map(bestOf)),
          );
      },
    ),
  );
});

test('by score: best first, equal ones in document order', () => {
  const passage = (firstToken: number, score: number) => ({ firstToken, lastToken: firstToken, score });
  const sorted = passagesByScore([passage(0, 1), passage(3, 2), passage(6, 1), passage(9, 2)]);
  expect(sorted.map((p) => p.firstToken)).toEqual([3, 9, 0, 6]);
});

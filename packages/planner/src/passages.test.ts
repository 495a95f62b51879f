import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passageCuts, passagesByScore, passagesOf } from './passages.ts';

const scores = Float32Array.of(1, 5, 2, 0, 3, 9, 0, 0, 4);

test.each([
  [0, [[0, 1], [4, 5], [8, 8]]], // prettier-ignore
  [1, [[0, 1], [4, 5], [8, 8]]], // prettier-ignore
  [2, [[0, 8]]],
])('gaps of up to %i are bridged', (maxGap, want) => {
  const passages = passagesOf(Uint32Array.of(0, 1, 4, 5, 8), scores, maxGap);
  expect(passages.map((p) => [p.firstToken, p.lastToken])).toEqual(want);
});

test('a passage scores as its best gathered token, whatever lies in its gaps', () => {
  expect(passagesOf(Uint32Array.of(2, 4, 8), scores, 3)).toEqual([{ firstToken: 2, lastToken: 8, score: 4 }]);
});

test('cuts part what would join, also inside a gap', () => {
  const cutAt = (...cuts: number[]) =>
    passagesOf(Uint32Array.of(0, 1, 2, 4, 5), scores, 1, cuts).map((p) => `${p.firstToken}-${p.lastToken}`);
  expect(cutAt()).toEqual(['0-5']);
  expect(cutAt(0)).toEqual(['0-5']);
  expect(cutAt(2)).toEqual(['0-1', '2-5']);
  expect(cutAt(1, 2, 3)).toEqual(['0-0', '1-1', '2-2', '4-5']);
  expect(passagesOf(Uint32Array.of(0, 1, 2), scores, 0, [1]).map((p) => p.score)).toEqual([1, 5]);
});

test('a passage is cut between sentences, and inside one that is too long', () => {
  const passage = { firstToken: 10, lastToken: 29 };
  expect(passageCuts(passage, [], 20)).toEqual([]);
  expect(passageCuts(passage, [14, 21, 27], 8)).toEqual([14, 21, 27]);
  expect(passageCuts(passage, [14, 17, 22, 27], 8)).toEqual([17, 22]);
  expect(passageCuts(passage, [5, 10, 12, 30], 8)).toEqual([12, 20, 28]);
});

test('pieces are no longer than the most, end at sentences where they can, and are all of the passage', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.nat(80),
      fc.uniqueArray(fc.nat(140)),
      fc.integer({ min: 1, max: 30 }),
      (firstToken, length, drawn, most) => {
        const lastToken = firstToken + length;
        const starts = drawn.toSorted((a, b) => a - b);
        const cuts = passageCuts({ firstToken, lastToken }, starts, most);
        const bounds = [firstToken, ...cuts, lastToken + 1];
        bounds.slice(1).forEach((end, i) => {
          const start = bounds[i] ?? NaN;
          expect(end - start).toBeGreaterThan(0);
          expect(end - start).toBeLessThanOrEqual(most);
          const isLast = i === cuts.length;
          // A cut inside a sentence: none began in all of the piece.
          if (!isLast && !starts.includes(end)) {
            expect(end - start).toBe(most);
            expect(starts.filter((at) => start < at && at <= end)).toEqual([]);
          }
        });
      },
    ),
  );
});

test('no positions, no passages', () => {
  expect(passagesOf(new Uint32Array(), scores, 4)).toEqual([]);
});

test('every position is in exactly one passage, passages are further apart than the gap', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200), { maxLength: 60 }), fc.nat(10), (values, maxGap) => {
      const positions = Uint32Array.from(values).sort();
      const passages = passagesOf(positions, new Float32Array(201), maxGap);
      for (const position of positions) {
        expect(passages.filter((p) => p.firstToken <= position && position <= p.lastToken)).toHaveLength(1);
      }
      passages.forEach((p, i) => {
        const before = passages[i - 1];
        if (before !== undefined) expect(p.firstToken - before.lastToken - 1).toBeGreaterThan(maxGap);
      });
    }),
  );
});

test('by score: best first, equal ones in document order', () => {
  const passage = (firstToken: number, score: number) => ({ firstToken, lastToken: firstToken, score });
  const sorted = passagesByScore([passage(0, 1), passage(3, 2), passage(6, 1), passage(9, 2)]);
  expect(sorted.map((p) => p.firstToken)).toEqual([3, 9, 0, 6]);
});

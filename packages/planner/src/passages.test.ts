import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passagesByScore, passagesOf } from './passages.ts';

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

test.each([
  [1, ['0-0', '1-1', '2-2', '4-4']],
  [2, ['0-1', '2-2', '4-4']],
  [3, ['0-2', '4-4']],
  [4, ['0-2', '4-4']],
  [5, ['0-4']],
])('passages of at most %i tokens, their gaps among them', (maxTokens, want) => {
  const passages = passagesOf(Uint32Array.of(0, 1, 2, 4), scores, 1, maxTokens);
  expect(passages.map((p) => `${p.firstToken}-${p.lastToken}`)).toEqual(want);
});

test('a passage is as long wherever it lies', () => {
  const passages = passagesOf(Uint32Array.of(4, 5, 6, 7, 8), scores, 0, 3);
  expect(passages.map((p) => [p.firstToken, p.lastToken])).toEqual([[4, 6], [7, 8]]); // prettier-ignore
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

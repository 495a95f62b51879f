import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followingFigures, headFigures, tokensOf } from './head-figures.ts';

const settings = { gatherSize: 12, keepEnds: 0, smoothWindow: 5 };

/** `[length]` scores, 0 but where given. */
function scoresAt(length: number, at: Readonly<Record<number, number>>): Float32Array {
  return Float32Array.from({ length }, (_, i) => at[i] ?? 0);
}

describe('headFigures', () => {
  test('counts what whole windows around the best tokens hold', () => {
    // Windows 18..22 and 38..42, then two tokens of the third best, around 10.
    const scores = scoresAt(60, { 20: 3, 40: 2, 10: 1 });
    const evidence = [
      { start: 19, end: 22 },
      { start: 41, end: 46 },
    ];
    const figures = headFigures(scores, evidence, settings);
    expect(figures.recall).toBe(5 / 8);
    expect(figures.all).toBe(0);
    expect(headFigures(scores, evidence.slice(0, 1), settings)).toMatchObject({ recall: 1, all: 1 });
  });

  test('a sentence counts from nine tenths of it on', () => {
    const gather = { gatherSize: 20, keepEnds: 0, smoothWindow: 19 };
    const scores = scoresAt(200, { 100: 1 });
    expect(headFigures(scores, [{ start: 91, end: 112 }], gather)).toMatchObject({ all: 1, recall: 19 / 21 });
    expect(headFigures(scores, [{ start: 91, end: 113 }], gather)).toMatchObject({ all: 0, recall: 19 / 22 });
  });

  test('with room for all finds all, whatever the scores', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 3, maxLength: 50 }), (values) => {
        const scores = Float32Array.from(values);
        const figures = headFigures(scores, [{ start: 1, end: 3 }], { ...settings, gatherSize: 50 });
        expect(figures).toMatchObject({ recall: 1, all: 1 });
        expect(figures.rank).toBeGreaterThanOrEqual(0);
        expect(figures.rank).toBeLessThan(1);
      }),
    );
  });
});

describe('followingFigures', () => {
  const given = { start: 10, end: 14 };
  // The query matches itself best; what it leads to stands around 40, something else around 25.
  const scores = scoresAt(60, { 11: 9, 12: 9, 40: 3, 25: 2 });

  test('counts what is around the best tokens but for the query itself', () => {
    const rest = [{ start: 38, end: 43 }];
    expect(followingFigures(scores, given, rest, { ...settings, gatherSize: 5 })).toMatchObject({
      recall: 1,
      all: 1,
    });
    const beside = [...rest, { start: 24, end: 26 }];
    expect(followingFigures(scores, given, beside, { ...settings, gatherSize: 5 }).recall).toBe(5 / 7);
    expect(followingFigures(scores, given, beside, { ...settings, gatherSize: 10 }).recall).toBe(1);
  });

  test('leaves the scores as they are', () => {
    const before = scores.slice();
    followingFigures(scores, given, [{ start: 1, end: 2 }], settings);
    expect(scores).toEqual(before);
  });
});

describe('tokensOf', () => {
  const charEnds = Uint32Array.of(2, 5, 5, 9);
  test.each([
    [
      { start: 0, end: 2 },
      { start: 0, end: 1 },
    ],
    [
      { start: 1, end: 3 },
      { start: 0, end: 2 },
    ],
    [
      { start: 2, end: 5 },
      { start: 1, end: 2 },
    ],
    [
      { start: 5, end: 9 },
      { start: 3, end: 4 },
    ],
    [
      { start: 8, end: 12 },
      { start: 3, end: 4 },
    ],
  ])('%j', (range, tokens) => {
    expect(tokensOf(charEnds, range)).toEqual(tokens);
  });
});

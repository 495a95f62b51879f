// Curves of scores against a twin that goes stretch by stretch.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScoreCurve } from './score-curve.ts';

/** In two pieces. */
function curveOf(scores: readonly number[], charEnds: readonly number[], numChars: number) {
  const curve = createScoreCurve(numChars);
  const first = scores.length >> 1;
  curve.add(Float32Array.from(scores.slice(0, first)), Uint32Array.from(charEnds.slice(0, first)));
  curve.add(Float32Array.from(scores.slice(first)), Uint32Array.from(charEnds.slice(first)));
  return curve.end();
}

/** The best score of each stretch, of all tokens that have a character in it; undefined where nothing was scored. */
function twin(scores: readonly number[], charEnds: readonly number[], numChars: number) {
  const count = numChars < 256 ? numChars : 256;
  const tokens = scores.map((score, token) => {
    const [start, end] = [token === 0 ? 0 : (charEnds[token - 1] ?? 0), charEnds[token] ?? 0];
    const last = start === end ? start : end - 1;
    return { score, first: Math.min(start, numChars - 1), last: Math.min(last, numChars - 1) };
  });
  return Array.from({ length: count }, (_, stretch) => {
    const begin = Math.ceil((stretch * numChars) / count);
    const end = Math.ceil(((stretch + 1) * numChars) / count);
    const inside = tokens.filter(
      ({ score, first, last }) => first < end && last >= begin && Number.isFinite(score),
    );
    return inside.map(({ score }) => score).sort((a, b) => b - a)[0];
  });
}

test('the best of each stretch, at most 256 of them, is where its characters are', () => {
  const scores = Array.from({ length: 1024 }, (_, token) => (token === 515 ? 9 : token % 4));
  const curve = curveOf(scores, scores.map((_, token) => token + 1), 1024); // prettier-ignore
  expect(curve).toMatchObject({ lowest: 3, highest: 9 });
  expect(curve?.levels).toHaveLength(256);
  expect(curve?.levels.flatMap((level, at) => (level > 0 ? [[at, level]] : []))).toEqual([[128, 255]]);
});

test('a text shorter than the stretches has one a character, and a token is as wide as its characters', () => {
  expect(curveOf([1, 3, 2], [2, 3, 6], 6)).toEqual({
    lowest: 1,
    highest: 3,
    levels: [0, 0, 255, 128, 128, 128],
  });
});

test('what was not read, and what has no score, is as low as the lowest', () => {
  expect(curveOf([2, 4], [1, 2], 4)?.levels).toEqual([0, 255, 0, 0]);
  expect(curveOf([-Infinity, 4, NaN, -2, Infinity], [1, 2, 3, 4, 5], 5)).toEqual({
    lowest: -2,
    highest: 4,
    levels: [0, 255, 0, 0, 0],
  });
});

test('a token inside a character counts where it stands', () => {
  expect(curveOf([1, 5, 2], [2, 2, 3], 3)?.levels).toEqual([0, 0, 255]);
  expect(curveOf([1, 2, 5], [2, 3, 3], 3)?.levels).toEqual([0, 0, 255]); // at the text's end: its last
});

test('where nothing stands out there is no curve', () => {
  expect(curveOf([], [], 0)).toBeUndefined();
  expect(curveOf([], [], 100)).toBeUndefined(); // a strategy without scores
  expect(curveOf([0, 0, 0], [1, 2, 3], 3)).toBeUndefined();
  expect(curveOf([NaN, -Infinity], [1, 2], 2)).toBeUndefined();
  expect(curveOf([7], [1], 1)).toBeUndefined();
});

test('any scores over any tokens are what the twin finds, to half a level', () => {
  const tokens = fc.array(fc.tuple(fc.float({ noNaN: false, min: -100, max: 100 }), fc.nat(20)), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(tokens, fc.nat(400), (drawn, rest) => {
      const scores = drawn.map(([score]) => Math.fround(score));
      let end = 0;
      const ends = drawn.map(([, length]) => (end += length));
      const numChars = end + rest;
      const curve = curveOf(scores, ends, numChars);
      const best = twin(scores, ends, numChars);
      const scored = best.filter((score) => score !== undefined);
      const [lowest, highest] = [Math.min(...scored), Math.max(...scored)];
      expect(curve !== undefined).toBe(lowest < highest);
      if (!curve) return;
      expect([curve.lowest, curve.highest]).toEqual([lowest, highest]);
      const step = (highest - lowest) / 255;
      const off = curve.levels.map((level, at) => Math.abs(lowest + level * step - (best[at] ?? lowest)));
      expect(Math.max(...off)).toBeLessThanOrEqual(step * (0.5 + 1e-6));
      expect(curve.levels.filter((level) => !Number.isInteger(level) || level < 0 || level > 255)).toEqual(
        [],
      );
      expect(curve.levels).toHaveLength(best.length);
    }),
  );
});

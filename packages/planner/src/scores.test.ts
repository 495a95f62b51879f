import { expect, test } from 'vitest';
import { checkScores, highestScore, raiseScores, spreadOf } from './scores.ts';

test.each([
  [[], -Infinity],
  [[-3], -3],
  [[-3, -1, -2], -1],
  [[-Infinity, -Infinity], -Infinity],
  [[1, NaN, 2], NaN],
])('the highest of %j is %d', (scores, highest) => {
  expect(highestScore(Float32Array.from(scores))).toBe(highest);
});

test('the spread of some', () => {
  expect(spreadOf(Float32Array.of(1, 3, 5, 7))).toEqual({ mean: 4, deviation: Math.sqrt(5) });
  expect(spreadOf(Float32Array.of(2))).toEqual({ mean: 2, deviation: 0 });
  expect(spreadOf(new Float32Array())).toEqual({ mean: NaN, deviation: NaN });
});

test('scores are raised, never lowered', () => {
  const best = Float32Array.of(1, 2, -3, 0);
  raiseScores(best, Float32Array.of(2, 1, -3, -0));
  expect([...best]).toEqual([2, 2, -3, 0]);
});

test('a score that is no number is named by its token', () => {
  checkScores(Float32Array.of(0, -Infinity, Infinity));
  expect(() => checkScores(Float32Array.of(0, 1, NaN, NaN))).toThrow('token 2 ');
});

import { expect, test } from 'vitest';
import { checkScores, highestScore, mergeSpreads, spreadOf } from './scores.ts';

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
  expect(spreadOf(Float32Array.of(1, 3, 5, 7))).toEqual({ count: 4, mean: 4, deviation: Math.sqrt(5) });
  expect(spreadOf(Float32Array.of(2))).toEqual({ count: 1, mean: 2, deviation: 0 });
  expect(spreadOf(new Float32Array())).toEqual({ count: 0, mean: NaN, deviation: NaN });
});

test.each([0, 1, 3, 6, 7])('the spread of two parts is that of all (%i in the first)', (count) => {
  const scores = Float32Array.of(1, -3, 5, 7, 0.5, 1e4, 2);
  const both = mergeSpreads(spreadOf(scores.subarray(0, count)), spreadOf(scores.subarray(count)));
  const all = spreadOf(scores);
  expect(both.count).toBe(7);
  expect(both.mean).toBeCloseTo(all.mean, 9);
  expect(both.deviation).toBeCloseTo(all.deviation, 9);
});

test('a score that is no number is named by its token', () => {
  checkScores(Float32Array.of(0, -Infinity, Infinity));
  expect(() => checkScores(Float32Array.of(0, 1, NaN, NaN))).toThrow('token 2 ');
});

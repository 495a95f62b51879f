// Loops over the scores of all tokens of a document. Callbacks and iterators would be shorter, and make an object of every score on the way:
// a question to a million tokens would leave hundreds of megabytes for the collector.
/* oxlint-disable typescript/prefer-for-of -- see above */
import { invariant } from '@longread/core';

/** The highest score, -Infinity of none. */
export function highestScore(scores: Float32Array): number {
  let highest = -Infinity;
  for (let i = 0; i < scores.length; i++) highest = Math.max(highest, scores[i] ?? NaN);
  return highest;
}

/** Mean and standard deviation of some scores, NaN of none. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

export function spreadOf(scores: Float32Array): Spread {
  const count = scores.length;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) sum += scores[i] ?? NaN;
  const mean = sum / count;
  for (let i = 0; i < count; i++) squares += ((scores[i] ?? NaN) - mean) ** 2;
  return { count, mean, deviation: Math.sqrt(squares / count) };
}

/** Of both together (Chan, Golub and LeVeque, 1979). */
export function mergeSpreads(a: Spread, b: Spread): Spread {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const share = b.count / count;
  const apart = b.mean - a.mean;
  const variance =
    a.deviation ** 2 * (1 - share) + b.deviation ** 2 * share + apart ** 2 * share * (1 - share);
  return { count, mean: a.mean + apart * share, deviation: Math.sqrt(variance) };
}

/** No order holds where a score is not a number. @param first token of `scores` */
export function checkScores(scores: Float32Array, first = 0): void {
  for (let i = 0; i < scores.length; i++)
    if (Number.isNaN(scores[i] ?? NaN)) invariant(false, `the score of token ${first + i} is not a number`);
}

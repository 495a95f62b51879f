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

/** Mean and standard deviation, NaN of none. */
export function spreadOf(scores: Float32Array): { readonly mean: number; readonly deviation: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < scores.length; i++) sum += scores[i] ?? NaN;
  const mean = sum / scores.length;
  for (let i = 0; i < scores.length; i++) squares += ((scores[i] ?? NaN) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / scores.length) };
}

/** Of each token the higher of two scores, into `best`. */
export function raiseScores(best: Float32Array, scores: Float32Array): void {
  for (let i = 0; i < best.length; i++) {
    const score = scores[i] ?? NaN;
    if (score > (best[i] ?? score)) best[i] = score;
  }
}

/** No order holds where a score is not a number. */
export function checkScores(scores: Float32Array): void {
  for (let i = 0; i < scores.length; i++)
    if (Number.isNaN(scores[i] ?? NaN)) invariant(false, `the score of token ${i} is not a number`);
}

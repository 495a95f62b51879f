// Scores of a document of any length in one bit a token, and a few kilobytes: of each stripe of 32 tokens the highest, and of the stripes that
// hold the best tokens all of them. collect-scores.ts decides which these are.
import { invariant } from '@longread/core';
import { highestScore } from './scores.ts';
import type { TokenScores } from './token-scores.ts';

/** Tokens of a stripe. */
export const stripeTokens = 32;
const width = stripeTokens;

/** Scores that can be changed. */
export interface StripedScores extends TokenScores {
  /** Of all tokens, -Infinity of none. */
  highest(): number;
  /** Gives tokens `start .. end-1` a score. */
  fill(score: number, start: number, end: number): void;
  /** Gives each token the higher of its score and that of another search; of the two only what is known where one is. */
  raise(other: StripedScores): void;
}

/** @param peaks the highest of each stripe. @param own the scores of the tokens of some stripes. Both are the result's from then on. */
export function striped(
  length: number,
  peaks: Float32Array<ArrayBuffer>,
  own: Map<number, Float32Array<ArrayBuffer>>,
): StripedScores {
  const at = (token: number): number => {
    const stripe = Math.floor(token / width);
    return own.get(stripe)?.[token % width] ?? peaks[stripe] ?? NaN;
  };
  /** The tokens of a stripe, known from then on. */
  const open = (stripe: number): Float32Array => {
    const size = Math.min(width, length - stripe * width);
    const scores = own.get(stripe) ?? new Float32Array(size).fill(peaks[stripe] ?? NaN);
    own.set(stripe, scores);
    return scores;
  };
  return {
    length,
    at,
    known: () =>
      [...own.keys()]
        .sort((a, b) => a - b)
        .map((stripe) => ({ start: stripe * width, end: Math.min(length, (stripe + 1) * width) })),
    highest: () => highestScore(peaks),
    fill: (score, start, end) => {
      for (let stripe = Math.floor(start / width); stripe * width < end; stripe++) {
        const first = stripe * width;
        const scores = open(stripe).fill(score, Math.max(0, start - first), end - first);
        peaks[stripe] = highestScore(scores);
      }
    },
    raise: (other) => {
      invariant(other.length === length, `${other.length} scores beside ${length}`);
      for (const { start, end } of other.known()) {
        const stripe = Math.floor(start / width);
        const scores = own.get(stripe) ?? new Float32Array(end - start).fill(-Infinity);
        for (const [i, score] of scores.entries()) scores[i] = Math.max(score, other.at(start + i));
        own.set(stripe, scores);
      }
      for (let stripe = 0; stripe < peaks.length; stripe++) {
        const scores = own.get(stripe);
        peaks[stripe] = scores
          ? highestScore(scores)
          : Math.max(peaks[stripe] ?? NaN, other.at(stripe * width));
      }
    },
  };
}

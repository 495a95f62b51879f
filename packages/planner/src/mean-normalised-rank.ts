// The measure of the paper by which embedding heads are chosen; beside recall, which chooses ours (choose-heads.ts).
import { invariant } from '@longread/core';

/**
 * Mean Normalised Rank (arXiv 2506.01215): the mean rank of the evidence among all tokens (0 = best, ties share their mean rank)
 * over the number of tokens. A perfect head gives `(evidence - 1) / 2 / tokens`, noise about 0.5.
 *
 * @param scores `[numTokens]`, higher is better.
 * @param evidence distinct token positions, at least one.
 */
export function meanNormalisedRank(scores: ArrayLike<number>, evidence: readonly number[]): number {
  invariant(evidence.length > 0, 'meanNormalisedRank needs evidence');
  const sorted = Float64Array.from(scores).sort();
  let total = 0;
  for (const position of evidence) {
    invariant(
      position >= 0 && position < sorted.length,
      `evidence at ${position} of ${sorted.length} tokens`,
    );
    const score = scores[position] ?? NaN;
    const below = countBelow(sorted, (x) => x < score);
    const notAbove = countBelow(sorted, (x) => x <= score);
    // Tokens above, plus the mean rank inside the group of equals (the token itself among them).
    total += sorted.length - notAbove + (notAbove - below - 1) / 2;
  }
  return total / evidence.length / sorted.length;
}

/** Length of the prefix of `sorted` for which `isBelow` holds. */
function countBelow(sorted: Float64Array, isBelow: (x: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(sorted[middle] ?? NaN)) low = middle + 1;
    else high = middle;
  }
  return low;
}

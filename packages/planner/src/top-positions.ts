// The k best of n positions by a caller's order, ascending.
import { createBoundedHeap } from './bounded-heap.ts';
import { shared, type TokenSpan } from './spans.ts';
import type { TokenScores } from './token-scores.ts';

/**
 * The `count` best positions of some stretches that `isCandidate` admits, in ascending order.
 *
 * @param spans rising, none overlapping.
 * @param isBetter strict total order: true when position `a` is to be preferred to position `b`.
 * @returns `min(count, candidates)` strictly increasing positions.
 */
export function topPositions(
  spans: readonly TokenSpan[],
  count: number,
  isBetter: (a: number, b: number) => boolean,
  isCandidate: (position: number) => boolean = () => true,
): Uint32Array<ArrayBuffer> {
  const numPositions = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  const best = createBoundedHeap(Math.max(0, Math.min(count, numPositions)), isBetter);
  for (const { start, end } of spans)
    for (let position = start; position < end; position++) if (isCandidate(position)) best.offer(position);
  return best.items().sort();
}

/**
 * The `count` tokens with the highest scores, best first, of equals the lower position.
 *
 * @param among of some stretches alone, which rise and do not overlap.
 */
export function bestTokens(scores: TokenScores, count: number, among?: readonly TokenSpan[]): number[] {
  const isBetter = (a: number, b: number): boolean => {
    const [scoreOfA, scoreOfB] = [scores.at(a), scores.at(b)];
    return scoreOfA === scoreOfB ? a < b : scoreOfA > scoreOfB;
  };
  const known = scores.known();
  const best = topPositions(among ? shared(known, among) : known, count, isBetter);
  return [...best].sort((a, b) => (isBetter(a, b) ? -1 : 1));
}

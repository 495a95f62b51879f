// The k best of n positions by a caller's order, ascending: a bounded heap, so a document of millions of tokens costs one pass.
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
  // A binary heap of the best so far with the worst of them at the root.
  const heap = new Uint32Array(Math.max(0, Math.min(count, numPositions)));
  const at = (slot: number): number => heap[slot] ?? 0;
  let size = 0;

  const rise = (from: number, position: number): void => {
    let slot = from;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (!isBetter(at(parent), position)) break;
      heap[slot] = at(parent);
      slot = parent;
    }
    heap[slot] = position;
  };
  const sink = (position: number): void => {
    let slot = 0;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= size) break;
      if (child + 1 < size && isBetter(at(child), at(child + 1))) child++;
      if (!isBetter(position, at(child))) break;
      heap[slot] = at(child);
      slot = child;
    }
    heap[slot] = position;
  };

  for (const { start, end } of spans)
    for (let position = start; position < end; position++) {
      if (!isCandidate(position)) continue;
      if (size < heap.length) rise(size++, position);
      else if (size > 0 && isBetter(position, at(0))) sink(position);
    }
  return heap.slice(0, size).sort();
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

// The k best of n positions by a caller's order, ascending: a bounded heap, so a document of millions of tokens costs one pass.

/**
 * The `count` best positions of `0 .. numPositions-1` that `isCandidate` admits, in ascending order.
 *
 * @param isBetter strict total order: true when position `a` is to be preferred to position `b`.
 * @returns `min(count, candidates)` strictly increasing positions.
 */
export function topPositions(
  numPositions: number,
  count: number,
  isBetter: (a: number, b: number) => boolean,
  isCandidate: (position: number) => boolean = () => true,
): Uint32Array<ArrayBuffer> {
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

  for (let position = 0; position < numPositions; position++) {
    if (!isCandidate(position)) continue;
    if (size < heap.length) rise(size++, position);
    else if (size > 0 && isBetter(position, at(0))) sink(position);
  }
  return heap.slice(0, size).sort();
}

/** The `count` tokens with the highest scores, best first, of equals the lower position. */
export function bestTokens(scores: Float32Array, count: number): number[] {
  const scoreOf = (position: number): number => scores[position] ?? 0;
  const isBetter = (a: number, b: number): boolean =>
    scoreOf(a) === scoreOf(b) ? a < b : scoreOf(a) > scoreOf(b);
  return [...topPositions(scores.length, count, isBetter)].sort((a, b) => (isBetter(a, b) ? -1 : 1));
}

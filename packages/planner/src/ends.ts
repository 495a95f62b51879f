// What the strategy truncate reads: the two ends of a document.

/**
 * The first half of `size` tokens and the last, the odd one to the first.
 *
 * @returns `[min(size, numTokens)]` strictly increasing positions.
 */
export function planEnds(numTokens: number, size: number): Uint32Array<ArrayBuffer> {
  const count = Math.min(size, numTokens);
  const head = Math.ceil(count / 2);
  return Uint32Array.from({ length: count }, (_, i) => (i < head ? i : numTokens - count + i));
}

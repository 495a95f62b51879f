// The maximum around each score: what scores by itself is taken with what stands around it.
import { invariant } from '@longread/core';

/**
 * Maximum over a centred window, clipped at both ends: `out[i] = max(scores[i - window/2 .. i + window/2])`.
 * O(n) whatever the window (van Herk, Gil and Werman): in blocks of `window` positions, a window is the end of one block and the
 * start of the next, whose maxima are running ones. Two blocks of them are held at a time.
 *
 * @param window odd number of positions.
 * @param pooled `[scores.length]` to write to.
 */
export function maxPool(
  scores: Float32Array,
  window: number,
  pooled: Float32Array<ArrayBuffer> = new Float32Array(scores.length),
): Float32Array<ArrayBuffer> {
  invariant(Number.isInteger(window) && window % 2 === 1, `maxPool needs an odd window, not ${window}`);
  const { length } = scores;
  const higher = (a: number, b: number): number => (a > b ? a : b);
  const reach = (window - 1) / 2;
  /** Maximum from a position up to the end of its block. */
  const toEnd = new Float32Array(Math.min(window, length)).fill(-Infinity);
  // A window starts in the block that begins at `start`, and ends with that or in the next; the first one starts before the first token.
  for (let start = -window; start < length; start += window) {
    const end = Math.min(start + window, length);
    let best = -Infinity;
    for (let i = end - 1; i >= Math.max(0, start); i--)
      toEnd[i - start] = best = higher(scores[i] ?? NaN, best);
    /** Maximum from the start of the next block on. */
    let fromStart = -Infinity;
    for (let first = start; first < start + window; first++) {
      const last = first + window - 1;
      if (last >= end && last < length && first > start) fromStart = higher(scores[last] ?? NaN, fromStart);
      const centre = first + reach;
      if (centre < 0 || centre >= length) continue;
      pooled[centre] = higher(first < 0 ? -Infinity : (toEnd[first - start] ?? -Infinity), fromStart);
    }
  }
  return pooled;
}

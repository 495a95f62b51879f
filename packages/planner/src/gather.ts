// The gather plan (design 3.3): which tokens of the document a question recomputes, from one score a token.
import { invariant, type GatherSettings } from '@longread/core';
import type { TokenSpan } from './hops.ts';
import { topPositions } from './top-positions.ts';

/**
 * Maximum over a centred window, clipped at both ends: `out[i] = max(scores[i - window/2 .. i + window/2])`.
 * O(n) whatever the window (van Herk, Gil and Werman): in blocks of `window` positions, a window is the end of one block and the
 * start of the next, whose maxima are running ones.
 *
 * @param window odd number of positions.
 */
export function maxPool(scores: Float32Array, window: number): Float32Array<ArrayBuffer> {
  invariant(Number.isInteger(window) && window % 2 === 1, `maxPool needs an odd window, not ${window}`);
  const { length } = scores;
  const higher = (a: number, b: number): number => (a > b ? a : b);
  /** Maximum from the start of a position's block up to it, and from it to the block's end. */
  const fromStart = new Float32Array(length);
  const toEnd = new Float32Array(length);
  for (let start = 0; start < length; start += window) {
    const end = Math.min(start + window, length);
    let best = -Infinity;
    for (let i = start; i < end; i++) fromStart[i] = best = higher(scores[i] ?? NaN, best);
    best = -Infinity;
    for (let i = end - 1; i >= start; i--) toEnd[i] = best = higher(scores[i] ?? NaN, best);
  }
  const reach = (window - 1) / 2;
  const pooled = new Float32Array(length);
  const lastBlock = length - (length % window || window);
  for (let i = 0; i < length; i++) {
    const first = i - reach;
    const last = Math.min(i + reach, length - 1);
    const start = first < 0 ? -Infinity : (toEnd[first] ?? NaN);
    // A window that the end cuts short may lie in one block, of which `fromStart` would see too much.
    pooled[i] = first >= lastBlock ? start : higher(start, fromStart[last] ?? NaN);
  }
  return pooled;
}

export interface GatherOptions {
  /** Tokens to have in all, `taken` included; `settings.gatherSize` by default. */
  readonly size?: number;
  /** Positions that an earlier hop took: they stay and count. Strictly increasing, at most `size`. */
  readonly taken?: Uint32Array;
  /** `maxPool(scores, settings.smoothWindow)`, where the caller has it. */
  readonly pooled?: Float32Array;
}

/**
 * The positions to recompute: what is `taken`, the first and last `keepEnds` tokens, and the best of the rest by pooled score, then
 * raw score, then lower position. Where the ends do not fit beside `taken`, the outermost come first, from both ends in turn.
 *
 * @param scores `[numTokens]` raw scores, none NaN.
 * @returns `[min(size, numTokens)]` strictly increasing positions.
 */
export function planGather(
  scores: Float32Array,
  settings: Pick<GatherSettings, 'gatherSize' | 'keepEnds' | 'smoothWindow'>,
  options: GatherOptions = {},
): Uint32Array<ArrayBuffer> {
  const numTokens = scores.length;
  const nan = scores.findIndex(Number.isNaN);
  invariant(nan === -1, `the score of token ${nan} is not a number`);
  const selection = startSelection(numTokens, settings, options);
  const pooled = options.pooled ?? maxPool(scores, settings.smoothWindow);
  const isBetter = (a: number, b: number): boolean => {
    const byPooled = (pooled[a] ?? 0) - (pooled[b] ?? 0);
    if (byPooled !== 0) return byPooled > 0;
    const byRaw = (scores[a] ?? 0) - (scores[b] ?? 0);
    return byRaw === 0 ? a < b : byRaw > 0;
  };
  topPositions(numTokens, selection.room(), isBetter, (p) => !selection.has(p)).forEach(selection.take);
  return selection.positions();
}

/** Positions taken so far, of at most `size`. */
interface Selection {
  readonly has: (position: number) => boolean;
  readonly room: () => number;
  readonly isFull: () => boolean;
  /** Takes a position unless it is outside the document, taken, or one too many. */
  readonly take: (position: number) => void;
  readonly positions: () => Uint32Array<ArrayBuffer>;
}

/** What every plan begins with: what earlier hops took, and the ends. */
function startSelection(
  numTokens: number,
  { gatherSize, keepEnds }: Pick<GatherSettings, 'gatherSize' | 'keepEnds'>,
  { size: wanted = gatherSize, taken = new Uint32Array() }: GatherOptions,
): Selection {
  const size = Math.min(wanted, numTokens);
  invariant(
    taken.length <= size && taken.every((p, i) => p < numTokens && (i === 0 || p > (taken[i - 1] ?? 0))),
    `the ${taken.length} positions taken so far do not fit a gather of ${size}`,
  );
  const isTaken = new Uint8Array(numTokens);
  let numTaken = 0;
  const take = (position: number): void => {
    if (numTaken >= size || isTaken[position] !== 0) return; // undefined outside the document
    isTaken[position] = 1;
    numTaken++;
  };
  taken.forEach(take);
  for (let i = 0; i < Math.min(keepEnds, numTokens); i++) {
    take(i);
    take(numTokens - 1 - i);
  }
  return {
    has: (position) => isTaken[position] !== 0,
    room: () => size - numTaken,
    isFull: () => numTaken >= size,
    take,
    positions: () => {
      const positions = new Uint32Array(numTaken);
      let next = 0;
      for (let position = 0; position < numTokens; position++) {
        if (isTaken[position] !== 0) positions[next++] = position;
      }
      return positions;
    },
  };
}

/** A stretch of the document around a token that scored well. */
export interface Window extends TokenSpan {
  readonly centre: number;
}

/**
 * Windows of `smoothWindow` tokens, clipped at both ends of the document: best first by the score of their centre (ties to the lower
 * position), none centred inside one before it, until they hold `size` tokens together or there are no more.
 *
 * @param scores `[numTokens]` of the windows around each token, none NaN.
 */
export function bestWindows(
  scores: Float32Array,
  { smoothWindow }: Pick<GatherSettings, 'smoothWindow'>,
  size: number,
): Window[] {
  const numTokens = scores.length;
  const nan = scores.findIndex(Number.isNaN);
  invariant(nan === -1, `the score of token ${nan} is not a number`);
  const reach = (smoothWindow - 1) / 2;
  const isCovered = new Uint8Array(numTokens);
  const windows: Window[] = [];
  for (let numCovered = 0; numCovered < Math.min(size, numTokens);) {
    let centre = -1;
    for (let i = 0; i < numTokens; i++) {
      if (isCovered[i] === 0 && (centre === -1 || (scores[i] ?? 0) > (scores[centre] ?? 0))) centre = i;
    }
    const window = {
      centre,
      start: Math.max(0, centre - reach),
      end: Math.min(numTokens, centre + reach + 1),
    };
    for (let i = window.start; i < window.end; i++) {
      numCovered += 1 - (isCovered[i] ?? 1);
      isCovered[i] = 1;
    }
    windows.push(window);
  }
  return windows;
}

/**
 * The positions to recompute when whole windows are taken: what is `taken`, the first and last `keepEnds` tokens, and the windows in
 * their order. Of the last one the tokens nearest its centre.
 *
 * @returns `[min(size, numTokens)]` strictly increasing positions; fewer where the windows hold fewer.
 */
export function planWholeWindows(
  windows: readonly Window[],
  numTokens: number,
  settings: Pick<GatherSettings, 'gatherSize' | 'keepEnds'>,
  options: Omit<GatherOptions, 'pooled'> = {},
): Uint32Array<ArrayBuffer> {
  const selection = startSelection(numTokens, settings, options);
  for (const { centre, start, end } of windows) {
    if (selection.isFull()) break;
    selection.take(centre);
    for (let away = 1; away < Math.max(centre - start + 1, end - centre); away++) {
      if (centre - away >= start) selection.take(centre - away);
      if (centre + away < end) selection.take(centre + away);
    }
  }
  return selection.positions();
}

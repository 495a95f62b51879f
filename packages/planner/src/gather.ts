// The gather plan (design 3.3): which tokens of the document a question recomputes, from one score a token.
import { invariant, type GatherSettings } from '@longread/core';
import type { TokenSpan } from './hops.ts';
import { checkScores } from './scores.ts';
import { bestTokens, topPositions } from './top-positions.ts';

/**
 * Maximum over a centred window, clipped at both ends: `out[i] = max(scores[i - window/2 .. i + window/2])`.
 * O(n) whatever the window (van Herk, Gil and Werman): in blocks of `window` positions, a window is the end of one block and the
 * start of the next, whose maxima are running ones. Two blocks of them are held at a time.
 *
 * @param window odd number of positions.
 */
export function maxPool(scores: Float32Array, window: number): Float32Array<ArrayBuffer> {
  invariant(Number.isInteger(window) && window % 2 === 1, `maxPool needs an odd window, not ${window}`);
  const { length } = scores;
  const higher = (a: number, b: number): number => (a > b ? a : b);
  const reach = (window - 1) / 2;
  const pooled = new Float32Array(length);
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
  checkScores(scores);
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
  const chosen = new Set<number>();
  const take = (position: number): void => {
    if (chosen.size < size && position >= 0 && position < numTokens) chosen.add(position);
  };
  taken.forEach(take);
  for (let i = 0; i < Math.min(keepEnds, numTokens); i++) {
    take(i);
    take(numTokens - 1 - i);
  }
  return {
    has: (position) => chosen.has(position),
    room: () => size - chosen.size,
    isFull: () => chosen.size >= size,
    take,
    positions: () => Uint32Array.from(chosen).sort(),
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
  checkScores(scores);
  const reach = (smoothWindow - 1) / 2;
  const wanted = Math.min(size, numTokens);
  const covered = new Set<number>();
  const windows: Window[] = [];
  // While fewer than `wanted` tokens are covered, the best of the others is among the `wanted` best of all.
  for (const centre of bestTokens(scores, wanted)) {
    if (covered.size >= wanted) break;
    if (covered.has(centre)) continue;
    const window = {
      centre,
      start: Math.max(0, centre - reach),
      end: Math.min(numTokens, centre + reach + 1),
    };
    for (let i = window.start; i < window.end; i++) covered.add(i);
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

// The gather plan (design 3.3): which tokens of the document a question recomputes, from one score a token.
import { invariant, type GatherSettings } from '@longread/core';
import { maxPool } from './max-pool.ts';
import { apart, type TokenSpan } from './spans.ts';
import { allScores, scoresIn, type TokenScores } from './token-scores.ts';
import { bestTokens, topPositions } from './top-positions.ts';

export interface GatherOptions {
  /** Tokens to have in all, `taken` included; `settings.gatherSize` by default. */
  readonly size?: number;
  /** Positions that an earlier hop took: they stay and count. Strictly increasing, at most `size`. */
  readonly taken?: Uint32Array;
  /** `maxPool` of the scores by `settings.smoothWindow`, where the caller has it: with it not all scores need be known. */
  readonly pooled?: TokenScores;
}

/**
 * The positions to recompute: what is `taken`, the first and last `keepEnds` tokens, and the best of the rest by pooled score, then
 * raw score, then lower position. Where the ends do not fit beside `taken`, the outermost come first, from both ends in turn.
 *
 * @param scores raw.
 * @returns `[min(size, numTokens)]` strictly increasing positions.
 */
export function planGather(
  scores: TokenScores,
  settings: Pick<GatherSettings, 'gatherSize' | 'keepEnds' | 'smoothWindow'>,
  options: GatherOptions = {},
): Uint32Array<ArrayBuffer> {
  const numTokens = scores.length;
  const selection = startSelection(numTokens, settings, options);
  const pooled = options.pooled ?? pooledOf(scores, settings.smoothWindow);
  const isBetter = (a: number, b: number): boolean => {
    const [pooledA, pooledB] = [pooled.at(a), pooled.at(b)];
    if (pooledA !== pooledB) return pooledA > pooledB;
    const [rawA, rawB] = [scores.at(a), scores.at(b)];
    return rawA === rawB ? a < b : rawA > rawB;
  };
  topPositions(pooled.known(), selection.room(), isBetter, (p) => !selection.has(p)).forEach(selection.take);
  return selection.positions();
}

function pooledOf(scores: TokenScores, window: number): TokenScores {
  return allScores(maxPool(scoresIn(scores, { start: 0, end: scores.length }), window));
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
 * @param scores of the windows around each token.
 * @param among centres are in these stretches alone.
 */
export function bestWindows(
  scores: TokenScores,
  { smoothWindow }: Pick<GatherSettings, 'smoothWindow'>,
  size: number,
  among?: readonly TokenSpan[],
): Window[] {
  const numTokens = scores.length;
  const reach = (smoothWindow - 1) / 2;
  const wanted = Math.min(size, numTokens);
  const covered = new Set<number>();
  const windows: Window[] = [];
  // While fewer than `wanted` tokens are covered, the best of the others is among the `wanted` best of all.
  for (const centre of bestTokens(scores, wanted, among && apart(among))) {
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

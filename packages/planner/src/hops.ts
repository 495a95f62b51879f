// Several searches for one question (design 3.3, findings "A second hop"): the best spans of one hop are the query of the next.
// No forward pass: their stored embeddings are used. Hops share the gather size.
import type { GatherSettings } from '@longread/core';
import type { Spread } from './scores.ts';
import type { TokenSpan } from './spans.ts';
import type { TokenScores } from './token-scores.ts';
import { bestTokens } from './top-positions.ts';

/**
 * The spans that query the next hop: the best tokens by raw score (ties to the lower position), each with `peakSpan` tokens on both
 * sides, clipped at the document's ends, none overlapping another. Fewer than `peaks` when no room is left.
 *
 * @param scores raw scores of this hop, of which the best {@link mostPeaks} are known.
 * @param previous spans that queried this hop or an earlier one: they match themselves best and are passed over.
 * @returns best peak first.
 */
export function planHop(
  scores: TokenScores,
  settings: Pick<GatherSettings, 'peaks' | 'peakSpan'>,
  previous: readonly TokenSpan[] = [],
): readonly TokenSpan[] {
  const { peaks, peakSpan } = settings;
  const spans: TokenSpan[] = [];
  // A peak this near would have a span that overlaps.
  const isBlocked = (peak: number) =>
    [...previous, ...spans].some(({ start, end }) => peak >= start - peakSpan && peak < end + peakSpan);
  // The next peak is among as many of the best as all spans can block, and one more.
  const lengths = previous.reduce((sum, { start, end }) => sum + end - start + 2 * peakSpan, 0);
  const enough = lengths + peaks * (4 * peakSpan + 1);
  for (const peak of bestTokens(scores, enough)) {
    if (spans.length === peaks) break;
    if (isBlocked(peak)) continue;
    spans.push({
      start: Math.max(0, peak - peakSpan),
      end: Math.min(scores.length, peak + peakSpan + 1),
    });
  }
  return spans;
}

/** Of the best tokens so many decide which spans query any of the hops: what all spans can block, and one more of each. */
export function mostPeaks({
  hops,
  peaks,
  peakSpan,
}: Pick<GatherSettings, 'hops' | 'peaks' | 'peakSpan'>): number {
  return hops > 1 ? hops * peaks * (4 * peakSpan + 1) : 0;
}

/**
 * How many tokens are gathered in all once each hop is done: the `size` of planGather, hop by hop. Even shares of what is not `taken`
 * before, the last entry is `gatherSize`: `hopSizes(1024, 2)` is `[512, 1024]`.
 */
export function hopSizes(gatherSize: number, hops: number, taken = 0): number[] {
  const rest = gatherSize - taken;
  return Array.from({ length: hops }, (_, hop) => taken + Math.floor((rest * (hop + 1)) / hops));
}

/** Of the gather size what late interaction keeps where its best window is followed. */
const keptShare = 1 / 8;

/** Whether the best score is `followFrom` standard deviations above the mean of all: a planted fact is, a passage of prose is not. */
export function standsOut(best: number, { mean, deviation }: Spread, followFrom: number): boolean {
  return best - mean >= followFrom * deviation && best > mean;
}

/** How what late interaction found is followed: tokens that it keeps, and the settings by which the rest is searched for. */
export function planFollowing(settings: GatherSettings): {
  readonly kept: number;
  readonly settings: GatherSettings;
} {
  const kept = Math.floor(settings.gatherSize * keptShare);
  return { kept, settings: { ...settings, scoring: 'standardised', hops: 2 } };
}

/** Searches over the whole document that one question makes, at most. */
export function mostSearches(settings: GatherSettings): number {
  return mayFollow(settings) ? 1 + planFollowing(settings).settings.hops : settings.hops;
}

/** Whether these settings may follow what they find. */
export function mayFollow({ scoring, hops, followFrom }: GatherSettings): boolean {
  return scoring === 'late-interaction' && hops === 1 && followFrom < Infinity;
}

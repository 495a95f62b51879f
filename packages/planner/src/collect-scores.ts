// Scores come from the first token of a document to the last, and most of them are let go: which are kept is decided as they come.
import { invariant, type GatherSettings } from '@longread/core';
import { mostPeaks } from './hops.ts';
import { createLeaders, type Leaders } from './leaders.ts';
import { maxPool } from './max-pool.ts';
import { checkScores, highestScore, mergeSpreads, spreadOf, type Spread } from './scores.ts';
import { apart, type TokenSpan } from './spans.ts';
import { striped, stripeTokens, type StripedScores } from './striped-scores.ts';

/** The scores that are known one by one in the end. */
export interface WantedScores {
  /** Positions of the window whose maximum is taken; odd. */
  readonly window: number;
  /** So many of the best by the maximum over the window around each token, then by their own score, then the earlier ones. */
  readonly pooled: number;
  /** So many of the best by their own score, then the earlier ones. */
  readonly raw: number;
  /** As `raw`, of the tokens of these stretches alone. */
  readonly under?: { readonly spans: readonly TokenSpan[]; readonly count: number };
}

/** What gathering by these settings looks at. @param spans of which it takes the best, whatever else there is. */
export function wantedScores(settings: GatherSettings, spans: readonly TokenSpan[] = []): WantedScores {
  const { scoring, smoothWindow, gatherSize, keepEnds } = settings;
  const isLate = scoring === 'late-interaction';
  // Whole windows beside as many tokens as were taken before, and at the ends.
  const inWindows = isLate ? 2 * (gatherSize + keepEnds) : 0;
  return {
    window: isLate ? 1 : smoothWindow,
    pooled: isLate ? 0 : gatherSize,
    raw: Math.max(inWindows, mostPeaks(settings)),
    ...(spans.length > 0 && { under: { spans, count: gatherSize } }),
  };
}

export interface CollectedScores {
  readonly raw: StripedScores;
  /** The maximum over the window around each token, clipped at both ends: `raw` itself where the window is one token. */
  readonly pooled: StripedScores;
  /** Of the raw scores. */
  readonly spread: Spread;
}

export interface ScoreCollector {
  /** The next ones, of any number of tokens; they may be overwritten afterwards. @throws InternalError when one is NaN */
  add(scores: Float32Array): void;
  /** When all are there; once. */
  end(): CollectedScores;
}

/** Who leads by which order, among which tokens. */
interface Order {
  readonly leaders: Leaders;
  readonly by: 'raw' | 'pooled';
  /** Rising; all tokens without them. */
  readonly spans: readonly TokenSpan[];
}

interface Stripe {
  readonly raw: Float32Array<ArrayBuffer>;
  readonly pooled: Float32Array<ArrayBuffer>;
}

/** Stripes that are kept before it is looked which of them have fallen behind. */
const leastKept = 256;

export function createScoreCollector(numTokens: number, wanted: WantedScores): ScoreCollector {
  const { window, pooled, raw, under } = wanted;
  const isPooled = window > 1;
  const reach = (window - 1) / 2;
  const all = [{ start: 0, end: numTokens }];
  const orders: Order[] = [
    { leaders: createLeaders(isPooled ? raw : Math.max(raw, pooled)), by: 'raw', spans: all },
    ...(isPooled ? [{ leaders: createLeaders(pooled), by: 'pooled' as const, spans: all }] : []),
    ...(under
      ? [{ leaders: createLeaders(under.count), by: 'raw' as const, spans: apart(under.spans) }]
      : []),
  ];
  const numStripes = Math.ceil(numTokens / stripeTokens);
  const rawPeaks = new Float32Array(numStripes);
  const pooledPeaks = isPooled ? new Float32Array(numStripes) : rawPeaks;
  const kept = new Map<number, Stripe>();
  let mostKept = leastKept;
  let spread: Spread = { count: 0, mean: NaN, deviation: NaN };

  /** Whether a token of a stripe leads by any order: each order is asked of each of its tokens. */
  const some = (stripe: number, { raw, pooled }: Stripe, method: 'offer' | 'holds'): boolean => {
    const first = stripe * stripeTokens;
    let isAny = false;
    for (const { leaders, by, spans } of orders)
      for (const { start, end } of spans) {
        if (end <= first) continue;
        if (start >= first + raw.length) break;
        for (let i = Math.max(0, start - first); i < Math.min(raw.length, end - first); i++) {
          const own = raw[i] ?? NaN;
          const isLeading = by === 'raw' ? leaders[method](own, 0) : leaders[method](pooled[i] ?? NaN, own);
          isAny ||= isLeading;
        }
      }
    return isAny;
  };
  const drop = (): void => {
    for (const [stripe, scores] of kept) if (!some(stripe, scores, 'holds')) kept.delete(stripe);
    mostKept = Math.max(leastKept, 2 * kept.size);
  };
  const keep = (stripe: number, scores: Stripe): void => {
    rawPeaks[stripe] = highestScore(scores.raw);
    pooledPeaks[stripe] = highestScore(scores.pooled);
    if (!some(stripe, scores, 'offer')) return;
    const own = scores.raw.slice();
    kept.set(stripe, { raw: own, pooled: isPooled ? scores.pooled.slice() : own });
    if (kept.size > mostKept) drop();
  };

  /** Scores of tokens `start .. end-1`; those before `done` are only looked at by the windows behind it. */
  let pending = new Float32Array();
  let highest = pending;
  let [start, done, end] = [0, 0, 0];
  /** The same arrays for all that comes: new ones would be left for the collector by the megabyte. */
  const push = (scores: Float32Array): void => {
    const size = end - start + scores.length;
    if (size > pending.length) {
      const longer = new Float32Array(size);
      longer.set(pending.subarray(0, end - start));
      pending = longer;
      highest = isPooled ? new Float32Array(size) : longer;
    }
    pending.set(scores, end - start);
    end += scores.length;
  };
  /** Hands on whole stripes up to a token whose window is here. */
  const hand = (to: number): void => {
    if (to <= done) return;
    if (isPooled) maxPool(pending.subarray(0, end - start), window, highest);
    for (let first = done; first < to; first += stripeTokens) {
      const range = [first - start, Math.min(first + stripeTokens, to) - start] as const;
      keep(first / stripeTokens, { raw: pending.subarray(...range), pooled: highest.subarray(...range) });
    }
    done = to;
    const next = Math.max(0, done - reach);
    pending.copyWithin(0, next - start, end - start);
    start = next;
  };

  return {
    add: (scores) => {
      checkScores(scores, end);
      spread = mergeSpreads(spread, spreadOf(scores));
      push(scores);
      hand(Math.floor((end - reach) / stripeTokens) * stripeTokens);
    },
    end: () => {
      invariant(end === numTokens, `${end} scores came of ${numTokens}`);
      hand(numTokens);
      drop();
      const own = <K extends keyof Stripe>(of: K) =>
        new Map([...kept].map(([stripe, scores]) => [stripe, scores[of]]));
      const known = striped(numTokens, rawPeaks, own('raw'));
      return {
        raw: known,
        pooled: isPooled ? striped(numTokens, pooledPeaks, own('pooled')) : known,
        spread,
      };
    },
  };
}

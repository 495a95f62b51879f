// Which entries of a compressed cache stay: the rules of the strategies that keep one, as data, and the choice itself.
import { invariant, type ReadSettings } from '@longread/core';
import { planChunks } from './chunks.ts';
import { maxPool } from './max-pool.ts';

export interface EvictionRule {
  /** Of a chunk's queries the last so many give the scores: Infinity for all, 0 where nothing is scored. */
  readonly numQueries: number;
  /** Whether what an entry received from earlier chunks counts on. */
  readonly accumulates: boolean;
  /** One kept set a layer, by the attention of all its heads; else one for each KV head, by that of its group. */
  readonly perLayer: boolean;
  /** Evicts once, behind a prompt that has to fit the window; else after every chunk, however long the prompt is. */
  readonly once: boolean;
  /**
   * Which entries of a KV head stay, where that is more than the highest scores: chosen on the host.
   *
   * @param scores one an entry, oldest first; more than `keep`.
   * @param recent as the rule's own, of `keep`.
   * @param numBefore tokens of the prompt before the chunk at hand.
   * @returns `[scores.length]`: 1 for the `keep` that stay, else 0.
   */
  readonly plan?: (
    scores: Float32Array,
    keep: number,
    recent: number,
    numBefore: number,
  ) => Uint32Array<ArrayBuffer>;
  /** Newest entries that stay, whatever their scores. Of the rest the highest scores, equal ones from the oldest on. */
  recent(settings: Pick<ReadSettings, 'budget' | 'recent'>): number;
}

/** StreamingLLM, arXiv 2309.17453: the first four entries, on which attention rests, and the newest. */
export const streamingRule: EvictionRule = {
  numQueries: 0,
  accumulates: false,
  perLayer: false,
  once: false,
  recent: ({ budget }) => Math.max(0, budget - 4),
};

/** H2O, arXiv 2306.14048: attention received from all queries so far, and the newest. */
export const h2oRule: EvictionRule = {
  numQueries: Infinity,
  accumulates: true,
  perLayer: false,
  once: false,
  recent: ({ recent }) => recent,
};

/** TOVA, arXiv 2401.06104: attention received from the last query, of all heads of a layer together; being new is no merit. */
export const tovaRule: EvictionRule = {
  numQueries: 1,
  accumulates: false,
  perLayer: true,
  once: false,
  recent: () => 0,
};

/** Queries at the end of a prompt that SnapKV looks from, and entries of which the highest score counts for the middle one. */
const observed = 32;
const pooled = 7;

/** SnapKV, arXiv 2404.14469: attention received from the prompt's last queries, of which the neighbours share; these queries' own entries. */
export const snapkvRule: EvictionRule = {
  numQueries: observed,
  accumulates: false,
  perLayer: false,
  once: true,
  plan: (scores, keep, recent) => planKept(scores, keep, recent, pooled),
  recent: ({ budget }) => Math.min(observed, budget),
};

/**
 * The entries that stay: the `recent` newest, and of the rest those with the highest scores, pooled among themselves; equal ones from
 * the oldest on.
 *
 * @param scores one an entry, oldest first, none negative or NaN.
 * @param keep how many stay.
 * @param pool scores are maxima over so many entries, centred; odd, 1 for none.
 * @returns `[scores.length]`: 1 for those that stay, else 0.
 */
export function planKept(
  scores: Float32Array,
  keep: number,
  recent: number,
  pool: number,
): Uint32Array<ArrayBuffer> {
  invariant(recent <= keep, `${recent} recent entries of ${keep}`);
  const flags = new Uint32Array(scores.length);
  if (scores.length <= keep) return flags.fill(1);
  const numOld = scores.length - recent;
  flags.fill(1, numOld);
  const maxima = maxPool(scores.subarray(0, numOld), pool);
  const byScore = [...maxima.keys()].sort((a, b) => (maxima[b] ?? 0) - (maxima[a] ?? 0) || a - b);
  for (const entry of byScore.slice(0, keep - recent)) flags[entry] = 1;
  return flags;
}

/** How a prompt is read by a rule. */
export interface ReadingPlan {
  readonly chunks: readonly {
    readonly firstToken: number;
    readonly numTokens: number;
    /** Entries that stay after it. */
    readonly keep: number;
  }[];
  /** Most entries that are kept after a chunk. */
  readonly budget: number;
  /** Slots to decode in: what is kept, and the answer up to where it is read and evicted itself. */
  readonly numPositions: number;
}

/**
 * The document's tokens and those before it, then the question's and those behind it, which begin a chunk of their own: what was read
 * before a question serves the next. A rule that evicts once needs the question for it, and has its ragged chunk first, so that the
 * queries it looks from are all in the last one.
 */
export function planReading(
  numBefore: number,
  numAfter: number,
  maxNewTokens: number,
  { once }: Pick<EvictionRule, 'once'>,
  { chunkSize, budget }: Pick<ReadSettings, 'chunkSize' | 'budget'>,
): ReadingPlan {
  const numTokens = numBefore + numAfter;
  const kept = Math.min(numTokens, budget);
  if (!once) {
    const before = planChunks(numBefore, chunkSize);
    const after = planChunks(numAfter, chunkSize, { index: before.length, firstToken: numBefore });
    const chunks = [...before, ...after].map((chunk) => ({ ...chunk, keep: budget }));
    return { chunks, budget, numPositions: kept + Math.min(maxNewTokens, chunkSize) };
  }
  const ragged = numTokens % chunkSize;
  const whole = planChunks(numTokens - ragged, chunkSize, { index: 0, firstToken: ragged });
  const lengths = [...(ragged > 0 ? [{ firstToken: 0, numTokens: ragged }] : []), ...whole];
  const chunks = lengths.map((chunk, i) => ({
    firstToken: chunk.firstToken,
    numTokens: chunk.numTokens,
    keep: i === lengths.length - 1 ? kept : numTokens,
  }));
  return { chunks, budget: numTokens, numPositions: kept + maxNewTokens };
}

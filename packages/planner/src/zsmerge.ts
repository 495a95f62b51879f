// ZSMerge (arXiv 2503.10714): which tokens of one head stay as they are and which are merged into entries that stand for many, one token
// at a time. A merged entry counts in attention as often as tokens went into it.
import { invariant } from '@longread/core';

/** One entry of a head's cache. */
export interface MergedEntry {
  /** `[headDim]`, before rotation. */
  readonly key: Float64Array;
  /** `[headDim]` */
  readonly value: Float64Array;
  /** Tokens that went into it. */
  readonly weight: number;
  /** Attention received, the recent more than the old: decayedSum. */
  readonly score: number;
}

/** In the order of the cache: an entry's position is its place. */
export interface MergedCache {
  readonly residual: readonly MergedEntry[];
  /** Of the tokens that are old those with the highest scores, in their order. */
  readonly heavy: readonly MergedEntry[];
  /** The newest, in their order. */
  readonly tail: readonly MergedEntry[];
}

export interface MergeSettings {
  /** Entries in all. */
  readonly budget: number;
  /** Entries that others merge into. */
  readonly residual: number;
  readonly tail: number;
}

/** One entry that others merge into, a tenth of the budget for the newest. */
export function defaultMerge(budget: number): MergeSettings {
  return { budget, residual: 1, tail: Math.ceil(budget / 10) };
}

/** How fast attention of the past fades. */
export const mergeDecay = 0.98;

/** s + sum over the queries of decay^(last - i) A[i], where s fades as many times: the score after `attention` `[queries]`. */
export function decayedSum(score: number, attention: Iterable<number>, decay = mergeDecay): number {
  let next = score;
  for (const received of attention) next = decay * next + received;
  return next;
}

/** What two entries are together: means by weight; what either received. */
export function mergeEntries(a: MergedEntry, b: MergedEntry): MergedEntry {
  const weight = a.weight + b.weight;
  const mean = (x: Float64Array, y: Float64Array) =>
    x.map((value, d) => (a.weight * value + b.weight * (y[d] ?? NaN)) / weight);
  return {
    key: mean(a.key, b.key),
    value: mean(a.value, b.value),
    weight,
    score: a.score + b.score,
  };
}

/**
 * The cache of a prompt that exceeds the budget: the newest, of the rest those with the highest scores (ties to the older), and what is
 * left cut in order into runs of about the same length, each merged into one.
 *
 * @param tokens in their order, of weight 1; more than `settings.budget`.
 */
export function fillMerged(tokens: readonly MergedEntry[], settings: MergeSettings): MergedCache {
  const { budget, residual, tail } = settings;
  const numHeavy = budget - residual - tail;
  invariant(
    residual >= 1 && numHeavy >= 1 && tokens.length > budget,
    `${tokens.length} tokens into ${budget} entries`,
  );
  const old = tokens.slice(0, tokens.length - tail);
  const best = [...old.keys()].sort((a, b) => (old[b]?.score ?? 0) - (old[a]?.score ?? 0) || a - b);
  const chosen = new Set(best.slice(0, numHeavy));
  const rest = old.filter((_, i) => !chosen.has(i));
  const runs = Array.from({ length: residual }, (_, i) =>
    rest.slice(Math.floor((i * rest.length) / residual), Math.floor(((i + 1) * rest.length) / residual)),
  );
  return {
    residual: runs.map((run) => run.reduce(mergeEntries)),
    heavy: old.filter((_, i) => chosen.has(i)),
    tail: tokens.slice(tokens.length - tail),
  };
}

/**
 * The cache with one token more: the heavy entry of the lowest score (the oldest of equal ones) merges into the residual entry whose key
 * is most like its own, by their product, and the oldest of the tail becomes a heavy one.
 */
export function addMerged(cache: MergedCache, token: MergedEntry): MergedCache {
  const [oldest, ...tail] = [...cache.tail, token];
  const lowest = cache.heavy.reduce((low, entry) => (entry.score < low.score ? entry : low));
  const dot = ({ key }: MergedEntry) =>
    key.reduce((sum, value, d) => sum + value * (lowest.key[d] ?? NaN), 0);
  const into = cache.residual.reduce((best, entry) => (dot(entry) > dot(best) ? entry : best));
  invariant(oldest, 'a cache without a token');
  return {
    residual: cache.residual.map((entry) => (entry === into ? mergeEntries(entry, lowest) : entry)),
    heavy: [...cache.heavy.filter((entry) => entry !== lowest), oldest],
    tail,
  };
}

/** Attention of one query over entries: softmax(q . k / sqrt(headDim) + ln weight), and the values by it. */
export function attendMerged(
  query: Float64Array,
  entries: readonly MergedEntry[],
): { readonly probabilities: readonly number[]; readonly output: Float64Array } {
  const scale = 1 / Math.sqrt(query.length);
  const logits = entries.map(
    ({ key, weight }) =>
      scale * key.reduce((sum, value, d) => sum + value * (query[d] ?? NaN), 0) + Math.log(weight),
  );
  const top = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const weights = logits.map((logit) => Math.exp(logit - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const probabilities = weights.map((weight) => weight / total);
  const output = new Float64Array(entries[0]?.value.length ?? 0);
  for (const [i, { value }] of entries.entries())
    value.forEach((v, d) => (output[d] = (output[d] ?? NaN) + (probabilities[i] ?? NaN) * v));
  return { probabilities, output };
}

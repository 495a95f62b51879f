// ZSMerge (arXiv 2503.10714): which entries of one head stay as they are, and which are merged into one that stands for many. It is the
// first of the cache, and counts in attention as often as tokens went into it; behind it the others in the text's order.
import { invariant } from '@longread/core';

/** What attention leaves behind, as -ln of what each query does: of 0.98. */
export const mergeFading = -Math.log(0.98);

/** How many entries stay as they are: of the old those with the highest scores, and a tenth of the budget of the newest. One is of all others. */
export interface MergeSettings {
  readonly heavy: number;
  readonly tail: number;
}

export function mergeSettings(budget: number): MergeSettings {
  const tail = Math.min(Math.ceil(budget / 10), budget - 1);
  return { heavy: budget - 1 - tail, tail };
}

/** Tokens that went into the first entry of a cache of `keep`, by how many were read: one as long as all have room. */
export function mergedTokens(keep: number, numRead: number): number {
  return Math.max(1, numRead - keep + 1);
}

/**
 * The entries of [kept ++ chunk] that stay as they are, of a KV head. When the budget is first exceeded these are the newest and, of the rest,
 * the highest scores. From then on, token by token, the lowest score of the old goes, the oldest of equal ones, and the oldest of the
 * newest takes its place.
 *
 * @param scores one an entry; more than `keep`.
 * @param keep entries in all, what is merged included.
 * @param numBefore tokens of the prompt before the chunk.
 * @returns `[scores.length]`: 1 for those that stay, `keep - 1` of them, 0 for those that are merged, what was merged before among them.
 */
export function planMerged(scores: Float32Array, keep: number, numBefore: number): Uint32Array<ArrayBuffer> {
  const numEntries = scores.length;
  invariant(numEntries > keep, `${numEntries} entries to merge into ${keep}`);
  const { heavy, tail } = mergeSettings(keep);
  const scoreOf = (entry: number): number => scores[entry] ?? NaN;
  const flags = new Uint32Array(numEntries).fill(1, numEntries - tail);
  if (numBefore <= keep) {
    const old = Array.from({ length: numEntries - tail }, (_, entry) => entry);
    old.sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
    for (const entry of old.slice(0, heavy)) flags[entry] = 1;
    return flags;
  }
  if (heavy === 0) return flags;
  flags.fill(1, 1, heavy + 1);
  const stays = Uint32Array.from({ length: heavy }, (_, i) => i + 1);
  for (let entry = heavy + 1; entry < numEntries - tail; entry++) {
    let place = 0;
    for (let i = 1; i < heavy; i++) {
      const lead = scoreOf(stays[i] ?? NaN) - scoreOf(stays[place] ?? NaN);
      if (lead < 0 || (lead === 0 && (stays[i] ?? NaN) < (stays[place] ?? NaN))) place = i;
    }
    flags[stays[place] ?? NaN] = 0;
    flags[entry] = 1;
    stays[place] = entry;
  }
  return flags;
}

/**
 * What is left of the rows of [kept ++ chunk]: the mean of those that are merged, by the tokens in them, and then those that stay.
 *
 * @param rows `[flags.length, size]`
 * @param flags as of `planMerged`.
 * @param tokensOfFirst that went into the first row.
 * @returns `[1 + flags that are set, size]`
 */
export function mergeRows(
  rows: Float32Array,
  flags: Uint32Array,
  tokensOfFirst: number,
): Float32Array<ArrayBuffer> {
  const size = rows.length / flags.length;
  const sums = new Float64Array(size);
  const left = new Float32Array(size * (1 + flags.reduce((sum, flag) => sum + flag, 0)));
  let numTokens = 0;
  let end = size;
  for (const [entry, flag] of flags.entries()) {
    const row = rows.subarray(entry * size, (entry + 1) * size);
    if (flag === 1) {
      left.set(row, end);
      end += size;
      continue;
    }
    const weight = entry === 0 ? tokensOfFirst : 1;
    numTokens += weight;
    for (let d = 0; d < size; d++) sums[d] = (sums[d] ?? NaN) + weight * (row[d] ?? NaN);
  }
  left.set(sums.map((sum) => sum / numTokens));
  return left;
}

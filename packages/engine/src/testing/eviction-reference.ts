// Strategies that evict, in float64 and straight loops, as docs/method.md says them: chunks through all layers, and after each, per
// layer and KV head, the entries that a rule chooses stay. What the evicting reader and compress must compute.
import { headDimOf, isSharing, keysOfLayer, windowOf } from '@longread/core';
import type { ModelFile } from '@longread/formats';
import { createLayers } from './reference.ts';
import { dot, ropeOf, rotate } from './reference-attention.ts';

/** A token of a layer's KV head, or several as one; `score` is what the rule gave it last. */
export interface Entry {
  readonly key: Float64Array;
  readonly value: Float64Array;
  /** Tokens in it, as often as which attention counts it. */
  readonly weight: number;
  score: number;
}

/** What a rule sees of a KV head when a chunk is through a layer. */
export interface Seen {
  /** `[numHeads][numTokens][numEntries]`: softmax probabilities of all the layer's heads, 0 where masked. */
  readonly attention: readonly (readonly (readonly number[])[])[];
  /** Query heads of this KV head. */
  readonly group: readonly number[];
  /** Per entry of [kept ++ chunk]: what the rule gave it last, 0 for the chunk's. */
  readonly before: readonly number[];
}

/** Slots that stay, and how far apart the scores were that decided it: the least distance. */
export interface Choice {
  readonly slots: ReadonlySet<number>;
  readonly margin: number;
}

export interface Rule {
  /** Per entry; the highest stay, unless the rule chooses. */
  score(seen: Seen): readonly number[];
  /** What stays of a KV head, told apart by `place`, when a chunk is through. */
  choose?(place: string, scores: readonly number[]): Choice;
  /** What becomes of more entries than stay, where they are not dropped. */
  merge?(entries: readonly Entry[], keep: number): { readonly entries: Entry[]; readonly margin: number };
  /** Whether an entry stays whatever its score. */
  always(entry: number, numEntries: number): boolean;
}

/** What one chunk came to. */
export interface ChunkRead {
  /** After the chunk's last token. */
  readonly logits: Float64Array;
  /** Per layer that attends and KV head: 1 for the entries of [kept ++ chunk] that stay, else 0. */
  readonly flags: readonly (readonly (readonly number[])[])[];
  /** Least distance at any cut between the scores of the last kept entry and the first dropped one; Infinity where nothing was dropped. */
  readonly margin: number;
  /** Per layer that attends and KV head, what stays. */
  readonly entries: readonly (readonly (readonly Entry[])[])[];
}

/** @returns reads the next chunk, after which `keep` entries stay */
export async function createEvictionReference(
  file: ModelFile,
  rule: Rule,
): Promise<(ids: ArrayLike<number>, keep: number) => ChunkRead> {
  const { config } = file;
  const { numLayers, numHeads, numKvHeads, attentionScale } = config;
  const groupSize = numHeads / numKvHeads;
  const run = await createLayers(file, undefined, true);
  const kept: Entry[][][] = Array.from({ length: numLayers }, () =>
    Array.from({ length: numKvHeads }, () => []),
  );

  return (ids, keep) => {
    const flags: number[][][] = [];
    /** By layer: what it saw, which layers that share see, too. */
    const seen: Entry[][][] = [];
    let margin = Infinity;
    const logits = run(ids, (rows, layer) => {
      const window = windowOf(config, layer);
      const rope = ropeOf(config, layer);
      const headDim = headDimOf(config, layer);
      const part = (row: Float64Array, head: number) => row.subarray(head * headDim, (head + 1) * headDim);
      const own = (kept[layer] ?? []).map((before, kv): Entry[] => [
        ...before,
        ...rows.map((row) => ({
          key: part(row, numHeads + kv),
          value: part(row, numHeads + numKvHeads + kv),
          weight: 1,
          score: 0,
        })),
      ]);
      const shares = isSharing(config, layer);
      const entriesOf = shares ? (seen[keysOfLayer(config, layer)] ?? []) : own;
      seen[layer] = entriesOf;
      const outputs = rows.map(() => new Float64Array(numHeads * headDim));
      const attention = Array.from({ length: numHeads }, (_, head) => {
        const entries = entriesOf[Math.floor(head / groupSize)] ?? [];
        const keys = entries.map(({ key }, slot) => rotate(key, slot, rope));
        return rows.map((row, t) => {
          const last = entries.length - rows.length + t;
          const q = rotate(part(row, head), last, rope);
          const weights = keys.map((key, slot) =>
            slot > last || last - slot >= window
              ? 0
              : (entries[slot]?.weight ?? NaN) * Math.exp(dot(q, key) * attentionScale),
          );
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const y = part(outputs[t] ?? row, head);
          entries.forEach(({ value }, slot) => {
            const p = (weights[slot] ?? NaN) / total;
            value.forEach((v, d) => (y[d] = (y[d] ?? NaN) + p * v));
          });
          return weights.map((weight) => weight / total);
        });
      });
      if (shares) return outputs;
      const stays = entriesOf.map((entries, kv) => {
        const group = Array.from({ length: groupSize }, (_, i) => kv * groupSize + i);
        const scores = rule.score({ attention, group, before: entries.map(({ score }) => score) });
        const ranks = scores.map((score, slot) => {
          // A sliding layer keeps its newest.
          if (window < Infinity) return slot >= entries.length - keep ? Infinity : 0;
          return rule.always(slot, entries.length) ? Infinity : score;
        });
        const best = [...ranks.keys()].sort((a, b) => {
          const [first, second] = [ranks[a] ?? NaN, ranks[b] ?? NaN];
          return first === second ? a - b : second - first;
        });
        const choice = window === Infinity ? rule.choose?.(`${layer} ${kv}`, scores) : undefined;
        const chosen = choice?.slots ?? new Set(best.slice(0, keep));
        const [lowest, highest] = [ranks[best[keep - 1] ?? -1], ranks[best[keep] ?? -1]];
        if (choice) margin = Math.min(margin, choice.margin);
        else if (!rule.merge && lowest !== undefined && highest !== undefined && lowest !== Infinity)
          margin = Math.min(margin, lowest - highest);
        entries.forEach((entry, slot) => (entry.score = scores[slot] ?? NaN));
        const merged = window === Infinity && entries.length > keep ? rule.merge?.(entries, keep) : undefined;
        margin = Math.min(margin, merged?.margin ?? Infinity);
        const layerKept = kept[layer];
        if (layerKept) layerKept[kv] = merged?.entries ?? entries.filter((_, slot) => chosen.has(slot));
        return entries.map((_, slot) => Number(chosen.has(slot)));
      });
      flags[layer] = stays;
      return outputs;
    });
    return { logits, flags, margin, entries: kept.map((heads) => [...heads]) };
  };
}

// H2O (arXiv 2306.14048) in float64 and straight loops, as docs/method.md says it: chunks through all layers, and after each chunk, per
// layer and KV head, the newest entries and those that received most attention stay. What the h2o reader and compress must compute.
import type { ReadSettings } from '@longread/core';
import type { ModelFile } from '@longread/formats';
import { createLayers, dot, rotate } from './reference.ts';

/** A token of a layer's KV head; `received` is the attention paid to it so far. */
interface Entry {
  readonly key: Float64Array;
  readonly value: Float64Array;
  received: number;
}

/** What one chunk came to. */
export interface ChunkRead {
  /** After the chunk's last token. */
  readonly logits: Float64Array;
  /** Per layer and KV head: 1 for the entries of [kept ++ chunk] that stay, else 0. */
  readonly flags: readonly (readonly (readonly number[])[])[];
  /** Least distance at any cut between what the last kept entry received and the first dropped one; Infinity where nothing was dropped. */
  readonly margin: number;
}

/** @returns reads the next chunk */
export async function createH2oReference(
  file: ModelFile,
  { budget, recent }: Pick<ReadSettings, 'budget' | 'recent'>,
): Promise<(ids: ArrayLike<number>) => ChunkRead> {
  const { numLayers, numHeads, numKvHeads, headDim, ropeTheta } = file.config;
  const run = await createLayers(file);
  const kept: Entry[][][] = Array.from({ length: numLayers }, () =>
    Array.from({ length: numKvHeads }, () => []),
  );
  const part = (row: Float64Array, head: number) => row.subarray(head * headDim, (head + 1) * headDim);

  return (ids) => {
    const flags: number[][][] = [];
    let margin = Infinity;
    const logits = run(ids, (rows, layer) => {
      const outputs = rows.map(() => new Float64Array(numHeads * headDim));
      const stays: number[][] = [];
      for (let kv = 0; kv < numKvHeads; kv++) {
        const before = kept[layer]?.[kv] ?? [];
        const chunk = rows.map((row) => ({
          key: part(row, numHeads + kv),
          value: part(row, numHeads + numKvHeads + kv),
          received: 0,
        }));
        const entries: Entry[] = [...before, ...chunk];
        const keys = entries.map(({ key }, slot) => rotate(key, slot, ropeTheta));
        const groupSize = numHeads / numKvHeads;
        for (const [t, row] of rows.entries()) {
          const last = before.length + t;
          for (let head = kv * groupSize; head < (kv + 1) * groupSize; head++) {
            const q = rotate(part(row, head), last, ropeTheta);
            const weights = keys.slice(0, last + 1).map((key) => Math.exp(dot(q, key) / Math.sqrt(headDim)));
            const total = weights.reduce((sum, weight) => sum + weight, 0);
            const y = part(outputs[t] ?? row, head);
            for (const [slot, weight] of weights.entries()) {
              const entry = entries[slot];
              if (entry === undefined) throw new Error(`no entry at ${slot}`);
              entry.received += weight / total;
              entry.value.forEach((value, d) => (y[d] = (y[d] ?? NaN) + (weight / total) * value));
            }
          }
        }
        const firstRecent = Math.max(0, entries.length - recent);
        const byReceived = entries
          .map(({ received }, slot) => ({ received, slot }))
          .slice(0, firstRecent)
          .sort((a, b) => b.received - a.received || a.slot - b.slot);
        const numOld = Math.min(firstRecent, budget - recent);
        const old = new Set(byReceived.slice(0, numOld).map(({ slot }) => slot));
        const [lowest, highest] = [byReceived[numOld - 1], byReceived[numOld]];
        if (lowest && highest) margin = Math.min(margin, lowest.received - highest.received);
        const isKept = entries.map((_, slot) => Number(slot >= firstRecent || old.has(slot)));
        stays.push(isKept);
        const layerKept = kept[layer];
        if (layerKept) layerKept[kv] = entries.filter((_, slot) => isKept[slot] === 1);
      }
      flags.push(stays);
      return outputs;
    });
    return { logits, flags, margin };
  };
}

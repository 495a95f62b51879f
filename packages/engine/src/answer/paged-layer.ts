// One layer of a prompt on the host: the keys and values of all its tokens, the attention that they received while they were new, and
// the key of each page.
import type { ModelConfig } from '@longread/core';
import { planRepresentatives, qkvWidth, type PageShape } from '@longread/planner';
import type { KeptEntries } from '../compressed-cache.ts';

export interface PagedLayer {
  /** `[numHeads, headDim]`: mean of the last chunk's queries, before rotation. */
  readonly meanQuery: Float32Array<ArrayBuffer>;
  /** Of each whole page `[numKvHeads, headDim]`: mean of the keys that received most of each head's attention. */
  readonly pageKeys: readonly Float32Array<ArrayBuffer>[];
  /** Adds a chunk's projections `[numTokens, (numHeads + 2 numKvHeads) headDim]` behind `firstToken` tokens. */
  push(rows: Float32Array, firstToken: number, numTokens: number): void;
  /** Adds what these tokens received: `sums[head * capacity + slot]` of the `i`-th from `firstSlot` on. */
  receive(
    sums: Float32Array,
    capacity: number,
    tokens: { readonly firstSlot: number; readonly firstToken: number; readonly count: number },
  ): void;
  /** Makes the pages up to `numPages` whole: their tokens are new no more. */
  close(numPages: number, shape: PageShape): void;
  /** Keys and values of some tokens, as a compressed cache of one layer holds them. */
  entriesAt(tokens: Uint32Array): KeptEntries;
}

/** @param config as the layer has it. */
export function createPagedLayer(config: ModelConfig, maxTokens: number): PagedLayer {
  const { numHeads, numKvHeads, headDim } = config;
  const width = qkvWidth(config);
  const keyFloats = numKvHeads * headDim;
  /** `[maxTokens, 2, numKvHeads, headDim]`: keys, then values, as they stand in the projections. */
  const entries = new Float32Array(maxTokens * 2 * keyFloats);
  /** `[numKvHeads, maxTokens]` */
  const received = new Float32Array(numKvHeads * maxTokens);
  const meanQuery = new Float32Array(numHeads * headDim);
  const pageKeys: Float32Array<ArrayBuffer>[] = [];

  /** Of the page's tokens `first .. end - 1`, which are at least one. */
  const keyOf = (first: number, end: number): Float32Array<ArrayBuffer> => {
    const mean = new Float32Array(keyFloats);
    for (let head = 0; head < numKvHeads; head++) {
      const best = planRepresentatives(received.subarray(head * maxTokens + first, head * maxTokens + end));
      for (const entry of best) {
        const at = (first + entry) * 2 * keyFloats + head * headDim;
        for (let d = 0; d < headDim; d++) {
          const i = head * headDim + d;
          mean[i] = (mean[i] ?? NaN) + (entries[at + d] ?? NaN) / best.length;
        }
      }
    }
    return mean;
  };

  return {
    meanQuery,
    pageKeys,
    push: (rows, firstToken, numTokens) => {
      meanQuery.fill(0);
      for (let t = 0; t < numTokens; t++) {
        const row = rows.subarray(t * width, (t + 1) * width);
        for (let i = 0; i < meanQuery.length; i++)
          meanQuery[i] = (meanQuery[i] ?? NaN) + (row[i] ?? NaN) / numTokens;
        entries.set(row.subarray(numHeads * headDim), (firstToken + t) * 2 * keyFloats);
      }
    },
    receive: (sums, capacity, { firstSlot, firstToken, count }) => {
      for (let head = 0; head < numKvHeads; head++) {
        for (let i = 0; i < count; i++) {
          const at = head * maxTokens + firstToken + i;
          received[at] = (received[at] ?? NaN) + (sums[head * capacity + firstSlot + i] ?? NaN);
        }
      }
    },
    close: (numPages, { sinks, pageTokens }) => {
      while (pageKeys.length < numPages) {
        const first = sinks + pageKeys.length * pageTokens;
        pageKeys.push(keyOf(first, first + pageTokens));
      }
    },
    entriesAt: (tokens) => {
      const numSlots = tokens.length;
      const keys = new Float32Array(numSlots * keyFloats);
      const values = new Float32Array(numSlots * keyFloats);
      for (const [slot, token] of tokens.entries()) {
        for (let head = 0; head < numKvHeads; head++) {
          const from = token * 2 * keyFloats + head * headDim;
          const to = (head * numSlots + slot) * headDim;
          keys.set(entries.subarray(from, from + headDim), to);
          values.set(entries.subarray(from + keyFloats, from + keyFloats + headDim), to);
        }
      }
      return { numSlots, keys, values, scores: new Float32Array(numKvHeads * numSlots) };
    },
  };
}

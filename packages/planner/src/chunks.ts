// Compress plans (design 3.1): how a document is cut into chunks, and what stays of the cache after each.
import { invariant } from '@longread/core';

export interface ChunkPlan {
  readonly index: number;
  readonly firstToken: number;
  readonly numTokens: number;
}

/** How many cache entries a chunk leaves per layer and KV head. */
export interface EvictionPlan {
  /** Kept entries and chunk tokens together: the keys that the chunk's last query sees. */
  readonly numEntries: number;
  readonly numKept: number;
  readonly numDropped: number;
}

/**
 * Cuts `numTokens` tokens into chunks of `chunkSize`, the last one ragged; no tokens give no chunks.
 *
 * @param after where the first chunk goes on (appending): chunk index and token position, by default 0 and 0.
 */
export function planChunks(
  numTokens: number,
  chunkSize: number,
  after: { readonly index: number; readonly firstToken: number } = { index: 0, firstToken: 0 },
): readonly ChunkPlan[] {
  invariant(Number.isInteger(numTokens) && numTokens >= 0, `planChunks got ${numTokens} tokens`);
  invariant(Number.isInteger(chunkSize) && chunkSize >= 1, `planChunks got a chunk size of ${chunkSize}`);
  const chunks: ChunkPlan[] = [];
  for (let start = 0; start < numTokens; start += chunkSize) {
    chunks.push({
      index: after.index + chunks.length,
      firstToken: after.firstToken + start,
      numTokens: Math.min(chunkSize, numTokens - start),
    });
  }
  return chunks;
}

/** Tokens of the longest; 0 of none. */
export function longestChunk(chunks: readonly ChunkPlan[]): number {
  return Math.max(0, ...chunks.map(({ numTokens }) => numTokens));
}

/** Entries that stay when a chunk of `chunkTokens` follows `numSlots` kept ones: `min(numSlots + chunkTokens, budget)`. */
export function planEviction(numSlots: number, chunkTokens: number, budget: number): EvictionPlan {
  const numEntries = numSlots + chunkTokens;
  const numKept = Math.min(numEntries, budget);
  return { numEntries, numKept, numDropped: numEntries - numKept };
}

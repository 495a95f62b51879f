// What strategies read that choose a document's chunks whole: the best of them, in the document's order.
import { invariant } from '@longread/core';
import { scoresByChunk, type TokenScores } from './token-scores.ts';

export interface ChunkGather {
  /** Strictly increasing. */
  readonly positions: Uint32Array<ArrayBuffer>;
  /** Of each token that of its chunk. */
  readonly scores: TokenScores;
}

/**
 * The chunks of `chunkTokens` tokens with the highest scores, equal ones in the document's order; of the last that has room, its
 * beginning.
 *
 * @param chunkScores one for each chunk, the document's last being ragged.
 * @returns `min(size, numTokens)` positions.
 */
export function planWholeChunks(
  chunkScores: Float32Array,
  numTokens: number,
  chunkTokens: number,
  size: number,
): ChunkGather {
  invariant(
    chunkScores.length === Math.ceil(numTokens / chunkTokens),
    `${chunkScores.length} scores of ${numTokens} tokens in chunks of ${chunkTokens}`,
  );
  const best = [...chunkScores.keys()].sort((a, b) => (chunkScores[b] ?? 0) - (chunkScores[a] ?? 0) || a - b);
  const positions: number[] = [];
  for (const chunk of best) {
    const first = chunk * chunkTokens;
    const end = Math.min(first + chunkTokens, numTokens, first + size - positions.length);
    for (let position = first; position < end; position++) positions.push(position);
    if (positions.length === size) break;
  }
  return {
    positions: Uint32Array.from(positions).sort(),
    scores: scoresByChunk(numTokens, chunkTokens, chunkScores),
  };
}

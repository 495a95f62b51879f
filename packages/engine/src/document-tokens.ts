// The tokens of a document in use: ids and ends of a few of them, read from the store chunk by chunk as they are asked for.
import { invariant, type ChunkTokens, type DocumentManifest } from '@longread/core';
import type { TokenSpan } from '@longread/planner';
import type { DocumentStore } from '@longread/store';

/** All methods throw IntegrityError for a chunk that is damaged or missing. */
export interface DocumentTokens {
  readonly numTokens: number;
  /** Ids of the tokens of a stretch. */
  idsOf(span: TokenSpan): Promise<Uint32Array<ArrayBuffer>>;
  /** Ids of the tokens at `positions`, which rise. */
  idsAt(positions: Uint32Array): Promise<Uint32Array<ArrayBuffer>>;
  /** Where the tokens of a stretch end, in UTF-16 code units of the document. */
  endsOf(span: TokenSpan): Promise<Uint32Array<ArrayBuffer>>;
  /** Where one token ends; 0 for that before the first. */
  endOf(token: number): Promise<number>;
}

/** Chunks of tokens kept at hand: what is asked for next is mostly near. */
const maxKept = 8;

/** @param chunkStarts first token of each chunk, rising. */
export function createDocumentTokens(
  store: Pick<DocumentStore, 'readTokensOf'>,
  manifest: DocumentManifest,
  chunkStarts: readonly number[],
): DocumentTokens {
  const { numTokens } = manifest;
  const kept = new Map<number, Promise<ChunkTokens>>();

  const tokensOf = (chunk: number): Promise<ChunkTokens> => {
    const known = kept.get(chunk);
    kept.delete(chunk);
    const tokens = known ?? store.readTokensOf(manifest, chunk);
    if (known === undefined) tokens.catch(() => kept.delete(chunk)); // it may be there the next time
    kept.set(chunk, tokens); // the last used is the last to go
    for (const oldest of kept.keys()) if (kept.size > maxKept) kept.delete(oldest);
    return tokens;
  };
  const collect = async (field: 'tokenIds' | 'charEnds', { start, end }: TokenSpan) => {
    invariant(start >= 0 && end <= numTokens, `tokens ${start} to ${end} of ${numTokens}`);
    const all = new Uint32Array(Math.max(0, end - start));
    for (let at = start; at < end;) {
      const chunk = chunkOf(chunkStarts, at);
      const first = chunkStarts[chunk] ?? 0;
      const values = (await tokensOf(chunk))[field].subarray(at - first, end - first);
      all.set(values, at - start);
      at += values.length;
    }
    return all;
  };

  return {
    numTokens,
    idsOf: (span) => collect('tokenIds', span),
    endsOf: (span) => collect('charEnds', span),
    endOf: async (token) =>
      token < 0 ? 0 : ((await collect('charEnds', { start: token, end: token + 1 }))[0] ?? 0),
    idsAt: async (positions) => {
      const ids = new Uint32Array(positions.length);
      for (const [i, position] of positions.entries()) {
        const chunk = chunkOf(chunkStarts, position);
        ids[i] = (await tokensOf(chunk)).tokenIds[position - (chunkStarts[chunk] ?? 0)] ?? 0;
      }
      return ids;
    },
  };
}

/** The last of `starts`, which rise, that is not behind `at`; 0 where all are. */
export function chunkOf(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first of `count` tokens from which on `holds` is true; `count` where it never is. */
export async function firstThat(count: number, holds: (token: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (await holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

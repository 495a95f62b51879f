// The source's text of a document in use: stretches of it, read from the store chunk by chunk as they are asked for.
import { IntegrityError, invariant, type DocumentManifest } from '@longread/core';
import { isAnchored, wholeGraphemes, type CharRange } from '@longread/planner';
import type { DocumentStore } from '@longread/store';
import { chunkOf, type DocumentTokens } from './document-tokens.ts';

export interface DocumentText {
  /** First character of the chunk that a token begins, or where the token before it ends: where the token's own text begins. */
  startOf(token: number): Promise<number>;
  /** `[start, end)` in UTF-16 code units. @throws IntegrityError (a damaged or missing text) */
  slice(range: CharRange): Promise<string>;
  /** All of it, piece by piece, in one pass. @throws IntegrityError, at its end too: what the pieces add up to is verified */
  pieces(): AsyncIterable<string>;
  /** `range`, widened to whole user-perceived characters, with its text. @throws IntegrityError */
  passage(range: CharRange): Promise<CharRange & { readonly text: string }>;
}

/** Chunks of text kept at hand: passages come in the order of their scores, and neighbours meet. */
const maxKept = 8;

/** Characters on each side in which a boundary is looked for first; more where they are not enough. */
const marginChars = 256;

/** @param chunkStarts first token of each chunk, rising. */
export function createDocumentText(
  store: Pick<DocumentStore, 'readText' | 'readTexts'>,
  manifest: DocumentManifest,
  tokens: Pick<DocumentTokens, 'endOf'>,
  chunkStarts: readonly number[],
): DocumentText {
  const { numChars } = manifest;
  const partStarts = new Map(manifest.parts.map(({ firstChunk, firstChar }) => [firstChunk, firstChar]));
  /** First characters of chunks that were asked for. */
  const starts = new Map<number, number>(partStarts);
  const numChunks = chunkStarts.length;
  const startOfChunk = async (chunk: number): Promise<number> => {
    if (chunk === numChunks) return numChars;
    const start = starts.get(chunk) ?? (await tokens.endOf((chunkStarts[chunk] ?? 0) - 1));
    starts.set(chunk, start);
    return start;
  };
  /** The last chunk that does not begin behind a character. */
  const chunkAt = async (char: number): Promise<number> => {
    let [low, high] = [0, numChunks - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((await startOfChunk(middle)) <= char) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const kept = new Map<number, Promise<string>>();

  const textOf = (chunk: number): Promise<string> => {
    const known = kept.get(chunk);
    kept.delete(chunk);
    const text = known ?? read(chunk);
    kept.set(chunk, text); // the last used is the last to go
    for (const oldest of kept.keys()) if (kept.size > maxKept) kept.delete(oldest);
    return text;
  };
  const read = async (chunk: number): Promise<string> => {
    const { firstChar, text } = await store.readText(manifest, chunk);
    const [start, end] = [await startOfChunk(chunk), await startOfChunk(chunk + 1)];
    if (firstChar === start && firstChar + text.length === end) return text;
    throw new IntegrityError(
      `The text of chunk ${chunk} of "${manifest.title}" has the characters ${firstChar} to ${firstChar + text.length}, its tokens ` +
        `${start} to ${end}. Delete the document and read its source again.`,
      { document: manifest.id, chunk },
    );
  };

  const slice = async ({ start, end }: CharRange): Promise<string> => {
    invariant(start >= 0 && end <= numChars, `characters ${start} to ${end} of ${numChars}`);
    let text = '';
    for (let chunk = await chunkAt(start); chunk < numChunks; chunk++) {
      const first = await startOfChunk(chunk);
      if (first >= end) break;
      text += (await textOf(chunk)).slice(Math.max(0, start - first), end - first);
    }
    return text;
  };

  return {
    startOf: (token) => {
      const chunk = chunkOf(chunkStarts, token);
      return chunkStarts[chunk] === token ? startOfChunk(chunk) : tokens.endOf(token - 1);
    },
    slice,
    async *pieces() {
      for await (const { text } of store.readTexts(manifest)) yield text;
    },
    passage: async ({ start, end }) => {
      for (let margin = marginChars; ; margin *= 4) {
        const context = { start: Math.max(0, start - margin), end: Math.min(numChars, end + margin) };
        const text = await slice(context);
        const inner = { start: start - context.start, end: end - context.start };
        const range = wholeGraphemes(text, inner);
        // What is beyond the margin may join what is at its edges.
        const beginsRightly = context.start === 0 || isAnchored(text, range.start);
        const endsRightly = context.end === numChars || range.end < text.length;
        if (beginsRightly && endsRightly) {
          return {
            start: context.start + range.start,
            end: context.start + range.end,
            text: text.slice(range.start, range.end),
          };
        }
      }
    },
  };
}

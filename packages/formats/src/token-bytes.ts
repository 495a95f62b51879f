// The bytes of every token in one flat table: 49,152 small arrays would cost ten times the heap.
import { invariant } from '@longread/core';
import { tokenBytes } from './byte-level.ts';
import { pieceBytes } from './sentence-pieces.ts';
import { encodeUtf8 } from './utf8.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';

export interface TokenBytes {
  /** The bytes an id stands for; none for an id without a token. A view: do not keep or change it. */
  bytes(id: number): Uint8Array;
  length(id: number): number;
  /** True for control tokens, which never show in decoded text. */
  isSpecial(id: number): boolean;
}

/** Builds the table. An id outside the vocabulary is our own bug and throws. */
export function createTokenBytes({ json, vocabSize }: TokenizerDefinition): TokenBytes {
  const tokenOf: string[] = new Array<string>(vocabSize).fill('');
  for (const [token, id] of Object.entries(json.model.vocab)) tokenOf[id] = token;
  for (const { content, id } of json.added_tokens) tokenOf[id] = content;
  const added = new Set(json.added_tokens.map(({ id }) => id));
  const specials = new Set(json.added_tokens.filter((token) => token.special).map((token) => token.id));

  // What was added to a vocabulary of bytes is text, whatever bytes its characters stand for in it.
  const bytesOf = (token: string, id: number): ArrayLike<number> =>
    json.normalizer !== null ? pieceBytes(token) : added.has(id) ? encodeUtf8(token) : tokenBytes(token);
  const ends = new Uint32Array(vocabSize + 1);
  let flat = new Uint8Array(8 * vocabSize);
  for (const [id, token] of tokenOf.entries()) {
    const start = ends[id] ?? 0;
    const bytes = bytesOf(token, id);
    ends[id + 1] = start + bytes.length;
    if (start + bytes.length > flat.length) {
      const grown = new Uint8Array(2 * (start + bytes.length));
      grown.set(flat);
      flat = grown;
    }
    flat.set(bytes, start);
  }
  flat = flat.slice(0, ends[vocabSize]);

  const startOf = (id: number): number => {
    invariant(
      Number.isInteger(id) && id >= 0 && id < vocabSize,
      `token id ${id} is outside the vocabulary of ${vocabSize}`,
    );
    return ends[id] ?? 0;
  };
  return {
    bytes: (id) => flat.subarray(startOf(id), ends[id + 1]),
    length: (id) => (ends[id + 1] ?? 0) - startOf(id),
    isSpecial: (id) => specials.has(id),
  };
}

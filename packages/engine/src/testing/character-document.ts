// A document without a model: each character is a token.
import { IntegrityError, type Place } from '@longread/core';

/** @param options.piece characters of a piece of its text; from `damagedFrom` on it cannot be read in pieces. */
export function characterDocument(
  text: string,
  { piece = 1000, damagedFrom = Infinity, places = [] as readonly Place[] } = {},
) {
  const numTokens = text.length;
  return {
    numChars: text.length,
    places,
    tokens: {
      numTokens,
      idsOf: () => Promise.resolve(new Uint32Array()),
      idsAt: () => Promise.resolve(new Uint32Array()),
      endOf: (token: number) => Promise.resolve(token + 1),
      endsOf: ({ start, end }: { readonly start: number; readonly end: number }) =>
        Promise.resolve(Uint32Array.from({ length: end - start }, (_, i) => start + i + 1)),
    },
    text: {
      startOf: (token: number) => Promise.resolve(token),
      passage: () => Promise.reject(new Error('not asked for')),
      slice: ({ start, end }: { readonly start: number; readonly end: number }) =>
        Promise.resolve(text.slice(start, end)),
      async *pieces() {
        for (let start = 0; start < text.length; start += piece) {
          if (start >= damagedFrom) throw new IntegrityError('damaged');
          yield await Promise.resolve(text.slice(start, start + piece));
        }
      },
    },
  };
}

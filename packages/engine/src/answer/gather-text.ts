// The text of a document as gathering looks at it: its sentences, and where words stand in it.
import { IntegrityError, throwIfAborted } from '@longread/core';
import { createWordSearch, mostLetters, namedPlaces, sentenceOf, type WordPlace } from '@longread/planner';
import type { GatherText, NamedSpan } from '../gather-words.ts';
import { firstThat } from '../document-tokens.ts';
import type { OpenDocument } from '../document.ts';
import { charsOf } from './evidence.ts';
import { toSentences } from './sentences.ts';

/** Tokens on either side of a window in which its sentence is looked for. */
const maxSentence = 96;

/** What may be the beginning of a word: one that is longer than what is looked at is none that is looked for. */
const wordBegun = /[\p{L}\p{M}\p{N}_]*$/u;
const lookedAt = 2 * mostLetters;

type Read = Pick<OpenDocument, 'tokens' | 'text' | 'numChars' | 'places'>;

/** @param reach tokens on either side of a window in which its sentences' ends are looked for; 0 to leave windows as they are. */
export function gatherText(document: Read, reach: number, signal?: AbortSignal): GatherText {
  return {
    widen: (windows) => (reach === 0 ? Promise.resolve([...windows]) : toSentences(document, windows, reach)),
    sentenceAt: async (window) => {
      const [sentence = window] = await toSentences(document, [window], maxSentence, sentenceOf);
      return { ...sentence, text: await document.text.slice(await charsOf(document, sentence)) };
    },
    named: async (question, maxPlaces) => {
      const ranges = namedPlaces(question, document.places, document.numChars, maxPlaces);
      const named: NamedSpan[] = [];
      for (const { start, end, words } of ranges)
        named.push({
          start: await tokenAt(document.tokens, start),
          end: (await tokenAt(document.tokens, end - 1)) + 1,
          words,
        });
      return named;
    },
    find: (words, maxPlaces) => placesOf(document, document.text.pieces(), 0, words, maxPlaces, signal),
    findUnder: async (span, words, maxPlaces) => {
      const { start, end } = await charsOf(document, span);
      return placesOf(document, sliced(document, start, end), start, words, maxPlaces, signal);
    },
  };
}

/** A text that cannot be read whole has none: what the embeddings find is still an answer. @throws AbortedError */
async function placesOf(
  { tokens }: Read,
  pieces: AsyncIterable<string>,
  firstChar: number,
  words: readonly string[],
  maxPlaces: number,
  signal: AbortSignal | undefined,
): Promise<WordPlace[]> {
  if (words.length === 0) return [];
  const search = createWordSearch(words, maxPlaces);
  try {
    let rest = '';
    for await (const read of pieces) {
      throwIfAborted(signal, 'gather');
      const piece = rest + read;
      rest = wordBegun.exec(piece.slice(-lookedAt))?.[0] ?? '';
      search.add(piece.slice(0, piece.length - rest.length));
    }
    search.add(rest);
    const found: WordPlace[] = [];
    for (const { word, places } of search.found())
      for (const char of places)
        found.push({ word, token: await tokenAt(tokens, firstChar + char), numPlaces: places.length });
    return found;
  } catch (error) {
    if (error instanceof IntegrityError) return [];
    throw error;
  }
}

/** Characters of a stretch that are read at once. */
const sliceChars = 16_384;

async function* sliced({ text }: Read, start: number, end: number): AsyncGenerator<string> {
  for (let at = start; at < end; at += sliceChars)
    yield await text.slice({ start: at, end: Math.min(end, at + sliceChars) });
}

/** The first token that ends behind a character, which is one of the text's. */
function tokenAt(tokens: Read['tokens'], char: number): Promise<number> {
  return firstThat(tokens.numTokens - 1, async (token) => (await tokens.endOf(token)) > char);
}

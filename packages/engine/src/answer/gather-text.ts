// The text of a document as gathering looks at it: its sentences, and where words stand in it.
import { IntegrityError, throwIfAborted } from '@longread/core';
import {
  createTitleSearch,
  createWordSearch,
  mostLetters,
  namedPlaces,
  sentenceOf,
  type NamedPlace,
  type WordPlace,
} from '@longread/planner';
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
  const find = async (
    pieces: AsyncIterable<string>,
    firstChar: number,
    words: readonly string[],
    maxPlaces: number,
  ): Promise<WordPlace[]> => {
    if (words.length === 0) return [];
    const search = createWordSearch(words, maxPlaces);
    return ofWhole([], async () => {
      await hand(pieces, [search], signal);
      return placesIn(document, search, firstChar);
    });
  };
  return {
    widen: (windows) => (reach === 0 ? Promise.resolve([...windows]) : toSentences(document, windows, reach)),
    sentenceAt: async (window) => {
      const [sentence = window] = await toSentences(document, [window], maxSentence, sentenceOf);
      return { ...sentence, text: await document.text.slice(await charsOf(document, sentence)) };
    },
    look: async (question, words, maxPlaces) => {
      const marked = namedPlaces(question, document.places, document.numChars, maxPlaces);
      const named = await spansOf(document, marked);
      if (words.length === 0) return { places: [], named };
      const search = createWordSearch(words, maxPlaces);
      const titles = marked.length > 0 ? undefined : createTitleSearch(question, maxPlaces);
      return ofWhole({ places: [], named }, async () => {
        await hand(document.text.pieces(), [search, ...(titles ? [titles] : [])], signal);
        const places = await placesIn(document, search, 0);
        return { places, named: titles ? await spansOf(document, titles.found()) : named };
      });
    },
    find: (words, maxPlaces) => find(document.text.pieces(), 0, words, maxPlaces),
    findUnder: async (span, words, maxPlaces) => {
      const { start, end } = await charsOf(document, span);
      return find(sliced(document, start, end), start, words, maxPlaces);
    },
  };
}

async function spansOf({ tokens }: Read, places: readonly NamedPlace[]): Promise<NamedSpan[]> {
  const spans: NamedSpan[] = [];
  for (const { start, end, words } of places)
    spans.push({
      start: await tokenAt(tokens, start),
      end: (await tokenAt(tokens, end - 1)) + 1,
      words,
    });
  return spans;
}

/** What is found in a text, or `otherwise` where it cannot be read whole: what the embeddings find is still an answer. */
async function ofWhole<T>(otherwise: T, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof IntegrityError) return otherwise;
    throw error;
  }
}

/** Hands all pieces on, each cut between words. @throws AbortedError | IntegrityError */
async function hand(
  pieces: AsyncIterable<string>,
  searches: readonly { add(text: string): void }[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let rest = '';
  for await (const read of pieces) {
    throwIfAborted(signal, 'gather');
    const piece = rest + read;
    rest = wordBegun.exec(piece.slice(-lookedAt))?.[0] ?? '';
    for (const search of searches) search.add(piece.slice(0, piece.length - rest.length));
  }
  for (const search of searches) search.add(rest);
}

async function placesIn(
  { tokens }: Read,
  search: ReturnType<typeof createWordSearch>,
  firstChar: number,
): Promise<WordPlace[]> {
  const found: WordPlace[] = [];
  for (const { word, places } of search.found())
    for (const char of places)
      found.push({ word, token: await tokenAt(tokens, firstChar + char), numPlaces: places.length });
  return found;
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

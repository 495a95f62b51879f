// Words that a text has in few places: names, numbers and codes of a question or of a sentence that answers a part of it. An embedding of a
// token cannot tell one number or invented name from another; where its letters stand, the text itself says.
import type { Window } from './gather.ts';
import type { TokenScores } from './token-scores.ts';
import { unspaced } from './words.ts';

/** Runs of letters, digits and underscores, but those of scripts that write no spaces: their words cannot be told without a dictionary. */
const wordRuns = new RegExp(String.raw`(?:(?!${unspaced.source})[\p{L}\p{M}\p{N}_])+`, 'gu');

/** A shorter run of letters says little. */
const leastLetters = 3;

/** A longer run is no word of a person's, and is not looked for. UTF-16 code units. */
export const mostLetters = 64;

/** Words looked for at once. */
const mostWords = 64;

/** A word, and the characters at which it stands in a text, rising. */
export interface PlacedWord {
  readonly word: string;
  readonly places: readonly number[];
}

/** The words of a question, or of a title that it may name, by which places of a text can be told; in lower case. */
export function wordsToFind(question: string): string[] {
  return distinct(runsOf(question));
}

/**
 * The words of a sentence that may name something which other sentences name as well: those with a capital, a digit or an underscore. That
 * a sentence begins with a capital does not matter: what is not a name is not rare.
 */
export function namesToFollow(sentence: string): string[] {
  return distinct(runsOf(sentence).filter((run) => /[\p{Lu}\p{Lt}\p{N}_]/u.test(run)));
}

/** Whether a word is a number or has one, or is joined by underscores. */
export function isCode(word: string): boolean {
  return /[\p{N}_]/u.test(word);
}

function runsOf(text: string): string[] {
  return [...text.matchAll(wordRuns)]
    .map(([run]) => run)
    .filter((run) => run.length <= mostLetters && (run.length >= leastLetters || /\p{N}{2}/u.test(run)));
}

function distinct(runs: readonly string[]): string[] {
  return [...new Set(runs.map((run) => run.toLowerCase()))].slice(0, mostWords);
}

/** Looks for words in a text that comes piece by piece; what it holds does not grow with the text. */
export interface WordSearch {
  /** The next piece; it begins and ends between words. */
  add(text: string): void;
  /** The words found, in the order asked; of those that stand in more than `maxPlaces` nothing is kept. */
  found(): PlacedWord[];
}

/**
 * Whole words, whatever their case.
 * @param words in lower case, without anything but letters, digits and underscores.
 */
export function createWordSearch(words: readonly string[], maxPlaces: number): WordSearch {
  const places = new Map<string, number[]>(words.map((word) => [word, []]));
  let offset = 0;
  let pattern = patternOf(words);
  return {
    add: (text) => {
      let isStale = false;
      if (pattern !== undefined)
        for (const { 0: match, index } of text.matchAll(pattern)) {
          const word = match.toLowerCase();
          const known = places.get(word);
          if (known === undefined) continue;
          known.push(offset + index);
          if (known.length <= maxPlaces) continue;
          places.delete(word);
          isStale = true;
        }
      if (isStale) pattern = patternOf([...places.keys()]);
      offset += text.length;
    },
    found: () => [...places].flatMap(([word, at]) => (at.length > 0 ? [{ word, places: at }] : [])),
  };
}

function patternOf(words: readonly string[]): RegExp | undefined {
  if (words.length === 0) return undefined;
  return new RegExp(String.raw`(?<![\p{L}\p{M}\p{N}_])(?:${words.join('|')})(?![\p{L}\p{M}\p{N}_])`, 'giu');
}

/** A rare word at a token. */
export interface WordPlace {
  readonly word: string;
  readonly token: number;
  /** Places of the word in the whole text. */
  readonly numPlaces: number;
}

/** A stretch around rare words. */
export interface RareWindow extends Window {
  /** Of the words that stand in it, each by its rarity. */
  readonly worth: number;
}

/**
 * Windows around rare words, best first: by the rarity of the words that stand in each, every word once; then by the score of what the
 * search found there, then the earlier one. None is centred inside one before it.
 *
 * @param maxPlaces a word that stands in so many is worth least.
 */
export function rareWindows(
  places: readonly WordPlace[],
  scores: TokenScores,
  { smoothWindow, maxPlaces }: { readonly smoothWindow: number; readonly maxPlaces: number },
): RareWindow[] {
  const reach = (smoothWindow - 1) / 2;
  const sorted = places.toSorted((a, b) => a.token - b.token);
  const worth = sorted.map(({ token }) => {
    const near = new Map<string, number>();
    for (const other of sorted)
      if (Math.abs(other.token - token) <= reach)
        near.set(other.word, Math.log((maxPlaces + 1) / other.numPlaces));
    return [...near.values()].reduce((sum, each) => sum + each, 0);
  });
  const order = [...sorted.keys()].sort(
    (a, b) =>
      (worth[b] ?? 0) - (worth[a] ?? 0) ||
      scores.at(sorted[b]?.token ?? 0) - scores.at(sorted[a]?.token ?? 0) ||
      a - b,
  );
  const windows: RareWindow[] = [];
  for (const i of order) {
    const centre = sorted[i]?.token ?? 0;
    if (windows.some(({ start, end }) => centre >= start && centre < end)) continue;
    windows.push({
      centre,
      start: Math.max(0, centre - reach),
      end: Math.min(scores.length, centre + reach + 1),
      worth: worth[i] ?? 0,
    });
  }
  return windows;
}

/** The windows that are worth most, if these are at most `most`: of more none is the one that was meant. */
export function meantWindows(windows: readonly RareWindow[], most: number): RareWindow[] {
  const best = windows.filter(({ worth }) => worth === windows[0]?.worth);
  return best.length <= most ? best : [];
}

/** Tokens of a window that has room: a value behind a long key is in it. */
const widest = 129;

/** Windows around the same centres, of the same width each, as wide as `size` tokens together allow: never narrower, and 129 at most. */
export function widened(windows: readonly Window[], size: number, numTokens: number): Window[] {
  const reach = (Math.min(widest, Math.floor(size / windows.length)) - 1) >> 1;
  return windows.map(({ centre, start, end }) => ({
    centre,
    start: Math.max(0, Math.min(start, centre - reach)),
    end: Math.min(numTokens, Math.max(end, centre + reach + 1)),
  }));
}

// What gathering takes by words, beside what embeddings find: where a rare word of the question stands, and which other sentences name what
// an answering one names. Plans are pure (planner/rare-words.ts).
import type { GatherSettings } from '@longread/core';
import {
  bestWindows,
  isCode,
  meantWindows,
  namesToFollow,
  planWholeWindows,
  rareWindows,
  widened,
  wordsToFind,
  type StripedScores,
  type TokenScores,
  type TokenSpan,
  type Window,
  type WordPlace,
} from '@longread/planner';

/** The tokens under a file, a heading or a title, and the words by which the question names it. */
export interface NamedSpan extends TokenSpan {
  readonly words: readonly string[];
}

/** The text of what is searched, as gathering looks at it. */
export interface GatherText {
  /** What becomes of the windows that are found, before they are taken. */
  readonly widen: (windows: readonly Window[]) => Promise<Window[]>;
  /** The sentence that a window's centre is in, no further than the window was looked at for its ends. */
  readonly sentenceAt: (window: Window) => Promise<Window & { readonly text: string }>;
  /**
   * In one pass: where `words` stand, as `find`; and what the question names, if these are at most `maxPlaces`: files and headings, or where
   * it names none of them, titles in the text.
   */
  readonly look: (
    question: string,
    words: readonly string[],
    maxPlaces: number,
  ) => Promise<{ readonly places: readonly WordPlace[]; readonly named: readonly NamedSpan[] }>;
  /** As `find`, in a stretch and of its places alone. */
  readonly findUnder: (span: TokenSpan, words: readonly string[], maxPlaces: number) => Promise<WordPlace[]>;
  /** Where words stand of which the whole text has at most `maxPlaces`. */
  readonly find: (words: readonly string[], maxPlaces: number) => Promise<WordPlace[]>;
}

/** Shares of the gather size: for the best under what the question names, for its rare words, for what is named by sentences that answer. */
const [namedShare, askedShare, followedShare] = [1 / 4, 1 / 4, 1 / 4];

/** Sentences that name something are followed so often: a chain of five links is whole. */
const maxSteps = 5;

/** Of the best score, by how much what is meant is above it, and above what is meant less. */
const raisedStep = 1e-3;

/** Takes tokens by words. */
export interface WordGatherer {
  /** What the question names: the scores of the best under it are to be known. */
  readonly named: readonly TokenSpan[];
  /**
   * The tokens of `best`, of the best under files, headings and titles that the question names, of what its rare words stand in, and of sentences
   * that name what these name.
   *
   * @param scores of the search.
   * @param best windows that stand out, best first, and the tokens that are kept of them: what they name is followed. Without them that
   * is done where the question has a number or a code which the text has.
   */
  take(
    scores: TokenScores,
    best?: { readonly windows: readonly Window[]; readonly kept: number },
  ): Promise<Uint32Array<ArrayBuffer>>;
  /**
   * Gives scores above all others to what was asked for: where the numbers and codes of the question stand together, in few places, and the
   * best sentences under what it names.
   */
  raise(scores: StripedScores): Promise<void>;
}

/** @throws AbortedError */
export async function createWordGatherer(
  question: string,
  text: GatherText,
  { gatherSize, smoothWindow, peaks, rarePlaces: maxPlaces }: GatherSettings,
): Promise<WordGatherer> {
  const words = maxPlaces === 0 ? [] : wordsToFind(question);
  const { places, named: spans } = await text.look(question, words, maxPlaces);
  const codes = places.filter(({ word }) => isCode(word));
  const placesUnder: WordPlace[] = [];
  for (const span of spans) {
    const others = words.filter((word) => !span.words.includes(word));
    placesUnder.push(...(await text.findUnder(span, others, maxPlaces)));
  }

  const shareOf = (share: number) => Math.floor(gatherSize * share);
  const around = (found: readonly WordPlace[], scores: TokenScores) =>
    rareWindows(found, scores, { smoothWindow, maxPlaces });
  /** Where the question's other words stand together, then what the search scored. */
  const underNamed = (scores: TokenScores): Window[] => [
    ...around(placesUnder, scores),
    ...(spans.length > 0 ? bestWindows(scores, { smoothWindow }, shareOf(namedShare), spans) : []),
  ];
  const plan = (windows: readonly Window[], numTokens: number, size: number, taken = new Uint32Array()) =>
    planWholeWindows(windows, numTokens, { gatherSize: size, keepEnds: 0 }, { taken });

  /** What sentences name stands in other sentences, which name more: step by step, until there are `limit` tokens. */
  const follow = async (
    from: readonly Window[],
    scores: TokenScores,
    before: Uint32Array<ArrayBuffer>,
    limit: number,
  ): Promise<Uint32Array<ArrayBuffer>> => {
    const known = new Set<string>();
    let taken = before;
    let frontier = from;
    for (let step = 0; step < maxSteps && frontier.length > 0 && taken.length < limit; step++) {
      const sentences = await Promise.all(frontier.map((window) => text.sentenceAt(window)));
      const names = namesToFollow(sentences.map((sentence) => sentence.text).join('\n'));
      const unknown = names.filter((name) => !known.has(name));
      for (const name of unknown) known.add(name);
      const elsewhere = (await text.find(unknown, maxPlaces)).filter(
        ({ token }) => !sentences.some(({ start, end }) => token >= start && token < end),
      );
      frontier = await Promise.all(around(elsewhere, scores).map((window) => text.sentenceAt(window)));
      taken = plan(frontier, scores.length, limit, taken);
    }
    return taken;
  };

  return {
    named: spans,
    take: async (scores, { windows: best, kept } = { windows: [], kept: 0 }) => {
      const numTokens = scores.length;
      const rare = around(places, scores);
      const wide = await text.widen(widened(rare, shareOf(askedShare), numTokens));
      const under = await text.widen(underNamed(scores));
      let taken = plan(best, numTokens, kept);
      taken = plan(under, numTokens, taken.length + shareOf(namedShare), taken);
      taken = plan(wide, numTokens, taken.length + shareOf(askedShare), taken);
      if (maxPlaces === 0 || (best.length === 0 && codes.length === 0)) return taken;
      // Of facts of one form the best windows are several; that which has the question's code, or its rarest words, is the one.
      const coded = meantWindows(around(codes, scores), peaks);
      const meant = coded.length > 0 ? coded : meantWindows(rare, peaks);
      const from = meant.length > 0 ? meant : best.slice(0, peaks);
      return follow(from, scores, taken, taken.length + shareOf(followedShare));
    },
    raise: async (scores) => {
      const highest = scores.highest();
      const step = Math.max(1, Math.abs(highest)) * raisedStep;
      const meant = [...meantWindows(around(codes, scores), peaks), ...underNamed(scores).slice(0, peaks)];
      for (const [i, window] of meant.toReversed().entries()) {
        const { start, end } = await text.sentenceAt(window);
        scores.fill(highest + (i + 1) * step, start, end);
      }
    },
  };
}

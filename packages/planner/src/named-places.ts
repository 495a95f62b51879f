// Files and headings that a question names: their sentences need not say the name again ("Capital: Ouagadougou" stands under "Burkina Faso").
import type { Place } from '@longread/core';
import type { CharRange } from './graphemes.ts';
import { wordsToFind } from './rare-words.ts';

/** Of a document a stretch that has more of it tells nothing. */
const mostOfDocument = 1 / 2;

/** A stretch of the text, and the words by which the question names it. */
export interface NamedPlace extends CharRange {
  readonly words: readonly string[];
}

/**
 * The stretches under files and headings whose every word the question has, in their order, as it means them; none of a stretch that is most
 * of the document.
 *
 * @param places sorted by `start`.
 * @param numChars UTF-16 code units of the document's text.
 */
export function namedPlaces(
  question: string,
  places: readonly Place[],
  numChars: number,
  maxPlaces: number,
): NamedPlace[] {
  const asked = new Set(wordsToFind(question));
  const named = places.flatMap((place, i) => {
    const words = place.kind === 'page' ? [] : wordsNaming(nameOf(place), asked);
    if (words.length === 0) return [];
    const end = places.slice(i + 1).find((next) => endsAt(place, next))?.start ?? numChars;
    const range = { start: place.start, end };
    return isMostOf(range, numChars) || end === place.start ? [] : [{ ...range, words }];
  });
  return meant(named, maxPlaces);
}

/**
 * Of what a question names, what it means: no name whose words are among those of a longer one ("tower" where it says "Eiffel tower"); none
 * where these are more than `maxPlaces`.
 */
export function meant(named: readonly NamedPlace[], maxPlaces: number): NamedPlace[] {
  const isPart = ({ words }: NamedPlace, whole: NamedPlace) =>
    words.length < whole.words.length && words.every((word) => whole.words.includes(word));
  const whole = named.filter((place) => !named.some((other) => isPart(place, other)));
  return whole.length <= maxPlaces ? whole : [];
}

/** The words of a name, where all of them were asked for; else none. */
export function wordsNaming(name: string, asked: ReadonlySet<string>): string[] {
  const words = wordsToFind(name);
  return words.every((word) => asked.has(word)) ? words : [];
}

/** Whether a stretch is most of a text: of it a name tells nothing. */
export function isMostOf({ start, end }: CharRange, numChars: number): boolean {
  return end - start > numChars * mostOfDocument;
}

/** A file without its folders and its ending. */
function nameOf({ kind, label }: Place): string {
  return kind === 'file' ? label.replace(/^.*[\\/]/, '').replace(/\.[A-Za-z\d]{1,5}$/, '') : label;
}

function endsAt({ kind, level = 1 }: Place, next: Place): boolean {
  return (
    next.kind === 'file' || (kind === 'heading' && next.kind === 'heading' && (next.level ?? 1) <= level)
  );
}

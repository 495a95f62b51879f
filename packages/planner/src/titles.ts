// Titles of a plain text that a question names: a text without files and headings may say what its parts are about all the same, in a line
// alone behind a blank one.
import { isMostOf, meant, wordsNaming, type NamedPlace } from './named-places.ts';
import { wordsToFind } from './rare-words.ts';

/** A longer line is no title. UTF-16 code units. */
const mostChars = 80;

/** Titles that are held: of a name that stands in more none is meant. */
const mostHeld = 256;

/** What may end a line of prose or verse, and no title. */
const sentenceEnds = /[.,;:!?…。，；：！？、][\p{P}\p{S}]*$/u;

/** Looks for titles in a text that comes piece by piece; what it holds does not grow with the text. */
export interface TitleSearch {
  add(text: string): void;
  /**
   * The stretches under titles whose every word the question has, each to the next title, in their order, as it means them (`meant`); none of
   * a stretch that is most of the text.
   */
  found(): NamedPlace[];
}

export function createTitleSearch(question: string, maxPlaces: number): TitleSearch {
  const asked = new Set(wordsToFind(question));
  const named: NamedPlace[] = [];
  let isTooMany = false;
  /** The title that the text at hand stands under, if the question names it. */
  let open: Pick<NamedPlace, 'start' | 'words'> | undefined;
  let offset = 0;
  /** Where the line at hand begins, and as much of it as a title may have, and one more. */
  let lineStart = 0;
  let begun = '';
  let isBehindBlank = true;

  const close = (end: number): void => {
    if (open !== undefined) named.push({ ...open, end });
    open = undefined;
  };
  const take = (line: string): void => {
    const title = line.trim();
    const isTitle =
      isBehindBlank && line.length <= mostChars && /\p{L}/u.test(title) && !sentenceEnds.test(title);
    isBehindBlank = title === '';
    if (!isTitle) return;
    close(lineStart);
    const words = wordsNaming(title, asked);
    if (words.length === 0) return;
    isTooMany ||= named.length === mostHeld;
    if (!isTooMany) open = { start: lineStart, words };
  };
  return {
    add: (text) => {
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        take(begun + text.slice(from, Math.min(end, from + mostChars + 1)));
        begun = '';
        from = end + 1;
        lineStart = offset + from;
      }
      begun = (begun + text.slice(from, from + mostChars + 1)).slice(0, mostChars + 1);
      offset += text.length;
    },
    found: () => {
      close(offset);
      if (isTooMany) return [];
      return meant(
        named.filter((place) => !isMostOf(place, offset)),
        maxPlaces,
      );
    },
  };
}

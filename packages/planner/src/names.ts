// Does a text have any of the names that a question asks about? Names are what is written with a capital inside a sentence. A text that
// has none of them says nothing of these people, places and things, however much it says of others in the same words.
import { wordsBySentence } from './words.ts';

/** Reads a text piece by piece for one question. */
export interface NameSearch {
  /** The next piece. Words that two pieces share are read whole. */
  add(text: string): void;
  /** True as soon as a name is met: there is no need to read on. */
  readonly isFound: boolean;
  /** After the last piece: whether any name stands in the text; undefined where nothing can be said. */
  end(): boolean | undefined;
}

/** Letters by which words of one stem are compared; from how many on a word may have one letter wrong; of the longest word. */
const [stemLetters, typoLetters, maxWord] = [5, 5, 64];

/** Share of a question's other words that a text in its language has. */
const sameLanguage = 0.5;

/** German writes every noun with a capital, so that names do not stand out. */
const german = new Set([
  'wer',
  'wie',
  'wo',
  'ist',
  'der',
  'das',
  'dem',
  'des',
  'ein',
  'eine',
  'im',
  'von',
  'und',
  'nicht',
]);

const words = /[\p{L}\p{M}\p{N}]+/gu;
const wordEnd = /[\p{L}\p{M}\p{N}]/u;

/** Undefined of a question without names, and where capitals do not tell them. */
export function createNameSearch(question: string): NameSearch | undefined {
  if (question === question.toUpperCase()) return undefined;
  const tokens = wordsBySentence(question).flatMap((sentence) =>
    sentence.map((token, i) => {
      const isShort = isAbbreviation(question.slice(token.start, token.end));
      return { ...token, isName: i > 0 && token.isCapital && !isShort };
    }),
  );
  const plain = (isName: boolean) => [
    ...new Set(
      tokens
        .filter((token) => token.isName === isName && !token.isUnspaced)
        // As a text is read: of O'Brien the second part, of I've nothing.
        .flatMap(({ folded }) =>
          (folded.match(words) ?? []).filter((part) => part === folded || part.length > 2),
        )
        .map(withoutMarks)
        .filter((word) => word.length > 1 && /\p{L}/u.test(word)),
    ),
  ];
  const [names, others] = [plain(true), plain(false)];
  if (names.length === 0 || others.some((word) => german.has(word))) return undefined;
  const missing = new Set(others.map(stemOf));
  const numOthers = missing.size;
  const seen = new Set<string>();
  let isFound = false;
  let rest = '';
  const read = (text: string) => {
    for (const [match] of text.matchAll(words)) {
      if (seen.has(match)) continue;
      seen.add(match);
      const word = withoutMarks(match).toLowerCase();
      missing.delete(stemOf(word));
      isFound ||= names.some((name) => isSame(name, word));
    }
  };
  return {
    add: (text) => {
      const whole = rest + text;
      let cut = whole.length;
      while (cut > 0 && whole.length - cut < maxWord && wordEnd.test(whole[cut - 1] ?? '')) cut -= 1;
      rest = whole.slice(cut);
      read(whole.slice(0, cut));
    },
    get isFound() {
      return isFound;
    },
    end: () => {
      read(rest);
      rest = '';
      if (isFound) return true;
      return numOthers > 0 && numOthers - missing.size >= sameLanguage * numOthers ? false : undefined;
    },
  };
}

/** Such as PDF or TL;DR, which ask for a way to answer or mean the text itself. */
const isAbbreviation = (word: string) => word.length <= 4 && word === word.toUpperCase();

const withoutMarks = (word: string) => word.normalize('NFKD').replace(/\p{M}/gu, '');
const stemOf = (word: string) => word.slice(0, stemLetters);

/** Whether a word of a text is the name: in another form (Chad, Chadian), or with one letter wrong. */
function isSame(name: string, word: string): boolean {
  if (word.startsWith(stemOf(name))) return true;
  if (word.length >= stemLetters - 1 && name.startsWith(word)) return true;
  return (
    Math.min(name.length, word.length) >= typoLetters &&
    name.startsWith(word.slice(0, 1)) &&
    isOneLetterOff(name, word)
  );
}

/** One letter more, less or another, or two neighbours in the wrong order. */
function isOneLetterOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const after = (skipA: number, skipB: number) => a.slice(start + skipA) === b.slice(start + skipB);
  if (a.length !== b.length) return a.length > b.length ? after(1, 0) : after(0, 1);
  return after(1, 1) || (a[start] === b[start + 1] && a[start + 1] === b[start] && after(2, 2));
}

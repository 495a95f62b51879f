// Text as words that can be compared, sentence by sentence: whole words, and the characters of scripts that write none apart.
import { sentenceStarts } from './sentences.ts';

const words = new Intl.Segmenter('und', { granularity: 'word' });
/** What is segmented at once, since that takes time by the square of the length: up to white space, where there is some. */
const pieces = /[^]{1,500}(?:\s|$)|[^]{1,500}/gu;

/** With the marks on them. */
const characters = /\P{M}\p{M}*|\p{M}+/gu;
/** A character of a script that writes no spaces. */
export const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/** A word, or a character of a script without spaces. */
export interface WordToken {
  readonly start: number;
  readonly end: number;
  /** What is compared: one form of letters, however they are written. */
  readonly folded: string;
  readonly letters: number;
  readonly digits: number;
  readonly isUnspaced: boolean;
  readonly isCapital: boolean;
  /** Goes on the run of unspaced characters that the token before it is in. */
  readonly goesOn: boolean;
}

/** The tokens of each sentence. */
export function wordsBySentence(text: string): WordToken[][] {
  const starts = [0, ...sentenceStarts(text)];
  return starts.map((start, i) => tokensOf(text.slice(start, starts[i + 1] ?? text.length), start));
}

function tokensOf(text: string, offset: number): WordToken[] {
  const tokens: WordToken[] = [];
  let runEnd = -1;
  for (const { 0: piece, index: from } of text.matchAll(pieces)) {
    for (const { segment, index, isWordLike } of words.segment(piece)) {
      if (isWordLike !== true) continue;
      if (!unspaced.test(segment)) {
        tokens.push(tokenOf(segment, offset + from + index, false, false));
        continue;
      }
      for (const { 0: character, index: inside } of segment.matchAll(characters)) {
        const start = from + index + inside;
        // A line's end within a run is how the text was wrapped.
        const goesOn = runEnd >= 0 && text.slice(runEnd, start).trim() === '';
        tokens.push(tokenOf(character, offset + start, true, goesOn));
        runEnd = start + character.length;
      }
    }
  }
  return tokens;
}

function tokenOf(text: string, start: number, isUnspaced: boolean, goesOn: boolean): WordToken {
  const folded = fold(text);
  return {
    start,
    end: start + text.length,
    folded,
    letters: folded.match(/\p{L}/gu)?.length ?? 0,
    digits: folded.match(/\p{N}/gu)?.length ?? 0,
    isUnspaced,
    isCapital: /^\p{Lu}/u.test(text),
    goesOn,
  };
}

/** One form for what is read as the same word: compatible characters, both cases, a number's separators, a possessive s. */
function fold(word: string): string {
  return word
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replace(/(?<=\d)[,\u066c](?=\d{3}(?!\d))/g, '')
    .replace(/['\u2019]s$/, '');
}

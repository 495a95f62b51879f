// Which words of an answer stand in which passage: what a reader can check word by word, never what a model meant.
import { wordsBySentence, type WordToken } from './words.ts';

const ideographic = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]/u;

/** A stretch of an answer whose words all stand in one sentence of a passage. */
export interface Citation {
  /** UTF-16 code units of the answer, end exclusive; begins and ends with a word that tells something. */
  readonly start: number;
  readonly end: number;
  /** Index of the passage among those given. */
  readonly passage: number;
}

/** Letters from which a word tells something by itself: without a list of each language's small words, length stands for it. */
const minContentLetters = 6;

/** Letters from which a sentence's first word may be a name. */
const minFirstLetters = 4;

/** What a stretch must weigh to be marked: one name, one number of two digits, or two content words. */
const [enough, halfEnough] = [2, 1];

/** Tokens of a stretch: a longer one is marked in pieces, so that no text takes long. */
const maxStretch = 128;

/** Characters in a row that tell something where words have no spaces between them: ideographs and kana, other scripts. */
const [minIdeographs, minUnspaced] = [3, 6];

/** What one sentence of a passage has. */
interface Sentence {
  readonly passage: number;
  readonly words: ReadonlySet<string>;
  /** Words that stand in it with a capital, which no short word has for being the first. */
  readonly capitals: ReadonlySet<string>;
  /** Words that stand in it without one. */
  readonly lowers: ReadonlySet<string>;
  /** Its runs of unspaced characters, a line each. */
  readonly runs: string;
}

/**
 * The stretches of `answer` that `passages` bear out: every word of a stretch stands in one sentence of its passage, whatever the case
 * and form of its letters. Of several passages the one that bears out the longest stretch is named, the first of equals. Only what
 * tells something is marked: a number, a name, two words of six letters or more, or a few characters in a row of a script without spaces.
 *
 * @param passages best first, as an answer's evidence is.
 * @returns rising, none overlapping, none across two sentences of the answer.
 */
export function citations(answer: string, passages: readonly { readonly text: string }[]): Citation[] {
  const sentences = passages.flatMap(({ text }, passage) => sentencesOf(text, passage));
  const said = wordsBySentence(answer);
  const common = new Set([
    ...sentences.flatMap(({ lowers }) => [...lowers]),
    ...said.flat().flatMap(({ isCapital, folded }) => (isCapital ? [] : [folded])),
  ]);
  const found: Citation[] = [];
  for (const tokens of said) {
    for (let at = 0; at < tokens.length;) {
      let best = { length: 0, passage: 0 };
      for (const sentence of sentences) {
        const length = stretchFrom(tokens, at, sentence, common);
        if (length > best.length) best = { length, passage: sentence.passage };
      }
      const [first, last] = [tokens[at], tokens[at + best.length - 1]];
      if (best.length > 0 && first && last)
        found.push({ start: first.start, end: last.end, passage: best.passage });
      at += Math.max(1, best.length);
    }
  }
  return found;
}

/** Tokens from `at` on that the sentence has, up to the last that tells something; 0 where they tell too little together. */
function stretchFrom(
  tokens: readonly WordToken[],
  at: number,
  sentence: Sentence,
  common: ReadonlySet<string>,
): number {
  let [length, weight, run] = [0, 0, ''];
  for (let i = at; i < Math.min(tokens.length, at + maxStretch); i++) {
    const token = tokens[i];
    if (token === undefined) break;
    run = token.isUnspaced ? (token.goesOn && i > at ? run : '') + token.folded : '';
    if (token.isUnspaced ? !sentence.runs.includes(run) : !sentence.words.has(token.folded)) break;
    const adds = token.isUnspaced ? 0 : weightOf(token, sentence, common);
    const tells = adds > 0 || (token.isUnspaced && isTellingRun(run));
    if (i === at && adds === 0 && !token.isUnspaced) break;
    weight += adds;
    if (tells) {
      if (token.isUnspaced) weight = Math.max(weight, enough);
      length = i - at + 1;
    }
  }
  return weight >= enough ? length : 0;
}

function weightOf(token: WordToken, { capitals }: Sentence, common: ReadonlySet<string>): number {
  const { folded, digits, letters } = token;
  if (digits > 0) return digits > 1 ? enough : halfEnough;
  // A word that they have without its capital, too, is no name, but begins a sentence.
  if (token.isCapital && letters > 1 && capitals.has(folded) && !common.has(folded)) return enough;
  return letters >= minContentLetters ? halfEnough : 0;
}

function isTellingRun(run: string): boolean {
  const count = run.match(/\P{M}/gu)?.length ?? 0;
  return count >= minUnspaced || (count >= minIdeographs && ideographic.test(run));
}

function sentencesOf(text: string, passage: number): Sentence[] {
  return wordsBySentence(text).map((tokens) => {
    const spaced = tokens.filter(({ isUnspaced }) => !isUnspaced);
    return {
      passage,
      words: new Set(spaced.map(({ folded }) => folded)),
      capitals: new Set(
        spaced
          .filter(({ isCapital, folded }, i) => isCapital && (i > 0 || folded.length >= minFirstLetters))
          .map(({ folded }) => folded),
      ),
      lowers: new Set(spaced.filter(({ isCapital }) => !isCapital).map(({ folded }) => folded)),
      runs: tokens
        .filter(({ isUnspaced }) => isUnspaced)
        .map(({ folded, goesOn }) => (goesOn ? folded : `\n${folded}`))
        .join(''),
    };
  });
}

// Does a text say anything of what was asked? How well its best stretch meets the question, and which of the question's words it has.
import { wordsBySentence, type WordToken } from './words.ts';

export interface Support {
  /** `nothing`: the passages are no better than what unrelated questions get. Which questions it was measured on: docs/method.md. */
  readonly verdict: 'found' | 'nothing';
  /** Whether any name of the question stands in the text; undefined of a question without, and where that was not looked for. */
  readonly names?: boolean | undefined;
  /** Share of the question's telling words that stand in the passages, 0..1; undefined of a question that has none. */
  readonly words: number | undefined;
  /** What the best window answers of a token of the question, on average; undefined where late interaction did not score. */
  readonly match: number | undefined;
}

/** Letters from which a word tells something, and by which words of one stem are compared. */
const [minLetters, stemLetters] = [5, 5];

/**
 * @param match best score by late interaction over the tokens of the question.
 * @param minMatch what a window of a text that says nothing of the question rarely reaches, as the model's calibration has it; without
 * it the words say nothing.
 * @param names whether the text has any name of the question, as `createNameSearch` finds.
 */
export function supportOf(
  question: string,
  passages: readonly { readonly text: string }[],
  match: number | undefined,
  minMatch: number | undefined,
  names?: boolean,
): Support {
  const asked = tellingWords(question);
  const held = new Set(passages.flatMap(({ text }) => wordsBySentence(text).flatMap(stemsOf)));
  const words = asked.length === 0 ? undefined : asked.filter((word) => held.has(word)).length / asked.length;
  const isMet = match === undefined || minMatch === undefined || match >= minMatch;
  const verdict = names === false || (words === 0 && !isMet) ? 'nothing' : 'found';
  return { verdict, ...(names !== undefined && { names }), words, match };
}

/** Stems of a question's words: numbers, names, and longer ones, but for each sentence's first, which asks. */
function tellingWords(question: string): string[] {
  const stems = wordsBySentence(question).flatMap((tokens) => {
    const tell = tokens.filter(
      ({ letters, digits, isCapital, isUnspaced }, i) =>
        isUnspaced || digits > 0 || (i > 0 && (letters >= minLetters || (isCapital && letters > 1))),
    );
    return stemsOf(tell);
  });
  return [...new Set(stems)];
}

/** A word's beginning; of a script without spaces each two characters in a row. */
function stemsOf(tokens: readonly WordToken[]): string[] {
  return tokens.flatMap(({ folded, isUnspaced, goesOn }, i) => {
    if (!isUnspaced) return [folded.slice(0, stemLetters)];
    return goesOn ? [`${tokens[i - 1]?.folded ?? ''}${folded}`] : [];
  });
}

// Common words (RULER cwe, arXiv 2404.06654): a numbered list in which ten words come 30 times and all others three times.
import { InvalidInputError, Random } from '@longread/core';
import { sampled, shuffled } from '../shuffle.ts';
import { tasks } from '../tasks.ts';
import type { DocumentOptions, EvalDocument, TextRange } from '../types.ts';
import { compoundWord } from './compound-words.ts';

const numCommon = 10;
const timesCommon = 30;
const timesOther = 3;
const least = 2 * numCommon;

/**
 * The ten common words and as many others as fit, each repeat at a random place. Its one question asks for all ten; the evidence is
 * every place where they stand, the passage a list of the same kind that is short.
 *
 * @throws InvalidInputError when twenty others do not fit.
 */
export function commonWordsDocument(options: DocumentOptions): EvalDocument {
  const { seed, targetTokens, countTokens } = options;
  const random = new Random(seed);
  const taken = new Set<string>();
  const draw = (): string => {
    const word = compoundWord(random);
    if (taken.has(word)) return draw();
    taken.add(word);
    return word;
  };
  let length = 0;
  let total = 0;
  /** Tokens of another word's repeats and of the numbers that they get. */
  const costOf = (word: string, times: number) => {
    let cost = times * countTokens(` ${word}`);
    for (let i = 1; i <= times; i++) cost += countTokens(` ${length + i}.`);
    return cost;
  };
  const add = (word: string, times: number) => {
    total += costOf(word, times);
    length += times;
  };
  const common = Array.from({ length: numCommon }, draw);
  common.forEach((word) => {
    add(word, timesCommon);
  });
  const others: string[] = [];
  for (let word = draw(); total + costOf(word, timesOther) <= targetTokens; word = draw()) {
    add(word, timesOther);
    others.push(word);
  }
  if (others.length < least) {
    throw new InvalidInputError(
      `${targetTokens} tokens hold ${others.length} words beside the common ones, ${least} are needed. Ask for a longer text.`,
      { value: others.length, limit: least },
    );
  }
  const { text, ranges } = numbered(
    [...repeated(common, timesCommon), ...repeated(others, timesOther)],
    common,
    random,
  );
  const { kind, maxNewTokens } = tasks.cwe;
  const id = `${kind}-${targetTokens}-${seed}`;
  const few = [...repeated(common, timesOther), ...sampled(others, least, random)];
  const question = {
    task: 'cwe',
    id: `${id}/cwe/0`,
    question: 'Which ten words come most often in the list?',
    answers: common,
    evidence: ranges,
    passage: numbered(few, common, random).text,
    maxNewTokens,
  } as const;
  return { id, kind, text, numTokens: countTokens(text), questions: [question] };
}

function repeated(words: readonly string[], times: number): string[] {
  return words.flatMap((word) => Array.from({ length: times }, () => word));
}

/** The words in random order behind their numbers, and where those of `of` stand. */
function numbered(
  words: readonly string[],
  of: readonly string[],
  random: Random,
): { text: string; ranges: TextRange[] } {
  const marked = new Set(of);
  const ranges: TextRange[] = [];
  let text = '';
  shuffled(words, random).forEach((word, i) => {
    text += `${i === 0 ? '' : ' '}${i + 1}. `;
    if (marked.has(word)) ranges.push({ start: text.length, end: text.length + word.length });
    text += word;
  });
  return { text, ranges };
}

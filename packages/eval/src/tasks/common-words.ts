// Common words (RULER cwe, arXiv 2404.06654): a numbered list in which ten words come 30 times and all others three times.
import { InvalidInputError, Random } from '@longread/core';
import { sampled } from '../shuffle.ts';
import { tasks } from '../tasks.ts';
import type { DocumentOptions, EvalDocument } from '../types.ts';
import { wordList } from '../word-list.ts';
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
  const all = [...repeated(common, timesCommon), ...repeated(others, timesOther)];
  const { text, ranges } = wordList(all, common, random, numbered);
  const { kind, maxNewTokens } = tasks.cwe;
  const id = `${kind}-${targetTokens}-${seed}`;
  const few = [...repeated(common, timesOther), ...sampled(others, least, random)];
  const question = {
    task: 'cwe',
    id: `${id}/cwe/0`,
    question: 'Which ten words come most often in the list?',
    answers: common,
    evidence: ranges,
    passage: wordList(few, common, random, numbered).text,
    maxNewTokens,
  } as const;
  return { id, kind, text, numTokens: countTokens(text), questions: [question] };
}

function repeated(words: readonly string[], times: number): string[] {
  return words.flatMap((word) => Array.from({ length: times }, () => word));
}

/** A word's number in the list. */
const numbered = (index: number): string => `${index + 1}. `;

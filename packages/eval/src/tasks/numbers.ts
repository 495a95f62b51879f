// Math find (InfiniteBench math_find, arXiv 2402.13718): a long list of numbers, and the one of a given rank.
import { Random, invariant } from '@longread/core';
import { fillItems } from '../items.ts';
import { sampled } from '../shuffle.ts';
import { tasks } from '../tasks.ts';
import type { DocumentOptions, EvalDocument, EvalQuestion } from '../types.ts';

/** The rank of what is asked for, from the smallest, 0, of an odd number of numbers. */
const ranks: readonly { readonly ask: string; readonly rank: (count: number) => number }[] = [
  { ask: 'What is the largest number in the list?', rank: (count) => count - 1 },
  { ask: 'What is the median of the numbers in the list?', rank: (count) => (count - 1) / 2 },
  { ask: 'What is the smallest number in the list?', rank: () => 0 },
  { ask: 'What is the second largest number in the list?', rank: (count) => count - 2 },
];

/** Numbers in the passage: few enough to be read. */
const passageLength = 9;

/**
 * As many different numbers of at most six digits as fit, an odd count, and up to four questions. The evidence is the number that
 * answers; to know that it does takes the whole list.
 *
 * @throws InvalidInputError when fewer than nine fit.
 */
export function numbersDocument(options: DocumentOptions & { readonly numQuestions: number }): EvalDocument {
  const random = new Random(options.seed);
  const numbers: number[] = [];
  const taken = new Set<number>();
  const frame = { before: '[', between: ', ', after: ']' };
  const next = (): string => {
    const number = 1 + random.below(999_999);
    if (taken.has(number)) return next();
    taken.add(number);
    numbers.push(number);
    return String(number);
  };
  const filled = fillItems(options, frame, next, passageLength);
  const count = filled.ranges.length - 1 + (filled.ranges.length % 2);
  const ranges = filled.ranges.slice(0, count);
  const text = `${filled.text.slice(0, ranges.at(-1)?.end)}]`;
  const sorted = numbers.slice(0, count).sort((a, b) => a - b);
  const id = `numbers-${options.targetTokens}-${options.seed}`;
  const questions = ranks.slice(0, options.numQuestions).map(({ ask, rank }, i): EvalQuestion => {
    const at = rank(count);
    const answer = sorted[at];
    const range = ranges[numbers.indexOf(answer ?? 0)];
    invariant(answer !== undefined && range !== undefined, 'the answer is in the list');
    // Of those below and above it as many as its rank among the few asks for.
    const below = rank(passageLength);
    const few = [
      ...sampled(sorted.slice(0, at), below, random),
      answer,
      ...sampled(sorted.slice(at + 1), passageLength - 1 - below, random),
    ];
    return {
      task: 'math_find',
      id: `${id}/math_find/${i}`,
      question: ask,
      answers: [String(answer)],
      evidence: [range],
      passage: `[${sampled(few, passageLength, random).join(', ')}]`,
      maxNewTokens: tasks.math_find.maxNewTokens,
    };
  });
  return { id, kind: 'numbers', text, numTokens: options.countTokens(text), questions };
}

// Scores of answers, 0..1, by the metrics of the papers. Pure functions of the answer's text and the question.
import type { EvalQuestion } from './types.ts';

/** Score of an answer, 0..1. */
export type Scorer = (answer: string, question: Pick<EvalQuestion, 'question' | 'answers'>) => number;

const holds = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

/** RULER (arXiv 2404.06654): the share of the references that the answer contains, in any case of letters. */
export const matchAll: Scorer = (answer, { answers }) =>
  answers.filter((reference) => holds(answer, reference)).length / answers.length;

/** RULER's score of `qa`: 1 if the answer contains any of the references. */
export const matchAny: Scorer = (answer, { answers }) =>
  Number(answers.some((reference) => holds(answer, reference)));

/**
 * BABILong (arXiv 2406.10149): of the answer up to its first full stop, the labels that it contains and the question does not must
 * be the target alone.
 *
 * @param labels All that a question of the task may have as its answer.
 */
export function onlyLabel(labels: readonly string[]): Scorer {
  return (answer, { question, answers }) => {
    const [sentence = ''] = answer.split('.');
    const found = labels.filter((label) => holds(sentence, label) && !holds(question, label));
    return Number(found.length === 1 && found[0]?.toLowerCase() === answers[0]?.toLowerCase());
  };
}

/** InfiniteBench (arXiv 2402.13718), pass keys and number strings: the first run of digits in the answer is the reference. */
export const firstInteger: Scorer = (answer, { answers }) => Number(/\d+/.exec(answer)?.[0] === answers[0]);

/** InfiniteBench, key-value retrieval: the value is one of the answer's words, where punctuation and brackets count as spaces. */
export const amongWords: Scorer = (answer, { answers: [value = ''] }) =>
  Number(answer.split(/[\s:"'.,?!{}]+/).includes(value));

/** InfiniteBench, math find: the first number of the answer, with or without a fraction, equals the reference. */
export const firstNumber: Scorer = (answer, { answers }) => {
  const number = /\d+\.\d+|\d+/.exec(answer)?.[0];
  return Number(number !== undefined && Number(number) === Number(answers[0]));
};

/** Natural questions: the words of any accepted answer stand in the answer, in order, whatever their case, accents and marks. */
export const holdsWords: Scorer = (answer, { answers }) => {
  const words = ` ${normalise(answer)} `;
  return Number(answers.some((accepted) => words.includes(` ${normalise(accepted)} `)));
};

/** Lower case, no accents, no articles, no marks within or around words; single spaces. Separators between digits go. */
export function normalise(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/(?<=\d)[,\s](?=\d{3}(?!\d))/g, '')
    .replace(/['\u2019](?=s\b)/g, ' ')
    .replace(/['\u2019]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\b(?:a|an|the)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

// A document of many short texts, each whole, with questions about some of them.
import { InvalidInputError, Random } from '@longread/core';
import { shuffled } from '../shuffle.ts';
import { maxNewTokensOf } from '../tasks.ts';
import type { DocumentKind, DocumentOptions, EvalDocument, EvalQuestion, TaskName } from '../types.ts';
import type { SourceQuestion, SourceText } from './source.ts';

export interface CollectionOptions extends DocumentOptions {
  readonly task: TaskName;
  readonly kind: DocumentKind;
  readonly sources: readonly SourceText[];
  /** As many as the document's texts have, at most so many, spread over the texts. */
  readonly numQuestions: number;
  /** What stands above the text, by its number from 1. */
  readonly headingOf?: (number: number) => string;
}

/** So many texts in a row may be too long for what room is left before the document counts as full. */
const maxMisses = 40;

interface Taken {
  readonly source: SourceText;
  /** Of the source's text in the document's. */
  readonly offset: number;
}

/**
 * Whole texts in random order, as many as fit.
 *
 * @throws InvalidInputError when not even one fits, or they are too few to come within a tenth of the target.
 */
export function collectionDocument(options: CollectionOptions): EvalDocument {
  const { seed, task, kind, targetTokens, countTokens, headingOf = () => '' } = options;
  const random = new Random(seed);
  let text = '';
  let total = 0;
  let misses = 0;
  const taken: Taken[] = [];
  for (const source of shuffled(options.sources, random)) {
    const heading = (text === '' ? '' : '\n\n') + headingOf(taken.length + 1);
    const count = countTokens(heading + source.text);
    if (total + count > targetTokens) {
      if (++misses === maxMisses) break;
      continue;
    }
    misses = 0;
    taken.push({ source, offset: text.length + heading.length });
    text += heading + source.text;
    total += count;
  }
  if (total < targetTokens * 0.9) {
    throw new InvalidInputError(
      `The texts that fit have ${total} tokens together, the document was to have ${targetTokens}. Bring more or shorter texts, or ask for another length.`,
      { value: total, limit: targetTokens },
    );
  }
  const id = `${kind}-${targetTokens}-${seed}`;
  const questions = pickQuestions(taken, options.numQuestions, random).map(
    ({ offset, question }, i): EvalQuestion => ({
      task,
      id: `${id}/${task}/${i}`,
      question: question.question,
      answers: question.answers,
      evidence: question.evidence.map(({ start, end }) => ({ start: start + offset, end: end + offset })),
      passage: question.passage,
      maxNewTokens: maxNewTokensOf(task),
    }),
  );
  return { id, kind, text, numTokens: countTokens(text), questions };
}

/** One question of each text, then a second of each, and so on: no text is asked twice before all were asked once. */
function pickQuestions(
  taken: readonly Taken[],
  count: number,
  random: Random,
): { offset: number; question: SourceQuestion }[] {
  const left = shuffled(taken, random).map(({ source, offset }) => ({
    offset,
    questions: shuffled(source.questions, random),
  }));
  const rounds = Math.max(0, ...left.map(({ questions }) => questions.length));
  const inTurn = Array.from({ length: rounds }, (_, round) =>
    left.flatMap(({ offset, questions }) =>
      questions.slice(round, round + 1).map((question) => ({ offset, question })),
    ),
  );
  return inTurn.flat().slice(0, count);
}

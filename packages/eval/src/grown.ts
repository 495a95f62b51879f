// A document that grows to one length after the other, each time by a part with facts of its own: one reading gives a whole curve.
import { InvalidInputError, Random } from '@longread/core';
import { Fresh } from './fresh.ts';
import { textSentences } from './filler.ts';
import { hideFacts } from './hide.ts';
import { factsOf, type HiddenTask } from './mixed.ts';
import { shuffled } from './shuffle.ts';
import type { CountTokens, EvalQuestion } from './types.ts';

export interface GrownOptions {
  readonly seed: number;
  readonly countTokens: CountTokens;
  /** Tokens of the document after each part, rising. */
  readonly lengths: readonly number[];
  /** Facts of each task that are hidden in each part, one number a part. */
  readonly facts: ReadonlyMap<HiddenTask, readonly number[]>;
  /** What they are hidden in, whole and in random order: at least as many tokens together as the last length. */
  readonly texts: readonly string[];
}

export interface GrownPart {
  readonly text: string;
  readonly numTokens: number;
  /** Questions whose evidence stands in this part, in UTF-16 code units of the whole document. */
  readonly questions: readonly EvalQuestion[];
}

/**
 * The parts, in order. No name of a fact stands in another part or in the texts; a story or a chain never leaves its part, so a question
 * about an early part has the same answer however long the document has become.
 *
 * @throws InvalidInputError when a part has no room for its facts, no name is left, or the texts are too short.
 */
export function grownDocument({ seed, countTokens, lengths, facts, texts }: GrownOptions): GrownPart[] {
  const random = new Random(seed);
  const text = shuffled(texts, random).join('\n\n');
  const fresh = new Fresh(random, text);
  const sentences = textSentences(text);
  // An iterator without `return`: a part that stops reading does not end it for the next.
  const hay: Iterable<string> = { [Symbol.iterator]: () => ({ next: () => sentences.next() }) };
  let length = 0;
  let numChars = 0;
  return lengths.map((wanted, number): GrownPart => {
    const targetTokens = wanted - length;
    if (targetTokens < 1)
      throw new InvalidInputError(`lengths are ${lengths.join(', ')}. Set them to rising numbers.`);
    const groups = [...facts].map(([task, counts]) => factsOf(task, fresh, counts[number] ?? 0));
    const id = `grown-${wanted}-${seed}`;
    const made = hideFacts({ id, kind: 'prose' }, groups, hay, { seed, countTokens, targetTokens }, random);
    const start = numChars;
    length += made.numTokens;
    numChars += made.text.length;
    const questions = made.questions.map((question) => ({
      ...question,
      evidence: question.evidence.map((range) => ({ start: start + range.start, end: start + range.end })),
    }));
    return { text: made.text, numTokens: made.numTokens, questions };
  });
}

/**
 * Of questions about the first `numChars` characters so many, spread evenly over their depth: for each depth the nearest that is left.
 */
export function spreadQuestions<T extends Pick<EvalQuestion, 'evidence'>>(
  questions: readonly T[],
  count: number,
  numChars: number,
): T[] {
  const startOf = ({ evidence }: T) => evidence[0]?.start ?? 0;
  const left = questions.toSorted((a, b) => startOf(a) - startOf(b));
  return Array.from({ length: Math.min(count, left.length) }, (_, i) => {
    const depth = ((i + 0.5) / Math.min(count, questions.length)) * numChars;
    const distances = left.map((question) => Math.abs(startOf(question) - depth));
    return left.splice(distances.indexOf(Math.min(...distances)), 1);
  }).flat();
}

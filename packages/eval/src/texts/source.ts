// Texts that were there before, and questions that their own sentences answer.
import { holdsWords } from '../scorers.ts';
import type { TextRange } from '../types.ts';

/** A question of a text. */
export interface SourceQuestion {
  readonly question: string;
  /** Any of them is right. */
  readonly answers: readonly string[];
  /** In the source's text. */
  readonly evidence: readonly TextRange[];
  readonly passage: string;
}

/** A whole text that stands for itself among others: a country's profile, the lead of an article. */
export interface SourceText {
  /** Unique among its kind. */
  readonly id: string;
  readonly text: string;
  readonly questions: readonly SourceQuestion[];
}

/** Does the question name its own answer, as that for the capital of Luxembourg? Such a question is not asked. */
export function givesAway(asked: Pick<SourceQuestion, 'question' | 'answers'>): boolean {
  return holdsWords(asked.question, asked) === 1;
}

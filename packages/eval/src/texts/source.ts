// Texts that were there before, and questions that their own sentences answer.
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

// Scores of needle answers: was the needle among the evidence, and is its number in the answer.
import type { Needle } from './needle.ts';
import { recallOf } from './recall.ts';
import type { TextRange } from './types.ts';

export interface NeedleScore {
  /** Share of the needle's characters that the evidence covers, 0..1. */
  readonly recall: number;
  /** The number occurs in the answer, whole; separators between its digits are allowed. */
  readonly exact: boolean;
}

/** @param evidence UTF-16 ranges of the document's text, end exclusive, in any order; they may overlap. */
export function scoreNeedle(
  answerText: string,
  evidence: readonly TextRange[],
  needle: Pick<Needle, 'answer' | 'start' | 'end'>,
): NeedleScore {
  const digits = answerText.replace(/(?<=\d)[,\u00a0\u202f ](?=\d{3}(?!\d))/g, '');
  return {
    recall: recallOf([needle], evidence).share,
    exact: new RegExp(`(?<!\\d)${needle.answer}(?!\\d)`).test(digits),
  };
}

export interface NeedleSummary {
  /** Mean recall; 0 without samples. */
  readonly recall: number;
  /** Number of exact answers. */
  readonly exact: number;
  readonly samples: number;
}

/** Mean recall and count of exact answers. */
export function summariseNeedles(results: readonly NeedleScore[]): NeedleSummary {
  const samples = results.length;
  return {
    recall: samples === 0 ? 0 : results.reduce((sum, { recall }) => sum + recall, 0) / samples,
    exact: results.filter(({ exact }) => exact).length,
    samples,
  };
}

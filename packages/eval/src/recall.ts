// Was what an answer needs among what was gathered?
import { invariant } from '@longread/core';
import type { TextRange } from './types.ts';

export interface Recall {
  /** Share of the evidence's characters that were gathered, 0..1. */
  readonly share: number;
  /** At least 0.9 of each of its ranges was: what a chain of facts needs. */
  readonly hasAll: boolean;
}

/** A range counts as gathered from this share on: the cut of a token at its edge may be lost. */
const enough = 0.9;

/**
 * @param evidence of a question: at least one range, none overlapping.
 * @param gathered UTF-16 ranges of the document's text in any order; they may overlap.
 */
export function recallOf(evidence: readonly TextRange[], gathered: readonly TextRange[]): Recall {
  invariant(evidence.length > 0, 'a question without evidence has no recall');
  const lengths = evidence.map(({ start, end }) => end - start);
  const covered = evidence.map((range) => coveredLength(range, gathered));
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return {
    share: sum(covered) / sum(lengths),
    hasAll: covered.every((count, i) => count >= enough * (lengths[i] ?? 0)),
  };
}

/** Characters of the range that lie in at least one of the others. */
function coveredLength(range: TextRange, by: readonly TextRange[]): number {
  let covered = 0;
  let reached = range.start;
  for (const { start, end } of by.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(start, reached);
    const to = Math.min(end, range.end);
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return covered;
}

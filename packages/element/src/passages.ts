// The passages of an answer in the order in which they are shown and numbered. Pure.
import type { Citation, Evidence } from 'longread';

export interface NumberedPassage extends Evidence {
  /** From 1. */
  readonly number: number;
}

/** Passages that are shown; the others are folded away. */
const numShown = 3;

/** The best few in the order of the text, then the rest in the order of the text. @param evidence best first */
export function numberPassages(evidence: readonly Evidence[]): {
  readonly shown: readonly NumberedPassage[];
  readonly folded: readonly NumberedPassage[];
} {
  const inOrder = (some: readonly Evidence[], first: number): NumberedPassage[] =>
    [...some]
      .sort((a, b) => a.start - b.start)
      .map((passage, index) => ({ ...passage, number: first + index }));
  return {
    shown: inOrder(evidence.slice(0, numShown), 1),
    folded: inOrder(evidence.slice(numShown), numShown + 1),
  };
}

/** All of them, by number. */
export function allPassages(evidence: readonly Evidence[]): readonly NumberedPassage[] {
  const { shown, folded } = numberPassages(evidence);
  return [...shown, ...folded];
}

/** A text and the number of the passage that its end stands in; none of what stands in no passage. */
export interface CitedPiece {
  readonly text: string;
  readonly number?: number;
}

/** The text of an answer in pieces: one number behind words in a row of the same passage. @param evidence best first */
export function citedPieces(
  text: string,
  citations: readonly Citation[],
  evidence: readonly Evidence[],
): readonly CitedPiece[] {
  const numbers = new Map(allPassages(evidence).map(({ start, number }) => [start, number]));
  const last = citations.filter(({ passage }, index) => citations[index + 1]?.passage !== passage);
  const pieces = last.map(({ end, passage }, index): CitedPiece => {
    const number = numbers.get(evidence[passage]?.start ?? -1);
    const piece = text.slice(last[index - 1]?.end ?? 0, end);
    return number === undefined ? { text: piece } : { text: piece, number };
  });
  return [...pieces, { text: text.slice(last.at(-1)?.end ?? 0) }];
}

// The passages of an answer in the order in which they are shown and numbered. Pure.
import type { Citation, Evidence } from 'longread';
import type { TextSource } from './source/text-source.ts';

export interface NumberedPassage extends Evidence {
  /** From 1. */
  readonly number: number;
}

/** Passages that are shown; the others are folded away. */
const numShown = 3;

/** The best few in the order of the text, then the rest; of several documents that of the best first. @param evidence best first */
export function numberPassages(evidence: readonly Evidence[]): {
  readonly shown: readonly NumberedPassage[];
  readonly folded: readonly NumberedPassage[];
} {
  const documents = evidence.map(({ document }) => document?.id);
  const order = ({ document }: Evidence): number => documents.indexOf(document?.id);
  const inOrder = (some: readonly Evidence[], first: number): NumberedPassage[] =>
    [...some]
      .sort((a, b) => order(a) - order(b) || a.start - b.start)
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

/** Of the text that is shown: where it is one of several, those that stand in it. */
export function passagesIn<P extends Pick<Evidence, 'document'>>(
  text: Pick<TextSource, 'documentId'> | undefined,
  passages: readonly P[],
): readonly P[] {
  return passages.filter(({ document }) => document?.id === text?.documentId);
}

/** Two passages of one answer are the same where they begin at the same place of the same document. */
export function isSamePlace(a: Evidence, b: Evidence | undefined): boolean {
  return a.start === b?.start && a.document?.id === b.document?.id;
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
  const passages = allPassages(evidence);
  const last = citations.filter(({ passage }, index) => citations[index + 1]?.passage !== passage);
  const pieces = last.map(({ end, passage }, index): CitedPiece => {
    const number = passages.find((each) => isSamePlace(each, evidence[passage]))?.number;
    const piece = text.slice(last[index - 1]?.end ?? 0, end);
    return number === undefined ? { text: piece } : { text: piece, number };
  });
  return [...pieces, { text: text.slice(last.at(-1)?.end ?? 0) }];
}

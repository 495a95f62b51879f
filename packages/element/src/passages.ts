// The passages of an answer in the order in which they are shown and numbered. Pure.
import type { Evidence } from 'longread';

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

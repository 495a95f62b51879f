// Questions that a document does not answer: those of other documents of a run, of whose evidence it has nothing.
import type { EvalDocument, EvalQuestion } from '@longread/eval';

export interface Posed {
  readonly document: EvalDocument;
  readonly question: EvalQuestion;
  /** Whether the document answers it; else whether the question is of a document of the same kind, which is harder to tell. */
  readonly from: 'own' | 'same' | 'other';
}

/**
 * The questions of each document, at most `count`, and as many again that it does not answer: of its kind and of others in turn, from
 * all of those documents in turn, and from `further` ones, which are not asked themselves.
 */
export function poseAll(
  documents: readonly EvalDocument[],
  count: number,
  further: readonly EvalDocument[] = [],
): Posed[] {
  return documents.flatMap((document) => {
    const own = document.questions
      .slice(0, count)
      .map((question): Posed => ({ document, question, from: 'own' }));
    const strangers = (isSame: boolean): Posed[] => {
      const others = [...documents, ...further].filter(
        (other) => other !== document && (other.kind === document.kind) === isSame,
      );
      return inTurn(
        others.map((other) =>
          other.questions
            .filter((question) => !answers(document, other, question))
            .map((question): Posed => ({ document, question, from: isSame ? 'same' : 'other' })),
        ),
      );
    };
    return [...own, ...inTurn([strangers(true), strangers(false)]).slice(0, own.length)];
  });
}

/** Whether any of what another document says to its question stands in this one, too. */
function answers(document: EvalDocument, other: EvalDocument, { question, evidence }: EvalQuestion): boolean {
  return (
    evidence.some(({ start, end }) => document.text.includes(other.text.slice(start, end))) ||
    document.questions.some((own) => own.question === question)
  );
}

/** The first of each list, then the second of each, and so on. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}

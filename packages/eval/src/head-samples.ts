// The samples by which a model's heads are chosen: prose with facts hidden in it of which a question names one or none.
import { makeDocuments } from './documents.ts';
import type { Haystack } from './hay.ts';
import type { DocumentOptions, EvalDocument, TaskName } from './types.ts';

/**
 * A value under an id that others resemble, which most heads find; and, to tell heads apart, facts that lead to each other: in sentences of
 * two forms, in stories, in assignments.
 */
const tasks: readonly TaskName[] = ['niah_multikey_1', 'two_hop', 'qa2', 'vt'];

export interface HeadSampleOptions extends DocumentOptions {
  readonly count: number;
  /** Of each task in a sample. */
  readonly numQuestions: number;
  readonly haystack: Haystack;
}

/** `count` samples, of the seeds `seed`, `seed + 1`, ... @throws InvalidInputError where the facts leave no room */
export function headSamples({ count, haystack, ...options }: HeadSampleOptions): EvalDocument[] {
  return makeDocuments({ ...options, tasks, numDocuments: count, sources: { haystack } });
}

// Facts to hide in a text: sentences that belong together, and what is asked about them.
import type { Fresh } from './fresh.ts';
import type { TaskName } from './types.ts';

/** A question about a group of sentences. */
export interface FactQuestion {
  readonly question: string;
  readonly answers: readonly string[];
  /** The sentences its answer needs, by their place in the group, rising. */
  readonly needs: readonly number[];
}

/** Sentences that stand in this order, and the questions about them. */
export interface FactGroup {
  readonly sentences: readonly string[];
  readonly questions: readonly FactQuestion[];
}

/** Makes groups with `count` questions together, all of words that stand nowhere else in the document. */
export type FactMaker = (fresh: Fresh, count: number) => FactGroup[];

/** A task's groups. */
export interface TaskFacts {
  readonly task: TaskName;
  readonly groups: readonly FactGroup[];
}

// Documents that carry the facts of many tasks, so that one reading serves all their questions.
import { Random } from '@longread/core';
import type { FactMaker, TaskFacts } from './facts.ts';
import { Fresh } from './fresh.ts';
import { haySentences, vocabularyOf, type Haystack } from './hay.ts';
import { hideFacts } from './hide.ts';
import { multikey, multiquery, multivalue, singleNumbers, singleUuids } from './tasks/niah.ts';
import { numberString, passkey } from './tasks/passkey.ts';
import { whereIsPerson, whereIsThing, whereWasThing, whichSide, whoGave } from './tasks/stories.ts';
import { twoHop } from './tasks/two-hop.ts';
import { variableTracking } from './tasks/variable-tracking.ts';
import type { DocumentOptions, EvalDocument, TaskName } from './types.ts';

/** Tasks whose facts are hidden in a text of something else. */
export type HiddenTask = keyof typeof makers;

const makers = {
  niah_single_1: singleNumbers,
  niah_single_2: singleNumbers,
  niah_single_3: singleUuids,
  niah_multikey_1: multikey,
  niah_multivalue: multivalue,
  niah_multiquery: multiquery,
  vt: variableTracking,
  passkey,
  number_string: numberString,
  two_hop: twoHop,
  qa1: whereIsPerson,
  qa2: whereIsThing,
  qa3: whereWasThing,
  qa4: whichSide,
  qa5: whoGave,
} satisfies Partial<Record<TaskName, FactMaker>>;

/** Are the task's facts hidden in a text of something else? */
export function isHidden(task: TaskName): task is HiddenTask {
  return Object.hasOwn(makers, task);
}

/** Facts of a task, of words that `fresh` has not given before. @throws InvalidInputError when none are left */
export function factsOf(task: HiddenTask, fresh: Fresh, numQuestions: number): TaskFacts {
  return { task, groups: makers[task](fresh, numQuestions) };
}

export interface MixedOptions extends DocumentOptions {
  readonly tasks: readonly HiddenTask[];
  /** Of each task. */
  readonly numQuestions: number;
  readonly haystack: Haystack;
}

/**
 * One document with the facts of all these tasks. Their names, numbers, people, places and things are disjoint, and no invented
 * word, number or person of theirs stands in the haystack.
 *
 * Published versions hide one fact a text; `niah_single_1`, `vt`, `passkey` and `number_string` have the haystack `noise` there,
 * which is easier than prose.
 *
 * @throws InvalidInputError when there is no room for the facts, no name left, or a haystack that is too short.
 */
export function mixedDocument(options: MixedOptions): EvalDocument {
  const { seed, tasks, numQuestions, haystack, targetTokens } = options;
  const random = new Random(seed);
  const fresh = new Fresh(random, vocabularyOf(haystack));
  const facts = tasks.map((task) => factsOf(task, fresh, numQuestions));
  const kind = haystack === 'noise' ? 'noise' : 'prose';
  return hideFacts(
    { id: `${kind}-${targetTokens}-${seed}`, kind },
    facts,
    haySentences(haystack, random),
    options,
    random,
  );
}

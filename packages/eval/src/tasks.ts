// The table of tasks: which benchmark, which documents, how long an answer may be, how it is scored.
import {
  amongWords,
  firstInteger,
  firstNumber,
  holdsWords,
  matchAll,
  matchAny,
  onlyLabel,
  type Scorer,
} from './scorers.ts';
import { people, places, things } from './story-words.ts';
import type { DocumentKind, TaskName } from './types.ts';

export type TaskFamily = 'ruler' | 'babilong' | 'infinitebench' | 'natural' | 'chains';

export interface TaskSpec {
  readonly family: TaskFamily;
  /** The documents its questions are asked of. */
  readonly kind: DocumentKind;
  /**
   * The answer's budget, in tokens: the papers', but more where theirs counts on a prompt that begins the answer, as ours does not:
   * there a model spends its first words on repeating the question.
   */
  readonly maxNewTokens: number;
  readonly score: Scorer;
}

const ruler = (kind: DocumentKind, maxNewTokens: number, score = matchAll): TaskSpec => ({
  family: 'ruler',
  kind,
  maxNewTokens,
  score,
});
const babilong = (labels: readonly string[]): TaskSpec => ({
  family: 'babilong',
  kind: 'prose',
  maxNewTokens: 20,
  score: onlyLabel(labels),
});
const infinite = (kind: DocumentKind, maxNewTokens: number, score: Scorer): TaskSpec => ({
  family: 'infinitebench',
  kind,
  maxNewTokens,
  score,
});
const natural = (kind: DocumentKind): TaskSpec => ({
  family: 'natural',
  kind,
  maxNewTokens: 48,
  score: holdsWords,
});

export const tasks: Readonly<Record<TaskName, TaskSpec>> = {
  niah_single_1: ruler('noise', 128),
  niah_single_2: ruler('prose', 128),
  niah_single_3: ruler('prose', 128),
  niah_multikey_1: ruler('prose', 128),
  niah_multikey_2: ruler('needles', 128),
  niah_multikey_3: ruler('uuids', 128),
  niah_multivalue: ruler('prose', 128),
  niah_multiquery: ruler('prose', 128),
  vt: ruler('prose', 64),
  cwe: ruler('words', 120),
  fwe: ruler('codes', 50),
  qa: ruler('passages', 32, matchAny),
  qa1: babilong(places),
  qa2: babilong(places),
  qa3: babilong(places),
  qa4: babilong(places),
  qa5: babilong([...people, ...things]),
  passkey: infinite('prose', 24, firstInteger),
  number_string: infinite('prose', 32, firstInteger),
  kv_retrieval: infinite('pairs', 64, amongWords),
  math_find: infinite('numbers', 24, firstNumber),
  two_hop: { family: 'chains', kind: 'prose', maxNewTokens: 32, score: matchAny },
  factbook: natural('profiles'),
  wiki: natural('leads'),
  novel: natural('novel'),
};

export const taskNames = Object.keys(tasks) as TaskName[];

/** The answer's budget, in tokens. */
export const maxNewTokensOf = (task: TaskName): number => tasks[task].maxNewTokens;

/** Score of the answer by its task's metric, 0..1. */
export function scoreAnswer(
  answer: string,
  question: { readonly task: TaskName; readonly question: string; readonly answers: readonly string[] },
): number {
  return tasks[question.task].score(answer, question);
}

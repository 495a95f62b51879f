// What an evaluation asks: tasks at lengths by contenders, in parts that are made one behind the other.
import { strategyNames, type GatherSettings, type StrategyName } from '@longread/core';
import { makeDocuments, type EvalDocument, type EvalSources, type TaskName } from '@longread/eval';

/** A strategy with settings of its own. */
export interface Contender {
  /** As it was given: `reform/cosine/hops=2`. */
  readonly name: string;
  readonly strategy: StrategyName;
  readonly gather: Partial<GatherSettings>;
}

/** Every contender answers the questions of every task in documents of every length. */
export interface EvalRun {
  readonly tasks: readonly TaskName[];
  /** Tokens of a document. */
  readonly lengths: readonly number[];
  readonly contenders: readonly Contender[];
}

/** The documents of one length, and who is asked about them. */
export interface EvalPart {
  readonly length: number;
  readonly documents: readonly EvalDocument[];
  readonly contenders: readonly Contender[];
}

const tableTasks: readonly TaskName[] = [
  'niah_single_2',
  'niah_multikey_1',
  'passkey',
  'number_string',
  'kv_retrieval',
  'vt',
  'two_hop',
  'qa1',
  'qa2',
  'qa3',
  'factbook',
  'wiki',
  'novel',
];

/** A document that question and answer still fit behind, in a window of 8,192 tokens: the longest that `full` is asked about. */
const wholeWindow = 7936;

function tableRun(lengths: readonly number[], strategies: readonly StrategyName[]): EvalRun {
  const contenders = strategies.map((strategy) => ({ name: strategy, strategy, gather: {} }));
  return { tasks: tableTasks, lengths, contenders };
}

/** The table of docs/method.md: every strategy inside the window, ever fewer beyond it, as each costs more. */
export const tableRuns: readonly EvalRun[] = [
  tableRun([4096, wholeWindow], strategyNames),
  tableRun([16384], ['reform', 'h2o', 'streaming', 'truncate', 'pages', 'layer', 'bm25']),
  tableRun([32768], ['reform', 'h2o', 'truncate', 'bm25']),
  tableRun([65536], ['reform', 'bm25']),
];

/** Of each kind and each task: how much of everything there is. */
export interface EvalAmount {
  readonly documents: number;
  readonly questions: number;
  readonly seed: number;
}

/** @throws InvalidInputError as makeDocuments does */
export function* partsOf(
  runs: readonly EvalRun[],
  { documents, questions, seed }: EvalAmount,
  sources: EvalSources,
  countTokens: (text: string) => number,
): Generator<EvalPart, void> {
  for (const { tasks, lengths, contenders } of runs)
    for (const length of lengths) {
      const made = makeDocuments({
        tasks,
        targetTokens: length,
        numDocuments: documents,
        numQuestions: questions,
        seed,
        countTokens,
        sources,
      });
      yield { length, documents: made, contenders };
    }
}

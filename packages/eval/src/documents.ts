// The documents of a run: as few as serve all its tasks, since one reading answers for every task of its kind.
import { InvalidInputError } from '@longread/core';
import type { Haystack } from './hay.ts';
import { isHidden, mixedDocument } from './mixed.ts';
import { codedWordsDocument } from './tasks/coded-words.ts';
import { commonWordsDocument } from './tasks/common-words.ts';
import { numbersDocument } from './tasks/numbers.ts';
import { pairsDocument } from './tasks/pairs.ts';
import { tasks as table } from './tasks.ts';
import { collectionDocument } from './texts/collection.ts';
import { novelDocument, type NovelOptions } from './texts/novel.ts';
import type { SourceText } from './texts/source.ts';
import type { DocumentKind, DocumentOptions, EvalDocument, TaskName } from './types.ts';

/** Texts that a run's tasks are about. What is missing is refused when a task asks for it. */
export interface EvalSources {
  /** What `prose` is made of: generated sentences where no text is at hand. */
  readonly haystack: Haystack;
  readonly factbook?: readonly SourceText[];
  readonly wiki?: readonly SourceText[];
  /** Stretches of novels, one a document. */
  readonly novels?: readonly Pick<NovelOptions, 'id' | 'text' | 'questions'>[];
}

export interface EvalOptions extends DocumentOptions {
  readonly tasks: readonly TaskName[];
  /** Of each kind that the tasks need; of `novel` there are as many as there are stretches, at most so many. */
  readonly numDocuments: number;
  /** Of each task in each document. `cwe` and `fwe` have one, `math_find` at most four, a novel all of its stretch. */
  readonly numQuestions: number;
  readonly sources: EvalSources;
}

/**
 * Documents kind by kind. Those of one kind have the seeds `seed`, `seed + 1`, ...
 *
 * @throws InvalidInputError for a task without its source, and what the makers of documents throw.
 */
export function makeDocuments(options: EvalOptions): EvalDocument[] {
  const kinds = [...new Set(options.tasks.map((task) => table[task].kind))];
  return kinds.flatMap((kind) => {
    const { novels = [] } = options.sources;
    const numDocuments =
      kind === 'novel' ? Math.max(1, Math.min(options.numDocuments, novels.length)) : options.numDocuments;
    return Array.from({ length: numDocuments }, (_, i) =>
      makers[kind]({ ...options, seed: options.seed + i }, i),
    );
  });
}

type Maker = (options: EvalOptions, number: number) => EvalDocument;

const makers: Readonly<Record<DocumentKind, Maker>> = {
  prose: (options) => mixed(options, 'prose', options.sources.haystack),
  noise: (options) => mixed(options, 'noise', 'noise'),
  pairs: (options) => pairsDocument({ ...options, task: 'kv_retrieval' }),
  needles: (options) => pairsDocument({ ...options, task: 'niah_multikey_2' }),
  uuids: (options) => pairsDocument({ ...options, task: 'niah_multikey_3' }),
  numbers: numbersDocument,
  words: commonWordsDocument,
  codes: codedWordsDocument,
  profiles: (options) => collection(options, 'factbook', options.sources.factbook),
  leads: (options) => collection(options, 'wiki', options.sources.wiki),
  passages: (options) => {
    const sources = options.sources.wiki ?? options.sources.factbook;
    return collection(options, 'qa', sources, (number) => `Document ${number}:\n`);
  },
  novel: (options, number) => {
    const novel = options.sources.novels?.[number];
    if (novel === undefined) throw missing('novel');
    return novelDocument({ ...options, ...novel });
  },
};

function mixed(options: EvalOptions, kind: DocumentKind, haystack: Haystack): EvalDocument {
  const tasks = options.tasks.filter(isHidden).filter((task) => table[task].kind === kind);
  return mixedDocument({ ...options, tasks, haystack });
}

function collection(
  options: EvalOptions,
  task: TaskName,
  sources: readonly SourceText[] | undefined,
  headingOf?: (number: number) => string,
): EvalDocument {
  if (sources === undefined) throw missing(task);
  const { kind } = table[task];
  return collectionDocument({ ...options, task, kind, sources, ...(headingOf && { headingOf }) });
}

function missing(task: TaskName): InvalidInputError {
  return new InvalidInputError(
    `The texts of the task ${task} were not loaded. Load them, or leave the task out.`,
    { task },
  );
}

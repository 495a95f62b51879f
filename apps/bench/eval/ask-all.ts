// Asks every question of every document by every contender, but for what was answered before.
import { recallOf, scoreAnswer, type EvalDocument, type EvalQuestion } from '@longread/eval';
import { keyOf, type EvalAnswer } from './answers.ts';
import type { Asker } from './asker.ts';
import type { Contender, EvalPart } from './runs.ts';

interface Settings {
  /** Tokens gathered, or kept. */
  readonly gather: number;
  /** Passages alone: nothing is recomputed or generated. */
  readonly passages: boolean;
}

/** The clean passage, read in full: what the model makes of a perfect search. */
export const ceiling = 'ceiling';

export interface Task {
  readonly length: number;
  readonly document: EvalDocument;
  readonly question: EvalQuestion;
  /** Absent for the ceiling. */
  readonly contender?: Contender;
}

/** All there is to ask, document by document, the ceilings last: they read texts of their own. */
export function tasksOf({ documents, length, contenders }: EvalPart, passages: boolean): Task[] {
  return documents.flatMap((document) => {
    const each = document.questions.map((question) => ({ length, document, question }));
    const asked = contenders.flatMap((contender) => each.map((task) => ({ ...task, contender })));
    return passages ? asked : [...asked, ...each];
  });
}

export function isAnswered(task: Task, settings: Settings, known: ReadonlySet<string>): boolean {
  return known.has(
    keyOf({
      strategy: task.contender?.name ?? ceiling,
      length: task.length,
      gather: settings.gather,
      sample: task.question.id,
      correct: settings.passages ? null : 0,
    }),
  );
}

/** An answer without what says where and when. */
type Given = Omit<EvalAnswer, 'adapter' | 'commit' | 'date'>;

/** Yields an answer for each task, which is asked for when its turn comes. A document is read once, unless a ceiling came between. */
export async function* askAll(
  asker: Omit<Asker, 'measureHeads' | 'together'>,
  tasks: Iterable<Task>,
  settings: Settings,
): AsyncGenerator<Given> {
  let open = '';
  let preset = '';
  const read = async (id: string, text: string) => {
    if (open === id) return;
    if (open !== '') await asker.forget();
    preset = `exit ${await asker.read(text, id)}`;
    open = id;
  };
  for (const task of tasks) {
    if (task.contender) await read(task.document.id, task.document.text);
    else await read(`${task.question.id} passage`, task.question.passage);
    yield await answerOf(asker, task, settings, preset);
  }
  if (open !== '') await asker.forget();
}

/** The same of all documents of a length together: a passage may be taken from any of them, and is right in its own alone. */
export async function* askTogether(
  asker: Omit<Asker, 'measureHeads'>,
  tasks: readonly Task[],
  settings: Settings,
): AsyncGenerator<Given> {
  for (const length of new Set(tasks.map((task) => task.length))) {
    const ofLength = tasks.filter((task) => task.length === length);
    let preset = '';
    for (const { id, text } of new Set(ofLength.map(({ document }) => document)))
      preset = `exit ${await asker.read(text, id)}`;
    await asker.together();
    for (const task of ofLength) yield await answerOf(asker, task, settings, preset);
    await asker.forget();
  }
}

async function answerOf(
  asker: Pick<Asker, 'ask'>,
  { length, document, question, contender }: Task,
  { gather, passages }: Settings,
  preset: string,
): Promise<Given> {
  const { task, id: sample, evidence, maxNewTokens } = question;
  const startedAt = performance.now();
  const {
    text,
    gathered: found,
    stats,
  } = await asker.ask(question.question, {
    strategy: contender?.strategy ?? 'full',
    maxNewTokens: passages ? 0 : maxNewTokens,
    gather: { gatherSize: gather, ...contender?.gather },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const own = found.filter((range) => range.document === undefined || range.document.title === document.id);
  const recall = contender && stats.gatheredTokens > 0 ? recallOf(evidence, own) : undefined;
  return {
    strategy: contender?.name ?? ceiling,
    preset,
    task,
    length,
    gather,
    document: document.id,
    sample,
    depth: (evidence[0]?.start ?? 0) / document.text.length,
    recall: recall?.share ?? null,
    hasAll: recall?.hasAll ?? null,
    correct: passages ? null : scoreAnswer(text, question),
    answer: text,
    seconds: Math.round(seconds * 1000) / 1000,
    gpuBytesPeak: stats.gpuBytesPeak,
  };
}

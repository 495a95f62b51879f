// Reads the parts of a growing document in one page, asks at each length, and hands on the run after every step.
import type { BrowserWork } from '@longread/driver';
import { recallOf, scoreAnswer, spreadQuestions, type EvalQuestion, type GrownPart } from '@longread/eval';
import { rounded } from './round.ts';
import type { Asked, LengthRow, MillionRun, Stretch } from './record.ts';
import type { Watch } from './watch.ts';

/** Questions of each task at each length, at most: of those hidden, spread evenly over their depth. */
const mostAsked = { niah_single_2: 40, qa1: 20, two_hop: 12, vt: 12 } as const;

/** Asked of each question with the passages alone; the first is asked to answer some, too. */
const strategies = ['reform', 'bm25', 'truncate'] as const;

export interface MillionWork {
  readonly session: BrowserWork['session'];
  readonly files: BrowserWork['files'];
  readonly watch: Watch;
  readonly parts: readonly GrownPart[];
  /** Tokens at which the browser is ended once; 0 for never. */
  readonly crashAt: number;
  /** Keeps the run as it is now. */
  readonly keep: (run: MillionRun) => Promise<void>;
  readonly say: (line: string) => void;
}

const title = 'A document that grows';

/** Where the page fetches a part, as a file: it then holds nothing of its text, as of a file that a person drops. */
const partUrl = '/part.txt';

/** The run with all that is left of it, or as far as it came when the browser was ended, on purpose. */
export async function takeMillion(
  start: MillionRun,
  work: MillionWork,
): Promise<{ readonly run: MillionRun; readonly crashed: boolean }> {
  let run = start;
  const keep = async (next: MillionRun) => {
    run = { ...next, header: { ...next.header, date: new Date().toISOString() } };
    await work.keep(run);
  };
  for (const number of work.parts.keys()) {
    if (run.lengths[number] === undefined) {
      const read = await readPart(run, work, number);
      await keep(read.run);
      if (read.gpuBytes === undefined) return { run, crashed: true };
      const row = await openedRow(run, work, number, read.gpuBytes);
      await keep({ ...run, lengths: [...run.lengths, row] });
    }
    const left = questionsAt(run, work.parts, number).filter((wanted) => !isAsked(run, wanted));
    if (left.length > 0 && run.document !== undefined) await work.session.call('open', run.document);
    for (const wanted of left) await keep({ ...run, asked: [...run.asked, await ask(run, work, wanted)] });
  }
  return { run, crashed: false };
}

/** Reads what is left of a part. @returns the most bytes on the GPU; undefined where the browser was ended meanwhile */
async function readPart(
  run: MillionRun,
  { session, files, watch, parts, crashAt, say }: MillionWork,
  number: number,
): Promise<{ readonly run: MillionRun; readonly gpuBytes: number | undefined }> {
  const { call } = session;
  const before = run.lengths[number - 1]?.tokens ?? 0;
  const { text = '', numTokens = 0 } = parts[number] ?? {};
  const stretches: Stretch[] = [];
  let crashing: Promise<void> | undefined;
  const isToCrash = crashAt > 0 && run.crashes.length === 0;
  let gpuBytes: number | undefined;
  const writtenBefore = await call('written');
  let writtenBytes = 0;
  const count = async () => {
    writtenBytes = (await call('written')) - writtenBefore;
  };
  await watch.peakHeap(); // what was before is not this part's
  const clock = watch.reading(before, (stretch) => {
    stretches.push(stretch);
    const counted = count().catch(() => undefined); // the page may be gone by then
    say(`${stretch.to} tokens, ${((stretch.to - stretch.from) / stretch.seconds).toFixed(1)} tokens/s`);
    // Not at a part's end, which would be stored before the browser is gone, and read again.
    const isLast = stretch.to + (stretch.to - stretch.from) > before + numTokens;
    if (isToCrash && stretch.to >= crashAt && !isLast) crashing ??= counted.then(() => session.crash());
  });
  try {
    if (run.document !== undefined) await call('open', run.document);
    files.set(partUrl, text);
    const url = partUrl;
    const read = run.document === undefined ? call('ingest', { url, title }) : call('append', { url });
    gpuBytes = (await read).memory.peakBytes;
    await count();
  } catch (error) {
    if (crashing === undefined) throw error;
    await crashing;
  } finally {
    clock.stop();
  }
  const all = [...run.stretches, ...stretches];
  const crashes = crashing === undefined ? run.crashes : [...run.crashes, stretches.at(-1)?.to ?? 0];
  // Of a first part that was cut the command finds the stored document by its text.
  const document = crashing === undefined ? await idOf(call) : run.document;
  const written = run.writtenBytes === undefined ? {} : { writtenBytes: run.writtenBytes + writtenBytes };
  return {
    run: { ...run, ...written, stretches: all, crashes, ...(document !== undefined && { document }) },
    gpuBytes,
  };
}

async function idOf(call: MillionWork['session']['call']): Promise<string | undefined> {
  const { documents } = await call('stored');
  return documents.find((document) => document.title === title)?.id;
}

async function openedRow(
  run: MillionRun,
  { session, watch, parts }: MillionWork,
  number: number,
  readingGpuBytes: number,
): Promise<LengthRow> {
  const { call } = session;
  const readingHeapBytes = await watch.peakHeap();
  const heldHeapBytes = await session.heapBytes(true);
  const { documents } = await call('stored');
  const stored = documents.find(({ id }) => id === run.document);
  if (stored === undefined) throw new Error(`the document ${run.document ?? ''} that was read is not stored`);
  const startedAt = performance.now();
  const opened = await call('open', stored.id);
  const openSeconds = rounded((performance.now() - startedAt) / 1000);
  const tokens = parts.slice(0, number + 1).reduce((sum, part) => sum + part.numTokens, 0);
  if (Math.abs(opened.numTokens - tokens) > tokens / 100)
    throw new Error(`${opened.numTokens} tokens are stored of ${tokens} that were made`);
  return {
    length: run.settings.lengths[number] ?? 0,
    tokens: opened.numTokens,
    storedBytes: stored.sizeBytes,
    ...(run.writtenBytes !== undefined && { writtenBytes: run.writtenBytes }),
    exitLayer: opened.exitLayer,
    readingGpuBytes,
    readingHeapBytes,
    heldHeapBytes,
    openSeconds,
  };
}

interface Wanted {
  readonly length: number;
  readonly strategy: (typeof strategies)[number];
  readonly question: EvalQuestion;
  /** Characters of the document at that length. */
  readonly numChars: number;
  readonly isAnswered: boolean;
}

function questionsAt({ settings }: MillionRun, parts: readonly GrownPart[], number: number): Wanted[] {
  const length = settings.lengths[number] ?? 0;
  const read = parts.slice(0, number + 1);
  const numChars = read.reduce((sum, part) => sum + part.text.length, 0);
  const questions = read.flatMap((part) => part.questions);
  const asked = Object.entries(mostAsked).flatMap(([task, count]) => {
    const ofTask = questions.filter((question) => question.task === task);
    return spreadQuestions(ofTask, count, numChars);
  });
  const needles = asked.filter(({ task }) => task === 'niah_single_2');
  const wanted = { length, numChars };
  return [
    ...strategies.flatMap((strategy) =>
      asked.map((question) => ({ ...wanted, strategy, question, isAnswered: false })),
    ),
    ...spreadQuestions(needles, settings.answers, numChars).map((question) => ({
      ...wanted,
      strategy: strategies[0],
      question,
      isAnswered: true,
    })),
  ];
}

function isAsked({ asked }: MillionRun, { length, strategy, question, isAnswered }: Wanted): boolean {
  return asked.some(
    (each) =>
      each.length === length &&
      each.strategy === strategy &&
      each.sample === question.id &&
      (each.correct !== null) === isAnswered,
  );
}

async function ask(
  { settings }: MillionRun,
  { session, watch, say }: MillionWork,
  { length, strategy, question, numChars, isAnswered }: Wanted,
): Promise<Asked> {
  await watch.peakHeap(); // what was before is not this question's
  const startedAt = performance.now();
  const answer = await session.call('ask', question.question, {
    strategy,
    maxNewTokens: isAnswered ? question.maxNewTokens : 0,
    gather: { gatherSize: settings.gather },
  });
  const seconds = rounded((performance.now() - startedAt) / 1000);
  const heapBytes = await watch.peakHeap();
  const { share, hasAll } = recallOf(question.evidence, answer.gathered);
  const { phases, memory } = answer.stats;
  say(`${length} ${strategy} ${question.id}: ${hasAll ? 'all' : share.toFixed(2)} gathered, ${seconds} s`);
  return {
    length,
    strategy,
    task: question.task,
    sample: question.id,
    depth: rounded((question.evidence[0]?.start ?? 0) / numChars),
    recall: rounded(share),
    hasAll,
    correct: isAnswered ? scoreAnswer(answer.text, question) : null,
    answer: answer.text,
    seconds,
    gatherSeconds: rounded(
      phases.filter(({ name }) => name === 'gather').reduce((sum, { ms }) => sum + ms, 0) / 1000,
    ),
    gpuBytes: memory.peakBytes,
    heapBytes,
  };
}

// `npm run ask`: reads a document in a headless browser or opens a stored one, asks, prints the answers with their passages.
import { createProgressBars, note, type ProgressBars } from '@longread/command';
import { formatTuning, invariant } from '@longread/core';
import type { BrowserRun, BrowserWork, PageDocument, Session } from '@longread/driver';
import { namedRecommendations } from '@longread/models';
import type { Answer, Turn } from 'longread';
import { parseAsk, type AskCommand, type AskQuestions, type Questions } from './ask-options.ts';
import { formatAnswer, formatFigures, formatQuestion, type Asked, type AskReport } from './ask-report.ts';
import { openDocument, type OpenedDocument } from './document-file.ts';
import { findDocument } from './find-document.ts';
import { formatModels } from './models-report.ts';
import { print } from './print.ts';
import { askProfile } from './profile.ts';
import { runStoreCommand } from './stored.ts';

const documentUrl = '/document.txt';

/** A document that is to be read, or the ids of those that were; all that the model can be asked where there are none. */
export type Source = OpenedDocument | { readonly ids: readonly string[] | undefined };

/** Opens the document, or reads it, with what the first question needs checked before. */
async function readSource(
  command: Questions,
  source: Source,
  settings: object,
  { session, files }: BrowserWork,
): Promise<PageDocument> {
  if ('ids' in source) {
    const [id, ...more] = source.ids ?? [];
    return id !== undefined && more.length === 0
      ? session.call('open', id)
      : session.call('together', source.ids);
  }
  files.set(documentUrl, source.content);
  return session.call('ingest', {
    url: documentUrl,
    title: source.title,
    ...(source.outline && { outline: source.outline }),
    ...(source.notes && { notes: source.notes }),
    toAsk: { question: command.question, options: settings },
    ...(command.tokens === undefined ? {} : { maxTokens: command.tokens }),
    ...(command.preset && { preset: command.preset }),
  });
}

/**
 * Asks the command's questions of the document, each after the answers before it.
 * @param tell is told of the document, then of each question and its answer, when there is one.
 */
export async function readAndAsk(
  command: Questions,
  source: Source,
  work: BrowserWork,
  tell: (event: PageDocument | Asked) => Promise<void> = () => Promise.resolve(),
): Promise<AskReport> {
  const { session, loadMs, adapter } = work;
  const settings = {
    strategy: command.strategy,
    ...(command.maxNew !== undefined && { maxNewTokens: command.maxNew }),
    ...(command.thinking && { thinking: true }),
    ...(command.gather === undefined ? {} : { gather: { gatherSize: command.gather } }),
  };
  const questions = [command.question, ...command.followUps];
  for (const question of questions) await session.call('check', question, settings); // before minutes go into reading
  const document = await readSource(command, source, settings, work);
  await tell(document);
  const load = { name: 'load', ms: loadMs, tokens: 0 } as const;
  const history: Turn[] = [];
  const ask = async (question: string, before: Answer['stats']['phases']): Promise<Asked> => {
    const { text, thought, finish, evidence, gathered, support, stats } = await session.call(
      'ask',
      question,
      {
        ...settings,
        history,
      },
    );
    history.push({ question, answer: text });
    const phases = [...before, ...stats.phases];
    const asked = {
      question,
      answer: text,
      ...(thought !== undefined && { thought }),
      finish,
      evidence,
      gathered,
      ...(support && { support }),
      stats: { ...stats, phases },
    };
    await tell(asked);
    return asked;
  };
  const first = await ask(command.question, [load, ...document.phases]);
  const followUps: Asked[] = [];
  for (const question of command.followUps) followUps.push(await ask(question, []));
  const { id, title, numTokens: tokens, numChunks: chunks, opened, notes } = document;
  return { ...first, document: { id, title, tokens, chunks, opened, notes }, adapter, followUps };
}

/** What is said of the document, and each answer as soon as it is there. */
async function tellPeople(event: PageDocument | Asked, json: boolean, several: boolean): Promise<void> {
  if ('answer' in event && json) return;
  if ('answer' in event) {
    const answer = formatAnswer(event);
    return print(several ? `${formatQuestion(event.question)}${answer}\n` : answer);
  }
  if (!event.opened) return;
  note('Opened the stored document; nothing was read again.');
  for (const text of event.notes) note(`Note: ${text}`); // while one is read, progress says it
}

async function askQuestions(command: AskQuestions, bars: ProgressBars): Promise<void> {
  const { source, json, followUps } = command;
  let opened: Source | undefined = 'files' in source ? await openDocument(source) : undefined;
  const { runInBrowser } = await import('@longread/driver'); // what cannot be read is said without waiting for it
  const prepare = async (session: Session): Promise<void> => {
    if ('stored' in source) opened = await findStored(session, source.stored);
  };
  const tell = async (event: PageDocument | Asked): Promise<void> => {
    bars.stop();
    await tellPeople(event, json, followUps.length > 0);
  };
  const report = await runInBrowser({ ...runOf(command, bars), prepare }, (work) => {
    invariant(opened, 'a document is found before it is asked');
    return readAndAsk(command, opened, work, tell);
  }).finally(bars.stop);
  if (json) await print(`${JSON.stringify(report)}\n`);
  else note(formatFigures(report, process.stderr.isTTY));
}

/** The ids of stored documents. */
async function findStored(session: Session, named: readonly string[] | 'all'): Promise<Source> {
  if (named === 'all') return { ids: undefined };
  const { documents, unreadable } = await session.call('stored');
  return { ids: named.map((each) => findDocument([...documents, ...unreadable], each).id) };
}

function runOf({ model, weights, adapter }: AskCommand, { update }: ProgressBars): BrowserRun {
  return {
    model,
    engine: { ...(weights && { weights }) },
    adapter,
    profile: askProfile,
    onProgress: update,
  };
}

async function printTuning(command: AskCommand, bars: ProgressBars): Promise<void> {
  const { runInBrowser } = await import('@longread/driver');
  const read = ({ session }: BrowserWork) => session.call('info');
  const { tuning } = await runInBrowser(runOf(command, bars), read).finally(bars.stop);
  await print(command.json ? `${JSON.stringify(tuning)}\n` : formatTuning(tuning));
}

async function printModels(): Promise<void> {
  const { date, models } = namedRecommendations();
  await print(formatModels(date, models));
}

/** Runs the command; throws UsageError or a typed error. */
export async function ask(args: readonly string[]): Promise<void> {
  const command = parseAsk(args);
  if (command === undefined) return;
  const bars = createProgressBars();
  switch (command.kind) {
    case 'ask':
      return askQuestions(command, bars);
    case 'tune-table':
      return printTuning(command, bars);
    case 'list-models':
      return printModels();
    default:
      return runStoreCommand(command, bars);
  }
}

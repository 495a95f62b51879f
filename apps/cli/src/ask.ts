// `npm run ask`: read a document in a headless browser, ask one question, print the answer with its evidence.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatTuning, InvalidInputError } from '@longread/core';
import { parseAsk, type AskCommand } from './ask-options.ts';
import { formatReport, type AskReport } from './ask-report.ts';
import { createProgressBars, note } from './console.ts';
import { defaultDocument } from './default-document.ts';
import { cacheFolder } from './root.ts';
import { runInBrowser, type BrowserWork } from './run-in-browser.ts';

const documentUrl = '/document.txt';

/** Puts the document where the page can fetch it; returns its title. */
function offerDocument(file: string | undefined, { files }: BrowserWork): string {
  if (file !== undefined) {
    files.set(documentUrl, { path: file });
    return basename(file);
  }
  const { title, text } = defaultDocument();
  files.set(documentUrl, text);
  return title;
}

async function readAndAsk(command: AskCommand, work: BrowserWork): Promise<AskReport> {
  const { session, loadMs } = work;
  const title = offerDocument(command.file, work);
  const document = await session.call('ingest', {
    url: documentUrl,
    title,
    ...(command.tokens === undefined ? {} : { maxTokens: command.tokens }),
  });
  const answer = await session.call('ask', command.question, {
    strategy: command.strategy,
    maxNewTokens: command.maxNew,
    ...(command.gather === undefined ? {} : { gather: { gatherSize: command.gather } }),
  });
  const load = { name: 'load', ms: loadMs, tokens: 0 } as const;
  return {
    answer: answer.text,
    evidence: answer.evidence,
    document: {
      tokens: document.numTokens,
      chunks: document.numChunks,
      opened: document.opened,
      notes: document.notes,
    },
    stats: { ...answer.stats, phases: [load, ...document.phases, ...answer.stats.phases] },
  };
}

/** Runs the command; throws UsageError or a typed error. */
export async function ask(args: readonly string[]): Promise<void> {
  const command = parseAsk(args);
  if (command === undefined) return;
  if (command.file !== undefined && !existsSync(command.file))
    throw new InvalidInputError(`There is no file ${command.file}.`, { path: command.file });
  const bars = createProgressBars();
  const run = {
    model: command.model,
    profile: join(cacheFolder, 'profile'),
    onProgress: bars.update,
  };
  if (command.tuneTable) {
    const { tuning } = await runInBrowser(run, ({ session }) => session.call('info')).finally(bars.stop);
    process.stdout.write(command.json ? `${JSON.stringify(tuning)}\n` : formatTuning(tuning));
    return;
  }
  const report = await runInBrowser(run, (work) => readAndAsk(command, work)).finally(bars.stop);
  if (report.document.opened) note('Opened the stored document; nothing was read again.');
  process.stdout.write(command.json ? `${JSON.stringify(report)}\n` : formatReport(command.question, report));
}

// `npm run ask`: read a document in a headless browser, ask one question, print the answer with its evidence.
import { join } from 'node:path';
import { cacheFolder, createProgressBars, note } from '@longread/command';
import { formatTuning } from '@longread/core';
import type { BrowserWork } from '@longread/driver';
import { parseAsk, type AskCommand } from './ask-options.ts';
import { formatReport, type AskReport } from './ask-report.ts';
import { openDocument, type OpenedDocument } from './document-file.ts';

const documentUrl = '/document.txt';

/** Reads the document and asks the command's question about it. */
export async function readAndAsk(
  command: Pick<AskCommand, 'question' | 'tokens' | 'gather' | 'maxNew' | 'strategy'>,
  { title, content }: OpenedDocument,
  { session, files, loadMs, adapter }: BrowserWork,
): Promise<AskReport> {
  files.set(documentUrl, content);
  const settings = {
    strategy: command.strategy,
    maxNewTokens: command.maxNew,
    ...(command.gather === undefined ? {} : { gather: { gatherSize: command.gather } }),
  };
  await session.call('check', command.question, settings); // before minutes go into reading
  const document = await session.call('ingest', {
    url: documentUrl,
    title,
    toAsk: { question: command.question, options: settings },
    ...(command.tokens === undefined ? {} : { maxTokens: command.tokens }),
  });
  const answer = await session.call('ask', command.question, settings);
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
    adapter,
    stats: { ...answer.stats, phases: [load, ...document.phases, ...answer.stats.phases] },
  };
}

/** Runs the command; throws UsageError or a typed error. */
export async function ask(args: readonly string[]): Promise<void> {
  const command = parseAsk(args);
  if (command === undefined) return;
  const opened = await openDocument(command.file);
  const { runInBrowser } = await import('@longread/driver'); // what cannot be read is said without waiting for it
  const bars = createProgressBars();
  const run = {
    model: command.model,
    engine: { ...(command.weights && { weights: command.weights }) },
    adapter: command.adapter,
    profile: join(cacheFolder, 'profile'),
    onProgress: bars.update,
  };
  if (command.tuneTable) {
    const { tuning } = await runInBrowser(run, ({ session }) => session.call('info')).finally(bars.stop);
    process.stdout.write(command.json ? `${JSON.stringify(tuning)}\n` : formatTuning(tuning));
    return;
  }
  const report = await runInBrowser(run, (work) => readAndAsk(command, opened, work)).finally(bars.stop);
  if (report.document.opened) note('Opened the stored document; nothing was read again.');
  process.stdout.write(command.json ? `${JSON.stringify(report)}\n` : formatReport(command.question, report));
}

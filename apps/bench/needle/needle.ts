// `npm run needle`: hides a number at evenly spread depths of generated prose, asks for it, and reports recall and exact answers.
import { createHash } from 'node:crypto';
import { createProgressBars, note, type ProgressBars } from '@longread/command';
import { LongreadError } from '@longread/core';
import { runInBrowser, type BrowserWork } from '@longread/driver';
import { needleDocuments, type NeedleDocument } from '@longread/eval';
import { openTokenizer } from '@longread/models';
import { hashEngine } from '../command/results/commit.ts';
import { headerOf } from '../command/results/header.ts';
import { keepNeedleRun, openKeptRun } from './keep.ts';
import { summaryOf, type KeptSample, type NeedleRun } from './kept.ts';
import { parseNeedle, type NeedleCommand } from './options.ts';
import { stopped, takeSamples } from './take.ts';

const maxNewTokens = 24;

async function makeDocuments(
  { samples, documents, tokens }: NeedleCommand,
  modelPath: string,
): Promise<NeedleDocument[]> {
  const tokenizer = await openTokenizer(modelPath);
  const countTokens = (text: string) => tokenizer.encodeText(text).length;
  return needleDocuments({ samples, documents, tokens, countTokens });
}

/** A run without samples, of this command on this device. */
async function startRun(
  { samples, documents, tokens, gather }: NeedleCommand,
  work: BrowserWork,
  texts: readonly NeedleDocument[],
): Promise<NeedleRun> {
  const info = await work.session.call('info');
  const { model, modelSha256 } = info;
  return {
    header: await headerOf(work, info),
    settings: { tokens, samples, documents, gather, maxNewTokens, model, modelSha256 },
    sourceHash: await hashEngine(),
    documentsHash: createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12),
    state: 'running',
    samples: [],
  };
}

function describeSample({ depth, recall, exact, expected, answer }: KeptSample): string {
  const verdict = exact ? 'exact' : `not ${expected}`;
  return `depth ${depth.toFixed(2)}, recall ${recall.toFixed(2)}, ${verdict}: ${JSON.stringify(answer)}`;
}

async function runAll(command: NeedleCommand, work: BrowserWork, bars: ProgressBars): Promise<NeedleRun> {
  const texts = await makeDocuments(command, work.modelPath);
  const fresh = await startRun(command, work, texts);
  note(`Adapter: ${fresh.header.adapter}`);
  let run = command.keep ? await openKeptRun(fresh) : fresh;
  const keep = async () => {
    if (command.keep) await keepNeedleRun(run);
  };
  const numKept = run.samples.length;
  if (numKept > 0) note(`Going on after ${numKept} kept samples.`);
  const startedAt = performance.now();
  try {
    for await (run of takeSamples(run, work.session, texts)) {
      await keep();
      bars.stop();
      const count = run.samples.length;
      const eachMs = (performance.now() - startedAt) / (count - numKept);
      const left = Math.ceil(((command.samples - count) * eachMs) / 60_000);
      const last = run.samples.at(-1);
      note(`${count}/${command.samples} ${last ? describeSample(last) : ''} (${left} min left)`);
    }
  } catch (error) {
    if (!(error instanceof LongreadError)) throw error;
    run = stopped(run, error);
    await keep();
    throw error;
  }
  return run;
}

/** Runs the command; throws UsageError or a typed error. */
export async function needle(args: readonly string[]): Promise<void> {
  const command = parseNeedle(args);
  if (command === undefined) return;
  const bars = createProgressBars();
  const browserRun = { model: command.model, adapter: command.adapter, profile: '', onProgress: bars.update };
  const run = await runInBrowser(browserRun, (work) => runAll(command, work, bars)).finally(bars.stop);
  const summary = summaryOf(run);
  const text = `recall ${summary.recall.toFixed(3)}, exact answers ${summary.exact} of ${summary.samples}`;
  process.stdout.write(`${command.json ? JSON.stringify(summary) : text}\n`);
}

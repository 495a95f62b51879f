// `node tools/start.mjs million`: a document that grows to a million tokens in a tab, asked at each length.
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, createSetUpNotes, note } from '@longread/command';
import { runInBrowser, type BrowserWork } from '@longread/driver';
import { factbookTexts, grownDocument, type GrownPart } from '@longread/eval';
import { findModel, openTokenizer, writeAtomically } from '@longread/models';
import type { Progress } from 'longread';
import { resultsFolder } from '../command/results/files.ts';
import { headerOf } from '../command/results/header.ts';
import { loadFactbook, loadLeads, mobyDickChapters } from '../eval/texts.ts';
import { parseMillion, type MillionCommand } from './options.ts';
import { continued, type MillionRun } from './record.ts';
import { formatMillion, formatMillions } from './report.ts';
import { takeMillion } from './take.ts';
import { createWatch } from './watch.ts';

const folder = join(cacheFolder, 'million');

/** Facts of each part: as many again as all before them have once the parts double, and enough stand in the last for 40 depths. */
function factsOf(numParts: number) {
  const growing = (counts: readonly [few: number, more: number, most: number]) =>
    Array.from({ length: numParts }, (_, i) => counts[Math.max(0, 2 - (numParts - 1 - i))] ?? 0);
  return new Map([
    ['niah_single_2', growing([10, 20, 40])],
    ['qa1', growing([4, 6, 8])],
    ['two_hop', growing([2, 4, 6])],
    ['vt', growing([2, 4, 6])],
  ] as const);
}

async function makeParts(lengths: readonly number[], modelPath: string): Promise<readonly GrownPart[]> {
  const tokenizer = await openTokenizer(modelPath);
  const leads = await loadLeads(createSetUpNotes());
  const profiles = factbookTexts(await loadFactbook());
  return grownDocument({
    seed: 1,
    countTokens: (text) => tokenizer.encodeText(text).length,
    lengths,
    facts: factsOf(lengths.length),
    texts: [...[...leads, ...profiles].map(({ text }) => text), ...mobyDickChapters()],
  });
}

async function readRun(path: string): Promise<MillionRun | undefined> {
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as MillionRun) : undefined;
}

const write = (path: string, text: string) => writeAtomically(path, (half) => writeFile(half, text));

async function startRun(command: MillionCommand, work: BrowserWork): Promise<MillionRun> {
  const { lengths, preset, gather, answers } = command;
  const info = await work.session.call('info');
  const { model, modelSha256 } = info;
  const header = await headerOf(work, info);
  return {
    header,
    settings: { lengths, preset, gather, answers, model, modelSha256 },
    commits: [header.commit],
    isFile: true,
    isGpuOfReading: true,
    stretches: [],
    writtenBytes: 0,
    crashes: [],
    lengths: [],
    asked: [],
  };
}

/** One browser's share of the run. */
async function runOnce(command: MillionCommand, parts: readonly GrownPart[], path: string) {
  const profile = join(folder, `profile-${command.preset}`);
  let onProgress: (progress: Progress) => void = () => undefined;
  // In place: a worker's heap is its own, and the page's is what can be measured.
  const engine = { preset: command.preset, worker: false } as const;
  const { model, adapter } = command;
  const run = { model, adapter, profile, engine, onProgress: (progress: Progress) => onProgress(progress) };
  return runInBrowser(run, async (work) => {
    const start = continued(await startRun(command, work), await readRun(path));
    const { session } = work;
    const watch = createWatch(() => session.heapBytes());
    onProgress = (progress) => watch.onProgress(progress);
    try {
      return await takeMillion(start, {
        session,
        files: work.files,
        watch,
        parts,
        crashAt: command.crashAt,
        keep: (reached) => write(path, `${JSON.stringify(reached)}\n`),
        say: note,
      });
    } finally {
      watch.end();
    }
  });
}

/** Writes a run among those of other settings. */
async function keepRun(run: MillionRun): Promise<void> {
  const path = join(resultsFolder, 'million.json');
  const known = existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as readonly MillionRun[]) : [];
  const isOther = ({ settings }: MillionRun) => JSON.stringify(settings) !== JSON.stringify(run.settings);
  const runs = [run, ...known.filter(isOther)];
  await write(path, `${JSON.stringify(runs, null, 2)}\n`);
  await write(join(resultsFolder, 'million.md'), formatMillions(runs));
}

/** Runs the command; throws UsageError or a typed error. */
export async function million(args: readonly string[]): Promise<void> {
  const command = parseMillion(args);
  if (command === undefined) return;
  const path = join(folder, `${command.preset}.json`);
  if (command.fresh) {
    await rm(path, { force: true });
    await rm(join(folder, `profile-${command.preset}`), { recursive: true, force: true });
  }
  const model = await findModel(command.model, createSetUpNotes());
  note('Making the document');
  const parts = await makeParts(command.lengths, model.path);
  for (;;) {
    const { run, crashed } = await runOnce(command, parts, path);
    if (crashed) {
      note('The browser was ended, as was asked. Going on.');
      continue;
    }
    process.stdout.write(formatMillion(run));
    if (command.keep) await keepRun(run);
    return;
  }
}

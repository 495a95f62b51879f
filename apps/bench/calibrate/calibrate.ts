// `npm run calibrate`: which heads a model is read with, measured on samples.
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cacheFolder, createProgressBars, note, userPath, type ProgressBars } from '@longread/command';
import type { EvalDocument } from '@longread/eval';
import { openConfig, openTokenizer, sha256OfFile, writeAtomically } from '@longread/models';
import {
  chooseSets,
  chosenCalibration,
  followingSets,
  setsToTry,
  summariseSets,
  type SetSummary,
} from '@longread/planner';
import { describeCommit } from '../command/results/commit.ts';
import { withAsker, type AskerWork } from '../eval/with-asker.ts';
import { drawHeatMap } from '../eval/draw.ts';
import { contendersOf, setsOfContenders } from './contenders.ts';
import { describeCommand, parseCalibrate, type CalibrateCommand } from './options.ts';
import { addRecord, keyOf, readRecords, type SampleRecord, type Step } from './records.ts';
import { formatReport, mapOf, type Choice } from './report.ts';
import { samplesOf } from './samples.ts';

interface Run {
  readonly command: CalibrateCommand;
  readonly path: string;
  readonly work: AskerWork;
  readonly bars: ProgressBars;
  readonly modelSha256: string;
  readonly commit: string;
  readonly countTokens: (text: string) => number;
  readonly startedAt: number;
}

/** The time that the command was given is up. */
class TimeUp extends Error {}

/** Measures the sets on every sample of a step, but for what was measured before. Undefined sets are every head by itself. */
async function measure(
  run: Run,
  step: Step,
  count: number,
  sets: readonly (readonly string[])[] | undefined,
): Promise<SampleRecord[]> {
  const { command, path, work, bars, modelSha256, commit, countTokens } = run;
  const known = await readRecords(path, modelSha256);
  const records: SampleRecord[] = [];
  const samples = samplesOf(step, count, { ...command, countTokens });
  for (const [i, sample] of samples.entries()) {
    const id = `${sample.id} of ${command.questions}`;
    const found = known.find(
      (record) =>
        record.step === step &&
        record.sample === id &&
        (sets === undefined || keyOf(record) === keyOf({ step, sample: id, sets })),
    );
    if (found) {
      records.push(found);
      continue;
    }
    if (performance.now() - run.startedAt > 60_000 * command.minutes) throw new TimeUp();
    const startedAt = performance.now();
    const measured = await work.asker.measureHeads(headSample(sample), sets);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    const where = { modelSha256, adapter: work.adapter, commit, date: new Date().toISOString() };
    const record = { step, sample: id, seconds, ...where, ...measured };
    await addRecord(path, record);
    records.push(record);
    bars.stop();
    const [best] = summariseSets([record]);
    note(
      `${step} ${i + 1}/${count}: ${measured.sets.length} sets, ${measured.questions.length} questions, ${seconds} s; best here ${best ? describe(best) : '-'}`,
    );
  }
  return records;
}

/** What crosses to the engine of a document. */
function headSample({ text, questions }: EvalDocument) {
  return {
    text,
    questions: questions.map(({ task, question, evidence }) => ({ task, question, evidence })),
  };
}

function describe({ heads, recall, all, rank }: SetSummary): string {
  return `${heads.join(' ')}: recall ${recall.toFixed(3)}, all ${all.toFixed(3)}, rank ${rank.toFixed(4)}`;
}

async function choose(run: Run): Promise<void> {
  const { command, path, work, modelSha256 } = run;
  const config = await openConfig(work.modelPath);
  const alone = await measure(run, 'heads', command.samples, undefined);
  const singles = summariseSets(alone);
  const finals = await measure(run, 'sets', command.samples, setsToTry(singles, config));
  const together = summariseSets(finals);
  const found = chooseSets(together, config);
  const leads = summariseSets(alone, 'followed');
  const follows = await measure(run, 'follow', command.samples, followingSets(found, leads, config));
  const count = alone.length + finals.length + follows.length;
  const samples = `${count} samples of ${command.tokens} tokens of a novel (npm run calibrate)`;
  const where = { config, sha256: modelSha256 };
  const calibration = chosenCalibration({ found: finals, followed: follows }, where, samples);
  for (const [preset, set] of found) note(`${preset}: ${describe(set)}`);
  const contenders = contendersOf(calibration, config, command.seed);
  const checked =
    command.check === 0 ? [] : await measure(run, 'check', command.check, setsOfContenders(contenders));
  const stem = path.replace(/\.jsonl$/, '');
  const choice: Choice = {
    config,
    modelSha256,
    found,
    calibration,
    singles,
    leads,
    together,
    following: summariseSets(follows, 'followed'),
    contenders,
    alone,
    checked,
  };
  const page = formatReport(choice, `${basename(stem)}.svg`, describeCommand(command));
  const write = (at: string, text: string) => writeAtomically(at, (half) => writeFile(half, text));
  await write(`${stem}.json`, `${JSON.stringify(calibration, null, 2)}\n`);
  await write(`${stem}.md`, page);
  await write(`${stem}.svg`, `${await drawHeatMap(mapOf(choice))}\n`);
  process.stdout.write(page);
  note(`The calibration: ${stem}.json; a page with a map of the heads: ${stem}.md`);
}

/** Runs the command; throws UsageError or a typed error. */
export async function calibrate(args: readonly string[]): Promise<void> {
  const command = parseCalibrate(args);
  if (command === undefined) return;
  const name = (command.model ?? 'default').replace(/\W+/g, '-');
  const out =
    command.out === undefined ? join(cacheFolder, 'calibrate', `${name}.json`) : userPath(command.out);
  const bars = createProgressBars();
  const startedAt = performance.now();
  const { lane, model, adapter } = command;
  await withAsker({ lane, model, adapter }, bars, async (work) => {
    const tokenizer = await openTokenizer(work.modelPath);
    const path = `${out.replace(/\.json$/, '')}.jsonl`;
    note(`Adapter: ${work.adapter}. Measured: ${path}`);
    try {
      await choose({
        command,
        path,
        work,
        bars,
        modelSha256: await sha256OfFile(work.modelPath),
        commit: await describeCommit(),
        countTokens: (text) => tokenizer.encodeText(text).length,
        startedAt,
      });
    } catch (error) {
      if (!(error instanceof TimeUp)) throw error;
      bars.stop();
      note('The time is up; the same command goes on here.');
    }
  }).finally(bars.stop);
}

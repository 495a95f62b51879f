// `npm run eval`: what strategies gather and answer, on tasks whose answers are known.
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  cacheFolder,
  createProgressBars,
  createSetUpNotes,
  note,
  userPath,
  type ProgressBars,
} from '@longread/command';
import { InvalidInputError } from '@longread/core';
import type { EvalSources } from '@longread/eval';
import { openTokenizer, writeAtomically } from '@longread/models';
import { describeCommit, hashEngine } from '../command/results/commit.ts';
import { resultsFolder } from '../command/results/files.ts';
import { addAnswer, keyOf, readAnswers, type EvalAnswer } from './answers.ts';
import { namedCalibration } from './calibration.ts';
import { askAll, askTogether, isAnswered, tasksOf } from './ask-all.ts';
import { withAsker, type AskerWork } from './with-asker.ts';
import { curvesOf } from './curves.ts';
import { drawCurves } from './draw.ts';
import { parseEval, type EvalCommand } from './options.ts';
import { formatReport } from './report.ts';
import { partsOf } from './runs.ts';
import { summarise } from './summary.ts';
import { loadSources } from './texts.ts';
import { askUnanswerable } from './unanswerable.ts';

async function answerFile({ out, model }: EvalCommand): Promise<string> {
  if (out !== undefined) {
    const path = userPath(out);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new InvalidInputError(`--out ${out} is a folder. Name a file in it, such as answers.jsonl.`);
    return path;
  }
  const name = model === undefined ? 'default' : model.replace(/\W+/g, '-');
  return join(cacheFolder, 'eval', `${name}-${await hashEngine()}.jsonl`);
}

function describe({
  strategy,
  task,
  hasAll,
  correct,
  seconds,
}: Omit<EvalAnswer, 'adapter' | 'commit' | 'date'>): string {
  const gathered = hasAll === null ? '' : hasAll ? ', all gathered' : ', not all gathered';
  const scored = correct === null ? '' : `, ${correct.toFixed(2)} right`;
  return `${strategy} ${task}${gathered}${scored}, ${seconds.toFixed(1)} s`;
}

async function askWith(
  command: EvalCommand,
  path: string,
  sources: EvalSources,
  { asker, modelPath, adapter }: AskerWork,
  bars: ProgressBars,
): Promise<void> {
  const tokenizer = await openTokenizer(modelPath);
  const where = { adapter, commit: await describeCommit() };
  note(`Adapter: ${where.adapter}. Answers: ${path}`);
  const known = new Set((await readAnswers(path)).map(keyOf));
  const countTokens = (text: string) => tokenizer.encodeText(text).length;
  const tasks = [...partsOf(command.runs, command.amount, sources, countTokens)].flatMap((part) =>
    tasksOf(part, command.passages),
  );
  const open = tasks.filter((task) => !isAnswered(task, command, known));
  if (open.length < tasks.length) note(`Going on after ${tasks.length - open.length} answers.`);
  const startedAt = performance.now();
  let done = 0;
  const ask = command.together ? askTogether : askAll;
  for await (const answer of ask(asker, open, command)) {
    await addAnswer(path, { ...answer, ...where, date: new Date().toISOString() });
    done += 1;
    const left = ((performance.now() - startedAt) / done) * (open.length - done);
    bars.stop();
    note(`${done}/${open.length} ${describe(answer)} (${Math.ceil(left / 60_000)} min left)`);
  }
}

/** Runs the command; throws UsageError or a typed error. */
export async function evaluate(args: readonly string[]): Promise<void> {
  const command = parseEval(args);
  if (command === undefined) return;
  if (command.unanswerable) return askUnanswerable(command);
  const path = await answerFile(command);
  if (command.ask) {
    const sources = await loadSources(
      command.runs.flatMap(({ tasks }) => tasks),
      createSetUpNotes(),
    );
    const bars = createProgressBars();
    const { lane, model, adapter, preset } = command;
    const calibration = await namedCalibration(command.calibration);
    const lent = { lane, model, adapter, ...(preset && { preset }), ...(calibration && { calibration }) };
    await withAsker(lent, bars, (work) => askWith(command, path, sources, work, bars)).finally(bars.stop);
  }
  const answers = await readAnswers(path);
  if (answers.length === 0)
    throw new InvalidInputError(
      `There are no answers in ${path} yet. Ask some first: npm run eval -- --help`,
    );
  process.stdout.write(formatReport(answers, `\`npm run eval\``));
  const page = command.report ? join(resultsFolder, 'eval.md') : path.replace(/(\.jsonl)?$/, '.md');
  await writePage(answers, page);
  note(`A page with plots: ${page}`);
}

/** Tables and plots, and the rows as JSON, in the page's folder. */
async function writePage(answers: readonly EvalAnswer[], page: string): Promise<void> {
  const stem = page.replace(/\.md$/, '');
  const write = (at: string, text: string) => writeAtomically(at, (half) => writeFile(half, text));
  const plots = await drawCurves(curvesOf(answers));
  for (const [name, svg] of plots) await write(`${stem}-${name}.svg`, `${svg}\n`);
  await write(`${stem}.json`, `${JSON.stringify(summarise(answers), null, 2)}\n`);
  const pictures = [...plots.keys()].map((name) => `${basename(stem)}-${name}.svg`);
  await write(page, formatReport(answers, `\`npm run eval\``, pictures));
}

// `npm run bench`: runs the experiments one after the other and prints their rows.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chooseAdapter, setUpBrowser } from '@longread/browser';
import { createSetUpNotes, note, rootFolder } from '@longread/command';
import { findModelFile } from '@longread/models';
import { runnerImport } from 'vite';
import { openDawnWorkbench } from './dawn/workbench.ts';
import { describeCommit } from './results/commit.ts';
import type { Experiment } from './experiment.ts';
import { drawResults, keepResults } from './results/keep.ts';
import { chooseExperiments, parseBench, type BenchCommand } from './options.ts';
import { formatNumber, formatResults, type Header, type Results } from './results/report.ts';
import { unmeasuredRow, type Row } from './results/row.ts';
import { defaultAsk } from './rows/default-ask.ts';
import { earlyExit } from './rows/early-exit.ts';
import { kernelExperiments } from './rows/kernels.ts';
import { longExperiments } from './rows/long.ts';
import { peerExperiments } from './rows/peers.ts';
import { phaseExperiments } from './rows/phases.ts';
import { stageExperiments } from './rows/stages.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const experiments: readonly Experiment[] = [
  ...kernelExperiments,
  ...stageExperiments,
  ...phaseExperiments,
  earlyExit,
  defaultAsk,
  ...peerExperiments,
  ...longExperiments,
];

/** The experiment's rows; a failure is a row without a number that says why. */
async function runExperiment(
  experiment: Experiment,
  workbench: Workbench,
): Promise<{ readonly rows: readonly Row[]; readonly failed: boolean }> {
  try {
    return { rows: await experiment.run(workbench), failed: false };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
    return { rows: Object.keys(experiment.rows).map((name) => unmeasuredRow(name, why)), failed: true };
  } finally {
    await workbench.closePages();
  }
}

/** Ctrl-C closes the browsers, which ends the experiment that runs; a second one ends the process. */
function closeOnInterrupt(workbench: Workbench): { readonly interrupted: boolean; release(): void } {
  let interrupted = false;
  const cancel = (): void => {
    interrupted = true;
    note('\nStopping; the rows measured so far follow. Press Ctrl-C again to quit at once.');
    process.once('SIGINT', () => process.exit(130));
    workbench.stop().catch((error: unknown) => note(String(error)));
  };
  process.once('SIGINT', cancel);
  return {
    get interrupted() {
      return interrupted;
    },
    release: () => void process.removeListener('SIGINT', cancel),
  };
}

async function runAll(
  chosen: readonly Experiment[],
  workbench: Workbench,
  { only }: BenchCommand,
): Promise<{ readonly rows: Row[]; readonly failed: boolean; readonly interrupted: boolean }> {
  const interrupt = closeOnInterrupt(workbench);
  const rows: Row[] = [];
  let failed = false;
  try {
    for (const [i, experiment] of chosen.entries()) {
      const names = Object.keys(experiment.rows);
      note(`[${i + 1}/${chosen.length}] ${names.join(', ')}`);
      const startedAt = performance.now();
      const result = await runExperiment(experiment, workbench);
      if (interrupt.interrupted) return { rows, failed, interrupted: true };
      failed ||= result.failed;
      for (const row of result.rows) {
        if (only.size > 0 && !only.has(row.name)) continue;
        rows.push(row);
        const figure =
          row.value === null ? '' : `${formatNumber(row.value)} ${row.unit}, n=${row.samples.length}; `;
        note(`    ${row.name}: ${figure}${row.against ?? ''}`);
      }
      note(`    ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    }
    return { rows, failed, interrupted: false };
  } finally {
    interrupt.release();
  }
}

function cautionOf({ rehearse, only, shape }: BenchCommand): Pick<Header, 'caution'> {
  const cautions = [
    ...(rehearse
      ? ['a rehearsal: the long rows ran at a sixteenth of their lengths and mean nothing']
      : only.size > 0
        ? ['only some rows were asked for']
        : []),
    ...(shape === undefined ? [] : [`weights made from a seed in the sizes of a model of ${shape}`]),
  ];
  return cautions.length > 0 ? { caution: cautions.join('; ') } : {};
}

/** Says which rows the lane or the model cannot give, and why. */
function noteLeftOut({ only, lane, shape }: BenchCommand, chosen: readonly Experiment[]): void {
  const all = chooseExperiments({ only, long: false, lane: 'browser', shape: undefined }, experiments);
  const why = lane === 'dawn' ? 'in Node' : `with ${shape ?? ''}, which has no tokenizer`;
  for (const { rows, needsBrowser = '' } of all.filter((experiment) => !chosen.includes(experiment)))
    note(`Left out ${why}: ${Object.keys(rows).join(', ')}${needsBrowser && ` (${needsBrowser})`}`);
}

async function openLane(command: BenchCommand, chosen: readonly Experiment[]): Promise<Workbench> {
  if (command.lane === 'browser') {
    const browserPath = await setUpBrowser(note);
    const adapter = await chooseAdapter(browserPath, command.adapter);
    return openWorkbench({ browserPath, adapter }, command, chosen);
  }
  const { shape, model } = command;
  const local = shape === undefined ? await findModelFile(model, createSetUpNotes()) : { shape };
  const { module } = await runnerImport<typeof import('./dawn/stages.ts')>(
    fileURLToPath(new URL('./dawn/stages.ts', import.meta.url)),
    { configFile: false, root: rootFolder, logLevel: 'warn' },
  );
  return openDawnWorkbench({ ...command, model: local, note, openStages: module.openStages });
}

/** Runs the command; throws UsageError or a typed error. */
export async function bench(args: readonly string[]): Promise<void> {
  const command = parseBench(args, experiments);
  if (command === undefined) return;
  const known = new Set(experiments.flatMap(({ rows }) => Object.keys(rows)));
  const chosen = command.draw ? [] : chooseExperiments(command, experiments);
  if (!command.draw) noteLeftOut(command, chosen);
  const workbench = await openLane(command, chosen);
  try {
    if (command.draw) {
      await drawResults(known, workbench);
      return;
    }
    const { rows, failed, interrupted } = await runAll(chosen, workbench, command);
    const header: Header = {
      adapter: workbench.adapter ?? 'none was opened',
      browser: workbench.browserVersion ?? 'none was opened',
      flags: workbench.flags,
      cores: availableParallelism(),
      commit: await describeCommit(),
      date: new Date().toISOString(),
      ...cautionOf(command),
    };
    const results: Results = { header, rows };
    process.stdout.write(command.json ? `${JSON.stringify(rows, null, 2)}\n` : `\n${formatResults(results)}`);
    if (failed || interrupted) process.exitCode = interrupted ? 130 : 1;
    if (command.keep && !interrupted) await keepResults(results, known, workbench);
  } finally {
    await workbench.close();
  }
}

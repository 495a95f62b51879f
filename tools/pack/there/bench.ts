// What the phases are made of, the benchmark's rows of single stages, and the table of kernels by tokens of a pass; on weights made from a
// seed or on the model file. What tells most of a new device comes first.
import { openDawnWorkbench } from '@longread/bench/command/dawn/workbench.ts';
import { openStages, type LocalModel } from '@longread/bench/command/dawn/stages.ts';
import { kernelExperiments } from '@longread/bench/command/rows/kernels.ts';
import { stageExperiments } from '@longread/bench/command/rows/stages.ts';
import { formatNumber } from '@longread/bench/command/results/report.ts';
import { unmeasuredRow, type Row } from '@longread/bench/command/results/row.ts';
import { profilePhases, type PhaseProfile } from '@longread/bench/pages/stages/profile.ts';
import type { TuningRow } from '@longread/core';
import { tuneKernels } from 'longread/stages';
import type { Outcome } from './results.ts';

export interface BenchRun {
  readonly gpu: GPU;
  readonly model: LocalModel;
  /** Row names, and `profile` or `tuning` for what is no row; empty for all. */
  readonly only: ReadonlySet<string>;
  readonly repeats: number | undefined;
  /** Of the chunk and the prompt that are profiled. */
  readonly profileTokens: number;
  /** Where the clock of `performance.now()` stands when nothing further begins. */
  readonly deadline: number;
  readonly note: (line: string) => void;
  /** After every part: all there is so far. */
  readonly onResult: (result: BenchResult) => void;
}

export interface BenchResult {
  readonly facts: object;
  /** Weights made or read and uploaded, and kernels timed. */
  readonly openMs: number;
  readonly rows: readonly Row[];
  /** Every variant of a product on every shape of matrix, by the tokens of a pass. */
  readonly tuning: Readonly<Record<number, readonly TuningRow[]>>;
  readonly profile: readonly PhaseProfile[];
  readonly gpuBytesPeak: number;
  readonly longestSubmissionMs: number;
}

/** Tokens of a pass of the engine, by which the stages choose; and of a short prompt. */
const [passTokens, fewTokens] = [1024, 128];
const tuneMs = 10_000;
const nothingKnown = { find: () => Promise.resolve(undefined), put: () => Promise.resolve() };

/** Runs every part whatever the others did, on one device. */
export async function runBench({ gpu, deadline, onResult, ...run }: BenchRun): Promise<Outcome> {
  const startedAt = performance.now();
  const { calls, bed, close } = await openStages(gpu, run.model, nothingKnown);
  const openMs = performance.now() - startedAt;
  // Weights are uploaded and kernels chosen once, not anew for every experiment.
  const keptOpen = () => Promise.resolve({ calls, bed, close: () => undefined });
  const bench = await openDawnWorkbench({ ...run, rehearse: false, openStages: keptOpen });
  const rows: Row[] = [];
  const tuning: Record<number, readonly TuningRow[]> = { [passTokens]: bed.choice.rows };
  const profile: PhaseProfile[] = [];
  const tell = () =>
    onResult({
      facts: bed.gpu.facts,
      openMs,
      rows,
      tuning,
      profile,
      gpuBytesPeak: bed.gpu.peakBytes,
      longestSubmissionMs: bed.gpu.recorder.longestSubmissionMs,
    });
  run.note(`open: ${seconds(startedAt)} s`);
  tell();
  let outcome: Outcome = 'passed';
  const part = async (
    names: readonly string[],
    work: () => Promise<void>,
    failure: (why: string) => void,
  ) => {
    const partStartedAt = performance.now();
    if (partStartedAt > deadline) {
      if (outcome === 'passed') outcome = 'cut';
      failure('no time left');
      run.note(`${names.join(', ')}: no time left`);
    } else {
      try {
        await work();
      } catch (error) {
        outcome = 'failed';
        failure(String(error));
        run.note(`FAILED ${names.join(', ')}: ${String(error)}`);
      }
      run.note(`${names.join(', ')}: ${seconds(partStartedAt)} s`);
    }
    tell();
  };
  const wants = (name: string) => run.only.size === 0 || run.only.has(name);
  if (wants('profile')) {
    const profiled = async () => {
      for await (const phase of profilePhases(bed, run.profileTokens)) {
        profile.push(phase);
        run.note(formatProfile(phase));
      }
    };
    await part(['profile'], profiled, () => undefined);
  }
  for (const experiment of [...stageExperiments, ...kernelExperiments]) {
    const names = Object.keys(experiment.rows);
    if (!names.some((row) => bench.wants(row))) continue;
    const measure = async () => {
      const measured = await experiment.run(bench);
      rows.push(...measured);
      for (const { name, value, unit, against = '' } of measured)
        run.note(`  ${name}: ${formatNumber(value)} ${unit} ${against}`);
    };
    await part(names, measure, (why) => rows.push(...names.map((name) => unmeasuredRow(name, why))));
  }
  if (wants('tuning')) {
    const tuned = async () => {
      const limits = { limitMs: tuneMs, chunkSize: fewTokens };
      tuning[fewTokens] = (await tuneKernels(bed.gpu, bed.model, nothingKnown, limits)).rows;
    };
    await part(['tuning'], tuned, () => undefined);
    run.note(Object.entries(tuning).map(formatRows).join('\n'));
  }
  close();
  return outcome;
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

function formatProfile({ phase, wallMs, busyMs, aloneMs, dispatches, kernels }: PhaseProfile): string {
  const times = `${formatNumber(wallMs)} ms, the device busy for ${formatNumber(busyMs)}, alone ${formatNumber(aloneMs)}`;
  const lines = kernels.map(
    ({ kernel, dispatches: count, groups: [least, most], ms, gflops }) =>
      `    ${formatNumber((100 * ms) / aloneMs)} %  ${kernel}: ${count} of ${least}-${most} groups, ` +
      `${formatNumber((1000 * ms) / count)} us each, ${formatNumber(gflops)} GFLOP/s`,
  );
  return [`  ${phase}: ${dispatches} dispatches, ${times}`, ...lines].join('\n');
}

function formatRows([tokens, rows]: readonly [string, readonly TuningRow[]]): string {
  const lines = rows.map(
    ({ kernel, shapeClass, variant, ms, gflops, note }) =>
      `    ${kernel} ${shapeClass} ${variant}: ${ms === undefined ? '' : `${formatNumber(1000 * ms)} us, ${formatNumber(gflops)} GFLOP/s`} ${note}`,
  );
  return [`  kernels at ${tokens} tokens, one for matvec`, ...lines].join('\n');
}

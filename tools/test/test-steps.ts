// The steps of `npm test`: each runs one of the root's scripts and says how many cases passed.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, rootFolder } from '@longread/command';
import { formatLane, readLane } from './lane.ts';
import { countPlaywright, countVitest, readReport, type Counts } from './test-reports.ts';

const stepTimeoutMs = 25 * 60_000;

export interface StepResult extends Counts {
  /** All that the step printed; for when it failed. */
  readonly output: string;
  /** What to say about the step whether it failed or not. */
  readonly note?: string;
}

export interface Step {
  readonly name: string;
  run(): Promise<StepResult>;
}

interface ScriptRun {
  readonly isOk: boolean;
  readonly output: string;
}

function runNpm(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ScriptRun> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn('npm', [...args], {
      cwd: rootFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: stepTimeoutMs,
      shell: process.platform === 'win32',
    });
    const finish = (isOk: boolean, note = ''): void =>
      resolve({ isOk, output: Buffer.concat(chunks).toString() + note });
    child.stdout.on('data', (bytes: Buffer) => chunks.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => chunks.push(bytes));
    child.on('error', (error) => finish(false, String(error)));
    child.on('close', (code, signal) => finish(code === 0, signal === null ? '' : `\nended by ${signal}\n`));
  });
}

/** A script that is one case: it passes when it ends well. */
export function checkStep(script: string): Step {
  return {
    name: script,
    async run() {
      const { isOk, output } = await runNpm(['run', script]);
      return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0, output };
    },
  };
}

/** A script that runs tests and writes a JSON report; an exit code that the report does not explain is a failure. */
async function runReported(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  report: string,
  countReport: (json: string) => Counts,
): Promise<StepResult> {
  await rm(report, { force: true });
  const { isOk, output } = await runNpm(args, env);
  const counts = await readReport(report, countReport);
  return { ...counts, failed: counts.failed === 0 && !isOk ? 1 : counts.failed, output };
}

const vitestReport = (name: string): string => join(cacheFolder, 'reports', `${name}.json`);

const vitestReporters = (name: string): readonly string[] => [
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${vitestReport(name)}`,
];

/** Adds what is wrong with a run that no case failed. */
function failWith(result: StepResult, message: string): StepResult {
  return { ...result, failed: Math.max(result.failed, 1), output: `${result.output}${message}\n` };
}

/** The unit project of the Vitest suite. */
export function unitStep(): Step {
  return {
    name: 'unit',
    run: () =>
      runReported(
        ['run', 'test:unit', '--', ...vitestReporters('unit')],
        {},
        vitestReport('unit'),
        countVitest,
      ),
  };
}

/**
 * Tests on one device: `name` is the Vitest project. Fewer passed cases than `minimum`, or a kernel that the device can run and
 * no case ran, is a failure: a test that did not run is not green.
 */
export function laneStep(name: string, minimum: number): Step {
  return {
    name,
    async run() {
      const report = vitestReport(name);
      const args = ['exec', '--', 'vitest', 'run', '--project', name, ...vitestReporters(name)];
      const result = await runReported(args, {}, report, countVitest);
      const lane = readLane(await readFile(report, 'utf8').catch(() => '{"testResults":[]}'));
      if (lane === undefined) return failWith(result, `No case of ${name} told which device it ran on.`);
      const told = { ...result, note: formatLane(name, lane) };
      if (lane.missing.length > 0)
        return failWith(told, `Kernels without a case: ${lane.missing.join(', ')}.`);
      if (result.failed > 0 || result.passed >= minimum) return told;
      return failWith(told, `Only ${result.passed} ${name} cases ran; at least ${minimum} must.`);
    },
  };
}

/** The Playwright specs. */
export function playwrightStep(): Step {
  const report = join(cacheFolder, 'reports', 'e2e.json');
  return {
    name: 'e2e',
    run: () =>
      runReported(
        ['run', 'test:e2e', '--', '--reporter=list,json'],
        { PLAYWRIGHT_JSON_OUTPUT_NAME: report, FORCE_COLOR: '0' },
        report,
        countPlaywright,
      ),
  };
}

// The steps of `npm test`: each runs one of the root's scripts and says how many cases passed.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, rootFolder } from './root.ts';
import { countPlaywright, countVitest, readReport, type Counts } from './test-reports.ts';

const stepTimeoutMs = 25 * 60_000;

export interface StepResult extends Counts {
  /** All that the step printed; for when it failed. */
  readonly output: string;
}

export interface Step {
  readonly name: string;
  run(): Promise<StepResult>;
}

interface ScriptRun {
  readonly isOk: boolean;
  readonly output: string;
}

function runScript(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ScriptRun> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn('npm', ['run', ...args], {
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
      const { isOk, output } = await runScript([script]);
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
  const { isOk, output } = await runScript(args, env);
  const counts = await readReport(report, countReport);
  return { ...counts, failed: counts.failed === 0 && !isOk ? 1 : counts.failed, output };
}

/** One project of the Vitest suite. Fewer passed cases than `minimum` is a failure: a test that did not run is not green. */
export function vitestStep(name: string, minimum = 0): Step {
  const report = join(cacheFolder, 'reports', `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return {
    name,
    async run() {
      const result = await runReported([`test:${name}`, '--', ...reporters], {}, report, countVitest);
      if (result.failed > 0 || result.passed >= minimum) return result;
      const missing = `Only ${result.passed} ${name} cases ran; at least ${minimum} must (e2e/gpu-cases.json).\n`;
      return { ...result, failed: 1, output: result.output + missing };
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
        ['test:e2e', '--', '--reporter=list,json'],
        { PLAYWRIGHT_JSON_OUTPUT_NAME: report, FORCE_COLOR: '0' },
        report,
        countPlaywright,
      ),
  };
}

// The steps of `npm test`: what each runs, what it needs to be there, and where its counts come from.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, rootFolder } from '@longread/command';
import type { Counts } from './device-reporter.ts';

const stepTimeoutMs = 25 * 60_000;
const reports = join(cacheFolder, 'reports');

export interface StepResult extends Counts {
  /** All that the step printed. */
  readonly output: string;
}

export interface Step {
  readonly name: string;
  /** What is set up before it. */
  readonly needs: readonly ('model' | 'browser')[];
  /** Runs only when it is named. */
  readonly isExtra?: boolean;
  run(env: NodeJS.ProcessEnv): Promise<StepResult>;
}

interface CommandRun {
  readonly isOk: boolean;
  readonly output: string;
}

/** Runs a program of the workspace's own dependencies. */
function execute(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandRun> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn('npm', ['exec', '--', ...args], {
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

/** Programs that are one case together: it passes when all end well. */
function checkStep(name: string, commands: readonly (readonly string[])[]): Step {
  return {
    name,
    needs: [],
    async run(env) {
      let output = '';
      for (const command of commands) {
        const { isOk, output: said } = await execute(command, env);
        output += said;
        if (!isOk) return { passed: 0, failed: 1, skipped: 0, output };
      }
      return { passed: 1, failed: 0, skipped: 0, output };
    },
  };
}

/** The counts that a run left; one failure when it ended before it could, or ended badly for a reason of its own. */
async function counted(
  { isOk, output }: CommandRun,
  report: string,
  countsOf: (json: string) => Counts,
): Promise<StepResult> {
  const counts = await readFile(report, 'utf8').then(countsOf, () => ({ passed: 0, failed: 1, skipped: 0 }));
  return { ...counts, failed: counts.failed === 0 && !isOk ? 1 : counts.failed, output };
}

async function emptyReport(name: string): Promise<string> {
  const report = join(reports, `${name}.json`);
  await mkdir(reports, { recursive: true });
  await rm(report, { force: true });
  return report;
}

interface VitestRun extends Pick<Step, 'needs' | 'isExtra'> {
  /** When it is not called like the step. */
  readonly project?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Kernels with subgroups on lavapipe at another width than its usual 256 bits; a lane is 32 of them. Other drivers do not heed it. */
const subgroupsAt = (bits: number): VitestRun => ({
  project: 'dawn',
  needs: ['model'],
  isExtra: true,
  env: { LP_NATIVE_VECTOR_WIDTH: String(bits), LONGREAD_ONLY_FEATURE: 'subgroups' },
});

/** A project of the Vitest suite; its reporter judges whether enough ran. */
function vitestStep(name: string, { project = name, env: own = {}, ...more }: VitestRun): Step {
  return {
    name,
    ...more,
    async run(env) {
      const report = await emptyReport(name);
      const args = ['vitest', 'run', '--project', project];
      const run = await execute(args, { ...env, ...own, LONGREAD_COUNTS: report });
      return counted(run, report, (json) => JSON.parse(json) as Counts);
    },
  };
}

interface PlaywrightReport {
  readonly stats: Readonly<Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>>;
  readonly errors: readonly unknown[];
}

/** A flaky test is a failed one. */
function countPlaywright(json: string): Counts {
  const { stats, errors } = JSON.parse(json) as PlaywrightReport;
  const { expected: passed, unexpected, flaky, skipped } = stats;
  const failed = unexpected + flaky + skipped;
  return { passed, skipped, failed: failed === 0 && errors.length > 0 ? 1 : failed };
}

/** A project of the Playwright suite. */
const playwrightStep = (name: string): Step => ({
  name,
  needs: ['model', 'browser'],
  async run(env) {
    const report = await emptyReport(name);
    const own = { PLAYWRIGHT_JSON_OUTPUT_NAME: report, FORCE_COLOR: '0' };
    const args = ['playwright', 'test', `--project=${name}`, '--reporter=list,json'];
    return counted(await execute(args, { ...env, ...own }), report, countPlaywright);
  },
});

const entries = [
  'packages/*/src/index.ts',
  'shaders/index.ts',
  'apps/*/main.ts',
  'apps/*/pages/**/main.ts',
  'apps/*/*/page/main.ts',
  'tools/main.ts',
];
const dpdmOptions = ['--no-tree', '--no-warning', '--no-progress', '--exit-code', 'circular:1'];

/** As they are begun, three at a time: what takes longest first. The last five only when they are named. */
export const steps: readonly Step[] = [
  playwrightStep('e2e'),
  vitestStep('engine', { needs: ['model', 'browser'] }),
  vitestStep('gpu', { needs: ['model', 'browser'] }),
  vitestStep('unit', { needs: ['model'] }),
  checkStep('lint', [
    ['oxlint', '--deny-warnings'],
    ['prettier', '--check', '.'],
  ]),
  checkStep('types', [['node', join('tools', 'types.mjs')]]),
  checkStep('structure', [['knip'], ['dpdm', ...dpdmOptions, ...entries]]),
  { ...playwrightStep('page'), isExtra: true },
  vitestStep('dawn', { needs: ['model'], isExtra: true }),
  vitestStep('agree', { needs: ['model'], isExtra: true }),
  vitestStep('dawn-narrow', subgroupsAt(128)),
  vitestStep('dawn-wide', subgroupsAt(512)),
];

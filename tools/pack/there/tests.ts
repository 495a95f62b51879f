// The tests of the kernels, and of the engine in Node, by Vitest's own runner in this process: its command cannot travel in a file.
import { runnerConfig } from './worker-state.ts';
import { startTests, type File, type Task } from '@vitest/runner';
import {
  deviceOf,
  explainedOf,
  formatDevice,
  formatKernels,
  type CaseMeta,
  type SkippedMeta,
} from '../../test/device.ts';

/** Of the engine, what needs no page around it: no IndexedDB, no worker, no source that a page fetches. */
const suites = import.meta.glob([
  '/shaders/**/*.gpu.test.ts',
  '/packages/**/*.dawn.test.ts',
  // golden.gpu.test.ts does it with the model that was packed; the other needs a module in another's place.
  '!/packages/engine/src/{golden,f16-document}.dawn.test.ts',
  '/packages/engine/src/{stages,engine,memory,models,golden}.gpu.test.ts',
  '/packages/engine/src/answer/*.gpu.test.ts',
  '/packages/engine/src/host/recovery.gpu.test.ts',
]);

interface CaseResult {
  readonly fullName: string;
  /** `cut`: not begun when the time was over. */
  readonly status: 'passed' | 'failed' | 'skipped' | 'cut';
  readonly duration: number;
  readonly meta: CaseMeta & SkippedMeta;
  readonly failureMessages: readonly string[];
}

interface FileResult {
  readonly name: string;
  readonly assertionResults: readonly CaseResult[];
}

/** Cases by how they ended. */
type Counts = Readonly<Record<CaseResult['status'], number>>;

export interface TestReport extends Counts {
  /** Files of which nothing was begun when the time was over. */
  readonly filesLeft: readonly string[];
  /** As in Vitest's JSON report. */
  readonly testResults: readonly FileResult[];
}

export interface TestRun {
  /** Of a file's path. */
  readonly isWanted: (path: string) => boolean;
  /** Where the clock of `performance.now()` stands when no further case begins. */
  readonly deadline: number;
  readonly onFile: (report: TestReport, line: string) => void;
}

/** Runs the files one after the other, and tells of each as it ends. */
export async function runTests({ isWanted, deadline, onFile }: TestRun): Promise<TestReport> {
  const testResults: FileResult[] = [];
  const files = Object.keys(suites).filter(isWanted);
  const report = () => ({
    ...count(testResults),
    filesLeft: files.slice(testResults.length),
    testResults: [...testResults],
  });
  for (const path of files) {
    const startedAt = performance.now();
    if (startedAt > deadline) break;
    const result = await runFile(path, deadline);
    testResults.push(result);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const lines = [`${path}: ${formatCounts(count([result]))}, ${seconds} s`, ...failuresOf(result)];
    onFile(report(), lines.join('\n'));
  }
  return report();
}

export function formatCounts({ passed, failed, skipped, cut }: Counts): string {
  const begun = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  return cut > 0 ? `${begun}, ${cut} not begun` : begun;
}

function failuresOf({ assertionResults }: FileResult): string[] {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => `FAILED ${fullName}: ${failureMessages[0]?.slice(0, 400) ?? ''}`);
}

/** The device in a few lines, and the kernels that no passed case ran. */
export function judgeDevice(report: TestReport): {
  readonly text: string;
  readonly missing: readonly string[];
} {
  const cases = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const metas = (status: CaseResult['status']) =>
    cases.filter((each) => each.status === status).map(({ meta }) => meta);
  const device = deviceOf(metas('passed'));
  if (device === undefined) return { text: 'No case told which device it ran on.\n', missing: [] };
  const kernels = formatKernels(device, explainedOf(metas('skipped')));
  return { text: formatDevice(device) + kernels, missing: device.missing };
}

async function runFile(path: string, deadline: number): Promise<FileResult> {
  const cut = new Set<string>();
  const [file] = await startTests([path], {
    config: runnerConfig,
    importFile: async (name) => {
      await suites[name]?.();
    },
    onBeforeRunTask: (test) => {
      if (performance.now() <= deadline || test.mode === 'skip') return;
      test.mode = 'skip';
      cut.add(test.id);
    },
  });
  if (file === undefined) throw new Error(`Vitest's runner gave no result for ${path}.`);
  return { name: path, assertionResults: casesOf(file, cut) };
}

/** A file or a suite that failed without a failed case of its own, in a hook or an import, is a case that failed. */
function casesOf(task: Task | File, cut: ReadonlySet<string>): CaseResult[] {
  if (task.type === 'test') return [caseOf(task, cut)];
  const cases = task.tasks.flatMap((each) => casesOf(each, cut));
  const failedItself = task.result?.state === 'fail' && (task.result.errors?.length ?? 0) > 0;
  return failedItself ? [...cases, caseOf(task, cut)] : cases;
}

function caseOf(task: Task, cut: ReadonlySet<string>): CaseResult {
  const names: string[] = [];
  for (let at: Task | undefined = task; at !== undefined && !('filepath' in at); at = at.suite)
    names.unshift(at.name);
  const messages = (task.result?.errors ?? []).map(({ message, stack = '' }) =>
    `${message}\n${stack}`.slice(0, 2000),
  );
  return {
    fullName: names.join(' > ') || task.name,
    status: statusOf(task, cut),
    duration: task.result?.duration ?? 0,
    meta: task.meta,
    failureMessages: messages,
  };
}

function statusOf({ id, result }: Task, cut: ReadonlySet<string>): CaseResult['status'] {
  if (result?.state === 'pass') return 'passed';
  if (result?.state === 'fail') return 'failed';
  return cut.has(id) ? 'cut' : 'skipped';
}

function count(results: readonly FileResult[]): Counts {
  const cases = results.flatMap(({ assertionResults }) => assertionResults);
  const of = (status: CaseResult['status']) => cases.filter((each) => each.status === status).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped'), cut: of('cut') };
}

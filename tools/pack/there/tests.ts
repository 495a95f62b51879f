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

const suites = import.meta.glob(['/shaders/**/*.gpu.test.ts', '/packages/**/*.dawn.test.ts']);

interface CaseResult {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly duration: number;
  readonly meta: CaseMeta & SkippedMeta;
  readonly failureMessages: readonly string[];
}

interface FileResult {
  readonly name: string;
  readonly assertionResults: readonly CaseResult[];
}

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** As in Vitest's JSON report. */
  readonly testResults: readonly FileResult[];
}

/** Runs the files whose path matches, one after the other, and tells of each as it ends. */
export async function runTests(
  pattern: RegExp,
  onFile: (report: TestReport, line: string) => void,
): Promise<TestReport> {
  const testResults: FileResult[] = [];
  for (const path of Object.keys(suites).filter((name) => pattern.test(name))) {
    const startedAt = performance.now();
    const result = await runFile(path);
    testResults.push(result);
    const { passed, failed, skipped } = count([result]);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    onFile(
      reportOf(testResults),
      `${path}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`,
    );
  }
  return reportOf(testResults);
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

async function runFile(path: string): Promise<FileResult> {
  const [file] = await startTests([path], {
    config: runnerConfig,
    importFile: async (name) => {
      await suites[name]?.();
    },
  });
  if (file === undefined) throw new Error(`Vitest's runner gave no result for ${path}.`);
  return { name: path, assertionResults: casesOf(file) };
}

/** A file or a suite that failed without a failed case of its own, in a hook or an import, is a case that failed. */
function casesOf(task: Task | File): CaseResult[] {
  if (task.type === 'test') return [caseOf(task)];
  const cases = task.tasks.flatMap(casesOf);
  const failedItself = task.result?.state === 'fail' && (task.result.errors?.length ?? 0) > 0;
  return failedItself ? [...cases, caseOf(task)] : cases;
}

function caseOf(task: Task): CaseResult {
  const names: string[] = [];
  for (let at: Task | undefined = task; at !== undefined && !('filepath' in at); at = at.suite)
    names.unshift(at.name);
  const state = task.result?.state;
  const messages = (task.result?.errors ?? []).map(({ message, stack = '' }) =>
    `${message}\n${stack}`.slice(0, 2000),
  );
  return {
    fullName: names.join(' > ') || task.name,
    status: state === 'pass' ? 'passed' : state === 'fail' ? 'failed' : 'skipped',
    duration: task.result?.duration ?? 0,
    meta: task.meta,
    failureMessages: messages,
  };
}

function count(results: readonly FileResult[]): Pick<TestReport, 'passed' | 'failed' | 'skipped'> {
  const cases = results.flatMap(({ assertionResults }) => assertionResults);
  const of = (status: CaseResult['status']) => cases.filter((each) => each.status === status).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

const reportOf = (testResults: readonly FileResult[]): TestReport => ({
  ...count(testResults),
  testResults: [...testResults],
});

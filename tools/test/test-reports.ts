// Reads the counts out of the JSON reports of Vitest and Playwright. A test that did not run counts as failed.
import { readFile } from 'node:fs/promises';

/** `skipped` are among the failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
  readonly errors: readonly unknown[];
}

/** A run that failed without one failed test (a file that does not load, a hook) is one failure. */
function count(passed: number, failed: number, skipped: number, isWhole: boolean): Counts {
  const counted = failed + skipped;
  return { passed, skipped, failed: counted === 0 && !isWhole ? 1 : counted };
}

/** Counts of Vitest's JSON report. */
export function countVitest(json: string): Counts {
  const report = JSON.parse(json) as VitestReport;
  const skipped = report.numPendingTests + report.numTodoTests;
  return count(report.numPassedTests, report.numFailedTests, skipped, report.success);
}

/** Counts of Playwright's JSON report; a flaky test is a failed one. */
export function countPlaywright(json: string): Counts {
  const { stats, errors } = JSON.parse(json) as PlaywrightReport;
  return count(stats.expected, stats.unexpected + stats.flaky, stats.skipped, errors.length === 0);
}

/** Counts of a report file; one failure when there is none, since the run ended before it could write it. */
export async function readReport(path: string, countReport: (json: string) => Counts): Promise<Counts> {
  try {
    return countReport(await readFile(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

// Reads the counts out of the JSON reports of Vitest and Playwright. A test that did not run counts as failed, unless it says that this
// device is not the one for it.
import { readFile } from 'node:fs/promises';

/** `skipped` are among the failed; cases of other devices are in none of the three. */
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
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly meta: { readonly elsewhere?: readonly string[]; readonly leftOut?: true };
    }[];
  }[];
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
  const cases = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const explained = cases.filter(
    ({ status, meta: { elsewhere = [], leftOut = false } }) =>
      status === 'skipped' && (leftOut || elsewhere.length > 0),
  );
  const skipped = report.numPendingTests + report.numTodoTests - explained.length;
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

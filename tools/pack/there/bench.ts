// The benchmark's rows of single stages, on weights made from a seed or on the model file.
import { openDawnWorkbench } from '@longread/bench/command/dawn/workbench.ts';
import { openStages, type LocalModel } from '@longread/bench/command/dawn/stages.ts';
import { kernelExperiments } from '@longread/bench/command/rows/kernels.ts';
import { unmeasuredRow, type Row } from '@longread/bench/command/results/row.ts';

export interface BenchRun {
  readonly model: LocalModel;
  /** Row names; empty for all. */
  readonly only: ReadonlySet<string>;
  readonly repeats: number | undefined;
  readonly note: (line: string) => void;
  /** After every experiment: all rows so far. */
  readonly onRows: (rows: readonly Row[]) => void;
}

/** Runs every experiment whatever the others did; false when one failed. */
export async function runBench({ onRows, ...run }: BenchRun): Promise<boolean> {
  const bench = await openDawnWorkbench({ ...run, rehearse: false, openStages });
  const rows: Row[] = [];
  let isWhole = true;
  for (const experiment of kernelExperiments) {
    const names = Object.keys(experiment.rows);
    if (!names.some((row) => bench.wants(row))) continue;
    const startedAt = performance.now();
    try {
      rows.push(...(await experiment.run(bench)));
    } catch (error) {
      isWhole = false;
      rows.push(...names.map((name) => unmeasuredRow(name, String(error))));
    } finally {
      await bench.closePages();
    }
    onRows(rows);
    run.note(`${names.join(', ')}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
  return isWhole;
}

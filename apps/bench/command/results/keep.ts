// Writes results to docs/results: the runs as JSON, their tables as Markdown, and plots drawn by the plots page.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { note, rootFolder } from '@longread/command';
import type { Plot } from '../../pages/plots/driver.ts';
import { addRun, formatRuns, rowsOf } from './kept-runs.ts';
import type { Results } from './report.ts';
import type { Workbench } from '../workbench.ts';

const folder = join(rootFolder, 'docs', 'results');
const runsPath = join(folder, 'bench.json');

/** Keeps a run beside the rows of earlier ones that it did not measure. */
export async function keepResults(results: Results, workbench: Workbench): Promise<void> {
  const earlier = existsSync(runsPath) ? (JSON.parse(await readFile(runsPath, 'utf8')) as Results[]) : [];
  const runs = addRun(earlier, results);
  const page = await workbench.page('/bench/pages/plots/');
  const plots: Readonly<Record<string, Plot>> = await page.evaluate(
    (rows) => window.longreadPlots(rows),
    rowsOf(runs),
  );
  const titles = Object.fromEntries(Object.entries(plots).map(([name, { title }]) => [name, title]));
  await mkdir(folder, { recursive: true });
  await writeFile(runsPath, `${JSON.stringify(runs, null, 2)}\n`);
  await writeFile(join(folder, 'bench.md'), formatRuns(runs, titles));
  for (const [name, { svg }] of Object.entries(plots))
    await writeFile(join(folder, `${name}.svg`), `${svg}\n`);
  note(`Kept in ${folder}`);
}

// Writes results to docs/results: the runs as JSON, their tables as Markdown, and plots drawn by the plots page.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { note } from '@longread/command';
import type { Plot } from '../../pages/plots/driver.ts';
import { askPicture } from './ask-picture.ts';
import { readKept, resultsFolder } from './files.ts';
import { addRun, currentRuns, formatRuns, rowsOf } from './kept-runs.ts';
import { writeFigures } from './readme.ts';
import type { Results } from './report.ts';
import type { Workbench } from '../workbench.ts';

const runsPath = join(resultsFolder, 'bench.json');

/** Keeps a run beside the rows of earlier ones that it did not measure, and draws all anew. */
export async function keepResults(
  results: Results,
  known: ReadonlySet<string>,
  workbench: Workbench,
): Promise<void> {
  await drawRuns(addRun(await readRuns(known), results), workbench);
}

/** Draws anew what is kept: the tables and the plots as they are made today. */
export async function drawResults(known: ReadonlySet<string>, workbench: Workbench): Promise<void> {
  await drawRuns(await readRuns(known), workbench);
}

async function readRuns(known: ReadonlySet<string>): Promise<Results[]> {
  return currentRuns((await readKept()).runs, known);
}

async function drawRuns(runs: readonly Results[], workbench: Workbench): Promise<void> {
  const page = await workbench.page('/bench/pages/plots/');
  const plots: Readonly<Record<string, Plot>> = await page.evaluate(
    (rows) => window.longreadPlots(rows),
    rowsOf(runs),
  );
  const titles = Object.fromEntries(Object.entries(plots).map(([name, { title }]) => [name, title]));
  await mkdir(resultsFolder, { recursive: true });
  await writeFile(runsPath, `${JSON.stringify(runs, null, 2)}\n`);
  await writeFile(join(resultsFolder, 'bench.md'), formatRuns(runs, titles));
  for (const [name, { svg }] of Object.entries(plots))
    await writeFile(join(resultsFolder, `${name}.svg`), `${svg}\n`);
  await writeFile(join(resultsFolder, 'ask.svg'), askPicture(rowsOf(runs)));
  await writeFigures();
  note(`Kept in ${resultsFolder}; the README's figures are made of it.`);
}

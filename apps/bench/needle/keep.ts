// Writes needle runs to docs/results, and their figures to the README, sample by sample.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@longread/models';
import { readKept, resultsFolder } from '../command/results/files.ts';
import { writeFigures } from '../command/results/readme.ts';
import { addNeedleRun, continueRun, type NeedleRun } from './kept.ts';
import { formatNeedleRuns } from './report.ts';

/** `run` with the samples of the kept run that it goes on with. */
export async function openKeptRun(run: NeedleRun): Promise<NeedleRun> {
  return continueRun((await readKept()).needles, run);
}

/** Keeps a run as far as it came. */
export async function keepNeedleRun(run: NeedleRun): Promise<void> {
  const runs = addNeedleRun((await readKept()).needles, run);
  await writeAtomically(join(resultsFolder, 'needle.json'), (path) =>
    writeFile(path, `${JSON.stringify(runs, null, 2)}\n`),
  );
  await writeAtomically(join(resultsFolder, 'needle.md'), (path) => writeFile(path, formatNeedleRuns(runs)));
  await writeFigures();
}

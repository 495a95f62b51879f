// Writes the README's list of figures from what is kept.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootFolder } from '@longread/command';
import { readKept } from './files.ts';
import { replaceFigures } from './figures.ts';

export const readmePath = join(rootFolder, 'README.md');

/** After every change of docs/results. */
export async function writeFigures(): Promise<void> {
  const readme = await readFile(readmePath, 'utf8');
  await writeFile(readmePath, replaceFigures(readme, await readKept()));
}

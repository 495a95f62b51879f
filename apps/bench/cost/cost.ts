// `node tools/start.mjs cost`: writes docs/cost.md.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { note, rootFolder } from '@longread/command';
import { writeAtomically } from '@longread/models';
import { readKept } from '../command/results/files.ts';
import { costPage } from './page.ts';

export async function cost(): Promise<void> {
  const path = join(rootFolder, 'docs', 'cost.md');
  const page = costPage((await readKept()).runs);
  await writeAtomically(path, (half) => writeFile(half, page));
  note(`Written: ${path}`);
}

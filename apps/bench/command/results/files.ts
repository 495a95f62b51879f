// The results that docs/results keeps, as files.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootFolder } from '@longread/command';
import type { NeedleRun } from '../../needle/kept.ts';
import type { Results } from './report.ts';

export const resultsFolder = join(rootFolder, 'docs', 'results');

/** Everything that was measured and kept, the newest first. */
export interface Kept {
  readonly runs: readonly Results[];
  readonly needles: readonly NeedleRun[];
}

async function read<T>(name: string): Promise<readonly T[]> {
  const path = join(resultsFolder, name);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as readonly T[]) : [];
}

/** Nothing of what was never kept. */
export async function readKept(): Promise<Kept> {
  return { runs: await read<Results>('bench.json'), needles: await read<NeedleRun>('needle.json') };
}

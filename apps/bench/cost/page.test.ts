import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootFolder } from '@longread/command';
import { expect, test } from 'vitest';
import { readKept } from '../command/results/files.ts';
import { costPage } from './page.ts';

test('docs/cost.md is what the code and the kept results make: node tools/start.mjs cost', async () => {
  const page = await readFile(join(rootFolder, 'docs', 'cost.md'), 'utf8');
  expect(page).toBe(costPage((await readKept()).runs));
});

test('needs the rows that it cites', () => {
  expect(() => costPage([])).toThrow('no row prefill-matmul-share');
});

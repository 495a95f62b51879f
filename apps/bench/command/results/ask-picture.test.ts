// The picture of the asker's time is of what is kept.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askPicture } from './ask-picture.ts';
import { readKept, resultsFolder } from './files.ts';
import { rowsOf } from './kept-runs.ts';

test('the kept picture is drawn from the kept rows', async () => {
  const { runs } = await readKept();
  const kept = await readFile(join(resultsFolder, 'ask.svg'), 'utf8');
  expect(kept, 'Run `npm run bench -- --draw`.').toBe(askPicture(rowsOf(runs)));
});

test('bars are as long as what they stand for', () => {
  const row = { value: 4, unit: 's', median: 4, spread: null, samples: [4] };
  const picture = askPicture([
    {
      ...row,
      name: 'ask-s',
      against: '1.00 s of loading and tuning, 2.00 s of reading, 1.00 s of answering',
    },
    { ...row, name: 'ask-again-s', against: '1.00 s of loading, 0.000 s of opening, 1.00 s of answering' },
  ]);
  const widths = [...picture.matchAll(/<rect x="[\d.]+" y="\d+" width="([\d.]+)"/g)].map(([, long]) =>
    Number(long),
  );
  expect(widths).toEqual([176, 352, 176, 176, 0, 176]);
  expect(picture).toContain('>read 2.0 s</text>');
});

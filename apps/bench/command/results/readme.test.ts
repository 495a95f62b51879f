// The README against what is kept: a figure that no kept file holds fails here.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readKept, type Kept } from './files.ts';
import { figureLines, replaceFigures, withoutFigures } from './figures.ts';
import { readmePath } from './readme.ts';
import { rowOf } from './row.ts';

/** Numbers with a unit of measurements that are settings or limits of the code, and no results. */
const limits = [
  '15 seconds at most', // EngineOptions.tune
  '30 s counts as cut', // a download that brings nothing
];

/** A number with a unit, or the count of a score. */
const measurement =
  /[\d.,]+(?:-[\d.,]+)?\s?(?:%|s\b|ms\b|seconds|minutes?\b|min\b|hours?\b|tokens\/s|GFLOP|GB\b|MB\b|x\b|times\b|of \d+)|\b(?:one|two|three|four|five) to \w+ (?:minutes|seconds)|recall \d/g;

/** What in a text reads like a result, with some words around it. */
function measurementsIn(text: string): string[] {
  return [...text.matchAll(measurement)]
    .map(({ index, 0: found }) => text.slice(index, index + found.length + 12).replaceAll(/\s+/g, ' '))
    .filter((found) => !limits.some((limit) => limit.startsWith(found) || found.startsWith(limit)));
}

describe('README.md', async () => {
  const readme = await readFile(readmePath, 'utf8');

  it('cites the figures of docs/results as they are kept', async () => {
    expect(replaceFigures(readme, await readKept()), 'Run `npm run bench -- --draw`.').toBe(readme);
  });

  it('has no other measured figure', () => {
    expect(measurementsIn(withoutFigures(readme))).toEqual([]);
  });

  it.each([
    ['takes one to two minutes', 1],
    ['opens in 0.1 s', 1],
    ['94-96 % of the same', 1],
    ['recall 1.00 and 10 of 10 exact answers', 2],
    ['reads 97.3 tokens/s', 1],
    ['kernel variants (15 seconds at most, skippable)', 0],
    ['Node 20.19 or newer, format 2, 2026-11-26, 16,384 tokens', 0],
  ])('of %j would fail %i times', (text, count) => {
    expect(measurementsIn(text)).toHaveLength(count);
  });
});

describe('figureLines', () => {
  const header = {
    adapter: 'soft',
    browser: '1',
    flags: [],
    cores: 2,
    commit: 'abc',
    date: '2026-01-02T00:00:00Z',
  };
  const settings = {
    tokens: 512,
    samples: 3,
    documents: 3,
    gather: 128,
    maxNewTokens: 24,
    model: 'm',
    modelSha256: '00',
  };
  const sample = {
    depth: 0.1,
    question: '',
    expected: '1',
    answer: '1',
    recall: 0.5,
    exact: true,
    readMs: 1,
    askMs: 1,
  };
  const run = {
    header,
    settings,
    sourceHash: '',
    documentsHash: '',
    state: 'cancelled',
    samples: [sample],
  } as const;
  const kept: Kept = {
    runs: [{ header, rows: [rowOf('ask-s', 's', [71.23], { against: '3 s of loading' })] }],
    needles: [run],
  };

  it('has the value, its terms and the number of samples', () => {
    expect(figureLines(kept)[0]).toBe('- `npm run ask`, set up: 71.2 s: 3 s of loading (ask-s, 1 sample).');
  });

  it('says what was not measured, and how to', () => {
    const [, again] = figureLines(kept);
    expect(again).toContain('not measured yet (`npm run bench -- --only ask-again-s --keep`)');
    expect(figureLines({ runs: [], needles: [] }).at(-1)).toContain('`npm run needle -- --keep`');
  });

  it('says of how many samples a needle run is, and that it was cancelled', () => {
    expect(figureLines(kept).at(-1)).toBe(
      '- Needles, one a document, in 512 tokens, gather 128: recall 0.50, 1 of 1 answers exact; cancelled after 1 of 3 samples ' +
        '(`npm run needle -- --tokens 512 --samples 3 --gather 128 --keep`, 2026-01-02).',
    );
  });

  it('demands a place for them', () => {
    expect(() => replaceFigures('# Readme', kept)).toThrow('no line');
  });
});

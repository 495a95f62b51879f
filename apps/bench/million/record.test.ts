import { describe, expect, it } from 'vitest';
import { continued, curveOf, rateBetween, type Asked, type MillionRun } from './record.ts';
import { endsOf, formatMillions } from './report.ts';

const asked = (sample: string, more: Partial<Asked>): Asked => ({
  length: 1000,
  strategy: 'reform',
  task: 'qa1',
  sample,
  depth: 0.5,
  recall: 1,
  hasAll: true,
  correct: null,
  answer: '',
  seconds: 2,
  gatherSeconds: 1,
  gpuBytes: 5e6,
  heapBytes: 7e6,
  ...more,
});

const run: MillionRun = {
  header: { adapter: 'a', browser: 'b', flags: [], cores: 2, commit: 'c2', date: '2026-11-27T00:00:00Z' },
  settings: { lengths: [1000, 3000], preset: 'skim', gather: 64, answers: 1, model: 'm', modelSha256: 's' },
  commits: ['c1'],
  document: 'd',
  stretches: [
    { from: 0, to: 990, seconds: 9.9 },
    { from: 990, to: 2000, seconds: 5 },
    { from: 2000, to: 2980, seconds: 5 },
  ],
  crashes: [2000],
  lengths: [
    { length: 1000, tokens: 990, storedBytes: 99_000, exitLayer: 3, readingGpuBytes: 2e6, readingHeapBytes: 3e6, heldHeapBytes: 1e6, openSeconds: 0.1 }, // prettier-ignore
    { length: 3000, tokens: 2980, storedBytes: 298_000, writtenBytes: 357_600, exitLayer: 3, readingGpuBytes: 2e6, readingHeapBytes: 3e6, heldHeapBytes: 1e6, openSeconds: 0.2 }, // prettier-ignore
  ],
  asked: [
    asked('x', {}),
    asked('y', { hasAll: false, recall: 0.5, seconds: 4 }),
    asked('x', { correct: 1, seconds: 30, gatherSeconds: 3, gpuBytes: 9e6 }),
    asked('x', { strategy: 'bm25', hasAll: false, recall: 0 }),
    asked('z', { length: 3000, task: 'vt' }),
  ],
};

describe('curveOf', () => {
  const [first, second] = curveOf(run);

  it('counts a question once that was searched for and answered', () => {
    expect(first?.found).toEqual([
      { strategy: 'reform', task: 'qa1', n: 2, hasAll: 0.5, recall: 0.75, answered: 1, correct: 1 },
      { strategy: 'bm25', task: 'qa1', n: 1, hasAll: 0, recall: 0, answered: 0, correct: null },
    ]);
    expect(first).toMatchObject({
      searchSeconds: 4,
      answerSeconds: 30,
      answerGatherSeconds: 3,
      askingGpuBytes: 9e6,
    });
  });

  it('rates a length by what was read for it alone', () => {
    expect(first?.tokensPerSecond).toBeCloseTo(100);
    expect(second?.tokensPerSecond).toBeCloseTo(199);
    expect(second?.answerSeconds).toBeNull();
  });
});

it('rates a place by the stretches that lie in it', () => {
  expect(rateBetween(run.stretches, 990, 2980)).toBeCloseTo(199);
  expect(rateBetween(run.stretches, 100, 900)).toBeNull();
  expect(endsOf(run, 1000).first).toBeCloseTo(100);
  expect(endsOf(run, 1000).last).toBeCloseTo(196);
});

it('goes on with a run of the same settings, and notes the commit', () => {
  const fresh = { ...run, commits: ['c2'], stretches: [], lengths: [], asked: [], crashes: [] };
  expect(continued(fresh, run)).toMatchObject({ commits: ['c1', 'c2'], asked: run.asked, document: 'd' });
  expect(continued(fresh, { ...run, commits: ['c2'] }).commits).toEqual(['c2']);
  const other = { ...run, settings: { ...run.settings, gather: 65 } };
  expect(continued(fresh, other)).toBe(fresh);
  expect(continued(fresh, undefined)).toBe(fresh);
  expect(continued({ ...fresh, isFile: true }, run).isFile).toBeUndefined();
});

it('writes a page with a row a length', () => {
  const page = formatMillions([run]);
  expect(page).toContain('at 2,000 tokens, and went on');
  expect(page).toMatch(/\| 990 +\| +0.50 \(2\)|\| 990 +\|/);
  expect(page).toContain('0.50 (2)');
  expect(page).toContain('1 of 1');
  const cells = (tokens: string) =>
    page
      .split('\n')
      .find((line) => line.startsWith(`| ${tokens} `) && line.split('|').length > 12)
      ?.split(/ *\| */);
  const column = cells('tokens')?.indexOf('written / stored') ?? -1;
  expect([cells('990')?.[column], cells('2,980')?.[column]]).toEqual(['', '1.20']);
  expect(page).toContain('Text: a string');
  expect(formatMillions([{ ...run, isFile: true }])).toContain('Text: a file');
});

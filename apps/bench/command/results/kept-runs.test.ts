import { describe, expect, it } from 'vitest';
import { addRun, currentRuns, formatRuns, rowsOf } from './kept-runs.ts';
import type { Results } from './report.ts';
import { rowOf, unmeasuredRow, type Row } from './row.ts';

const run = (commit: string, ...rows: Row[]): Results => ({
  header: { adapter: 'soft', browser: '1', flags: [], cores: 2, commit, date: '2026-01-02T03:04:05Z' },
  rows,
});
const row = (name: string, value: number) => rowOf(name, 'ms', [value]);
const named = (runs: readonly Results[]) =>
  runs.map(({ header, rows }) => [header.commit, ...rows.map(({ name }) => name)]);

describe('addRun', () => {
  const first = run('old', row('a', 1), row('b', 2));

  it('puts the newest first and takes over the rows it measured', () => {
    const runs = addRun([first], run('new', row('b', 3), row('c', 4)));
    expect(named(runs)).toEqual([
      ['new', 'b', 'c'],
      ['old', 'a'],
    ]);
    expect(rowsOf(runs).find(({ name }) => name === 'b')?.value).toBe(3);
  });

  it('drops a run that has no rows left', () => {
    expect(named(addRun([first], run('new', row('a', 3), row('b', 4))))).toEqual([['new', 'a', 'b']]);
  });

  it('keeps what was measured when the new run could not', () => {
    expect(named(addRun([first], run('new', unmeasuredRow('a', 'no Python'))))).toEqual([['old', 'a', 'b']]);
  });
});

describe('currentRuns', () => {
  it('drops rows that the benchmark no longer has, and runs of nothing else', () => {
    const runs = [run('new', row('gone', 1)), run('old', row('a', 1), row('gone', 2))];
    expect(named(currentRuns(runs, new Set(['a', 'b'])))).toEqual([['old', 'a']]);
  });

  it('pretends no spread of one sample', () => {
    const pretending = { ...row('a', 1), spread: 0 };
    const several = rowOf('b', 'ms', [1, 3]);
    const rows = rowsOf(currentRuns([run('old', pretending, several)], new Set(['a', 'b'])));
    expect(rows).toEqual([{ ...pretending, spread: null }, several]);
  });
});

describe('formatRuns', () => {
  it('gives every run its header, and the plots by name', () => {
    const text = formatRuns([run('new', row('a', 1)), run('old', row('b', 2))], { shares: 'Shares' });
    expect(text.match(/^- Commit: .*$/gm)).toEqual(['- Commit: new', '- Commit: old']);
    expect(text).toContain('![Shares](shares.svg)');
  });
});

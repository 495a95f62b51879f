import { describe, expect, it } from 'vitest';
import { formatNumber, formatResults, type Header } from './report.ts';
import { shareOfLargest, shareRow } from './shares.ts';
import { rowOf, unmeasuredRow } from './row.ts';

const header: Header = {
  adapter: 'google swiftshader',
  browser: 'Chromium 1.2',
  flags: ['--a', '--b'],
  cores: 2,
  commit: 'abc',
  date: '2026-01-02T03:04:05Z',
};

describe('formatNumber', () => {
  it.each([
    [0.012345, '0.0123'],
    [0.5, '0.500'],
    [4.5678, '4.57'],
    [789.4, '789'],
    [12345, '12345'],
    [-3.14159, '-3.14'],
    [0, '0'],
    [null, ''],
    [undefined, ''],
  ])('%s is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatResults', () => {
  it('names where and when, and has a line a row', () => {
    const rows = [
      rowOf('peak', 'GFLOP/s', [7, 8, 9]),
      shareRow('share', shareOfLargest([{ own: 7, peaks: { peak: 10, low: 5 } }], 'GFLOP/s')),
      unmeasuredRow('peer', 'no Python'),
    ];
    const text = formatResults({ header, rows });
    for (const part of ['google swiftshader', 'Chromium 1.2', '--a --b', '2 cores', 'abc', header.date])
      expect(text).toContain(part);
    const lines = text.split('\n').filter((line) => line.startsWith('|'));
    expect(lines).toHaveLength(2 + rows.length);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[2]).toMatch(/peak +\| +8\.00 \| GFLOP\/s +\| +25 % \| +3 /);
    expect(lines[3]).toMatch(
      /share +\| +0\.700 \| share of peak \| +n=1 \| +1 \| 0\.700 \| peak +\| .*1\.40 of low, 5\.00/,
    );
    expect(lines[4]).toMatch(/peer +\| +- .*not measured: no Python/);
    expect(text).not.toContain('Caution');
  });

  it('says what makes a run less than a full one', () => {
    const text = formatResults({ header: { ...header, caution: 'a rehearsal' }, rows: [] });
    expect(text).toContain('Caution: a rehearsal');
  });
});

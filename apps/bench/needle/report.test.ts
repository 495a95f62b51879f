import { expect, it } from 'vitest';
import type { NeedleRun } from './kept.ts';
import { formatNeedleRuns, needleCommandOf } from './report.ts';

const run: NeedleRun = {
  header: {
    adapter: 'soft',
    browser: 'Chromium 1',
    flags: ['--a'],
    cores: 2,
    commit: 'abc',
    date: '2026-01-02',
  },
  settings: {
    tokens: 512,
    samples: 3,
    documents: 3,
    gather: 128,
    maxNewTokens: 24,
    model: 'Small',
    modelSha256: '0123456789abcdef',
  },
  sourceHash: 's',
  documentsHash: 'd',
  state: 'cancelled',
  samples: [
    {
      depth: 1 / 6,
      question: 'Which?',
      expected: '1234567',
      answer: 'It is\n`1,234,567` | so',
      recall: 1,
      exact: true,
      readMs: 12_345,
      askMs: 678,
    },
  ],
};

it('a run tells its command, its device, its figures and how it ended', () => {
  const text = formatNeedleRuns([run]);
  for (const part of [
    '`npm run needle -- --tokens 512 --samples 3 --gather 128 --keep`',
    'Small, SHA-256 0123456789ab;',
    'Adapter: soft',
    'Chromium 1, 2 cores',
    'Commit: abc',
    'Recall 1.00, exact answers 1 of 1',
    'Not whole: cancelled after 1 of 3 samples',
  ])
    expect(text).toContain(part);
  const row = text.split('\n').find((line) => line.startsWith('|') && line.includes('0.17'));
  expect(row?.split('|').map((cell) => cell.trim())).toEqual([
    '',
    '0.17',
    '1234567',
    "`It is '1,234,567' ' so`",
    '1.00',
    'yes',
    '12.3 s',
    '0.678 s',
    '',
  ]);
});

it('a run that was refused has its reason and no table', () => {
  const text = formatNeedleRuns([{ ...run, state: 'refused', reason: 'InvalidInput: no', samples: [] }]);
  expect(text).toContain('Not whole: refused after 0 of 3 samples: InvalidInput: no');
  expect(text).not.toContain('|');
});

it('the command names documents that needles share', () => {
  expect(needleCommandOf({ settings: { ...run.settings, documents: 1 } })).toContain(
    '--samples 3 --documents 1',
  );
});

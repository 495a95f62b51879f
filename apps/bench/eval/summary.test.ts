import { describe, expect, it } from 'vitest';
import type { EvalAnswer } from './answers.ts';
import { formatReport } from './report.ts';
import { summarise } from './summary.ts';

const answer = (wanted: Partial<EvalAnswer>): EvalAnswer => ({
  strategy: 'reform',
  preset: 'exit 11',
  task: 'qa1',
  length: 8192,
  gather: 1024,
  document: 'a',
  sample: 'a 1',
  recall: 1,
  hasAll: true,
  correct: 1,
  answer: '',
  seconds: 2,
  gpuBytesPeak: 100,
  adapter: 'an adapter',
  commit: 'a commit',
  date: '2026-11-26T00:00:00Z',
  ...wanted,
});

describe('summarise', () => {
  it('means over questions, and an interval over documents', () => {
    const rows = summarise([
      answer({}),
      answer({ sample: 'a 2', correct: 0, recall: 0.5, hasAll: false, seconds: 4, gpuBytesPeak: 300 }),
      answer({ document: 'b', sample: 'b 1' }),
      answer({ strategy: 'ceiling', recall: null, hasAll: null }),
      answer({ strategy: 'ceiling', sample: 'a 2', recall: null, hasAll: null, correct: 0 }),
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ n: 3, documents: 2, recall: 2.5 / 3, hasAll: 2 / 3, accuracy: 2 / 3 });
    // Of two of the three questions the clean passage was asked.
    expect(rows[0]).toMatchObject({ ceiling: 0.5, seconds: 8 / 3, gpuBytesPeak: 300 });
    // Documents' means 0.5 and 1: a standard error of 0.25, and one degree of freedom.
    expect(rows[0]?.ci).toBeCloseTo(12.71 * 0.25);
  });

  it('one document has no interval, a cache no recall, passages no accuracy', () => {
    const rows = summarise([
      answer({ strategy: 'h2o', recall: null, hasAll: null }),
      answer({ correct: null }),
      answer({ correct: 1 }),
    ]);
    expect(rows.map(({ strategy, accuracy, hasAll, ci }) => [strategy, accuracy, hasAll, ci])).toEqual([
      ['h2o', 1, null, null],
      ['reform', null, 1, null],
      ['reform', 1, 1, null],
    ]);
  });
});

describe('formatReport', () => {
  it('has a table a length, strategies side by side', () => {
    const report = formatReport(
      [
        answer({}),
        answer({ strategy: 'bm25', correct: 0, hasAll: false }),
        answer({ strategy: 'bm25', task: 'vt', length: 4096, correct: null }),
      ],
      'a command',
    );
    expect(report).toContain('## 8192 tokens, gather 1024, answers');
    expect(report).toContain('## 4096 tokens, gather 1024, passages alone');
    expect(report).toMatch(/\| task +\| reform +\| bm25 +\|/);
    expect(report).toMatch(
      /\| qa1 +\| 1\.00 of -, all gathered 1\.00 \(1\) +\| 0\.00 of -, all gathered 0\.00 \(1\) \|/,
    );
    expect(report).toContain('an adapter, a commit, by a command');
  });
});

import { expect, it } from 'vitest';
import { formatUnanswerable, type PosedAnswer } from './unanswerable-report.ts';

const answer: PosedAnswer = {
  id: '1',
  from: 'own',
  task: 'novel',
  document: 'a',
  question: 'Who?',
  expected: ['Ahab'],
  gather: 256,
  maxNewTokens: 64,
  endless: false,
  answer: 'Ahab\n| <b>',
  finish: 'stop',
  generatedTokens: 3,
  right: 1,
  support: { verdict: 'found', words: 1, match: 9 },
  passages: [],
  seconds: 2,
  adapter: 'SwiftShader',
  commit: 'abc',
  date: '2026-11-26T00:00:00Z',
};
const nothing = { verdict: 'nothing', words: 0, match: 1 } as const;

it('counts what was said to be missing, what ended by itself and what was right, by where questions are from', () => {
  const page = formatUnanswerable([
    answer,
    { ...answer, right: 0, finish: 'length', support: nothing, seconds: 4 },
    { ...answer, from: 'other', right: null, finish: 'repetition', support: nothing },
    { ...answer, from: 'own', gather: 1024, maxNewTokens: 0, right: null },
    { ...answer, endless: true, finish: 'length' },
  ]);
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replace(/ +/g, ' '));
  expect(rows.slice(2, 6)).toEqual([
    '| 256 | 64 | answered by the text | 1 of 2 | 1 of 2 | 1 of 2 | 3.0 |',
    '| 256 | 64 | of a text of another kind | 1 of 1 | 1 of 1 | - | 2.0 |',
    '| 1024 | 0 | answered by the text | 0 of 1 | - | - | 2.0 |',
    '| 256 | 64, endless | answered by the text | 0 of 1 | 0 of 1 | 1 of 1 | 2.0 |',
  ]);
  // The last of each question counts.
  expect(rows.slice(8)).toEqual(['| a | answered | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |']);
  expect(page).toContain('SwiftShader, abc, 2026-11-26');
  expect(page).toContain('(Ahab; gather 256, stop) "Ahab\\n| <b>"');
});

it('tells what other cuts would have said, by text', () => {
  const asked = (
    question: string,
    from: PosedAnswer['from'],
    words: number,
    match: number,
    names?: boolean,
  ) => ({
    ...answer,
    question,
    from,
    support: { verdict: 'found', words, match, ...(names !== undefined && { names }) } as const,
  });
  const page = formatUnanswerable([
    asked('1', 'own', 0, 5.75),
    asked('2', 'own', 0.5, 1),
    asked('3', 'same', 0, 4.9),
    asked('4', 'other', 0, 6.8, false),
    asked('5', 'other', 0.5, 6.8, true),
  ]);
  const rows = page.split('\n').map((line) => line.replace(/ +/g, ' '));
  expect(rows).toContain('| a | answered | 2 | 0 | 0 | 0 | 0 | 1 | 1 | 1 |');
  expect(rows).toContain('| a | not answered | 3 | 1 | 0 | 1 | 1 | 1 | 1 | 2 |');
});

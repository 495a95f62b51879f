import type { EvalDocument } from '@longread/eval';
import { expect, it } from 'vitest';
import { formatNames } from './names-report.ts';

const question = (text: string): EvalDocument['questions'][number] => ({
  task: 'novel',
  id: text,
  question: text,
  answers: ['x'],
  evidence: [],
  passage: '',
  maxNewTokens: 1,
});
const document: EvalDocument = {
  id: 'a',
  kind: 'novel',
  text: 'Where the captain was, Ahab was.',
  numTokens: 8,
  questions: [],
};

it('counts by kind of text and by where questions are from', () => {
  const posed = [
    { document, from: 'own', question: question('Where was Ahab?') },
    { document: { ...document, id: 'b' }, from: 'own', question: question('Where was the captain?') },
    { document, from: 'same', question: question('Where was Rachel?') },
  ] as const;
  const rows = formatNames(posed)
    .split('\n')
    .slice(2, -1)
    .map((row) => row.replace(/ +/g, ' '));
  expect(rows).toEqual([
    '| novel, 2 | answered by the text | 2 | 0 | 1 |',
    '| novel, 1 | of another text of its kind | 1 | 1 | 0 |',
  ]);
});

import { InvalidInputError } from '@longread/core';
import { expect, test } from 'vitest';
import { asked, novelDocument } from './novel.ts';

const countTokens = (text: string): number => text.match(/\w+|[^\w\s]/g)?.length ?? 0;
const text =
  'It was May. The dog was old. His name was Rex!\n\nShe said nothing. "Rain," he said. The end came in June.';
const questions = [
  asked('What was the dog called?', 'Rex', 'His name was Rex!'),
  asked('When did it begin and end?', ['May and June', 'May, June'], 'It was May.', 'The end came in June.'),
];
const make = (targetTokens: number, novel = text) =>
  novelDocument({ id: 'dog', text: novel, questions, countTokens, targetTokens });

test('a stretch has the questions whose evidence it holds, each with the sentences around it', () => {
  const { text: read, questions: found, numTokens, id } = make(24);
  expect(read).toBe('It was May. The dog was old. His name was Rex!\n\nShe said nothing.');
  expect(numTokens).toBe(18);
  expect(id).toBe('dog-24');
  expect(found).toEqual([
    {
      task: 'novel',
      id: 'dog-24/novel/0',
      question: 'What was the dog called?',
      answers: ['Rex'],
      evidence: [{ start: 29, end: 46 }],
      passage: 'The dog was old. His name was Rex!\n\nShe said nothing.',
      maxNewTokens: 48,
    },
  ]);
});

test('evidence of two places makes a passage of both', () => {
  const [, both] = make(31).questions;
  expect(both?.evidence.map(({ start, end }) => text.slice(start, end))).toEqual(questions[1]?.evidence);
  expect(both?.passage).toBe('It was May. The dog was old. "Rain," he said. The end came in June.');
});

test('a short novel and a quote that stands twice are refused', () => {
  expect(() => make(40)).toThrow(InvalidInputError);
  expect(() => make(20, `${text} His name was Rex! And so on.`)).not.toThrow();
  expect(() => make(42, `${text} His name was Rex! And so on, and on, and on, and on.`)).toThrow(
    'stands in the text twice',
  );
});

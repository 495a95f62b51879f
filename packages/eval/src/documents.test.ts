import { createHash } from 'node:crypto';
import { InvalidInputError } from '@longread/core';
import { expect, test } from 'vitest';
import { makeDocuments, type EvalOptions } from './documents.ts';
import { scoreAnswer, taskNames, tasks } from './tasks.ts';
import type { SourceText } from './texts/source.ts';

const countTokens = (text: string): number => text.match(/\w+|[^\w\s]|\n+/g)?.length ?? 0;
const novelText = 'It was the fourth of May. The old dog was called Rex. Nobody came. '.repeat(20);
const texts = Array.from({ length: 200 }, (_, i): SourceText => {
  const text = `Place ${i}\nIts river is the Ri${i}ver, and it is long, cold and deep.`;
  const start = text.indexOf('Its');
  const told = { question: `Which river has place ${i}?`, answers: [`Ri${i}ver`], passage: text };
  return { id: String(i), text, questions: [{ ...told, evidence: [{ start, end: text.length }] }] };
});
const options: EvalOptions = {
  tasks: taskNames,
  seed: 5,
  numDocuments: 2,
  numQuestions: 2,
  targetTokens: 3000,
  countTokens,
  sources: {
    haystack: 'sentences',
    factbook: texts,
    wiki: texts,
    novels: [
      {
        id: 'dog',
        text: `The end is near. ${novelText.repeat(20)}`,
        questions: [{ question: 'What is near?', answers: ['end'], evidence: ['The end is near.'] }],
      },
    ],
  },
};

test('every task has its questions, in documents of its kind, and a reader of the passage can be right', () => {
  const documents = makeDocuments(options);
  expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
  const questions = documents.flatMap((document) => {
    expect(document.numTokens).toBeLessThanOrEqual(3000);
    expect(document.numTokens).toBeGreaterThan(2600);
    for (const { task, evidence } of document.questions) {
      expect(tasks[task].kind).toBe(document.kind);
      expect(evidence.length).toBeGreaterThan(0);
      for (const { start, end } of evidence)
        expect(document.text.slice(start, end)).toMatch(/^\S.*\S$|^\S$/s);
    }
    return document.questions;
  });
  expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
  for (const task of taskNames) {
    const asked = questions.filter((question) => question.task === task);
    expect([task, asked.length]).toEqual([task, { novel: 1, cwe: 2, fwe: 2 }[task as string] ?? 4]);
    for (const question of asked) {
      const right = question.answers.join(', ');
      expect([task, scoreAnswer(right, question)]).toEqual([task, 1]);
      expect([task, scoreAnswer('I do not know.', question)]).toEqual([task, 0]);
      for (const answer of question.answers)
        expect(question.passage.toLowerCase()).toContain(answer.toLowerCase());
    }
  }
});

test('the same arguments give the same documents, on every machine', () => {
  const documents = makeDocuments(options);
  expect(makeDocuments(options)).toEqual(documents);
  expect(createHash('sha256').update(JSON.stringify(documents)).digest('hex').slice(0, 16)).toBe(
    '26a8556b98a23e45',
  );
});

test('kinds that no task needs are not made', () => {
  const kinds = makeDocuments({ ...options, tasks: ['vt', 'qa3', 'fwe'] }).map(({ kind }) => kind);
  expect(kinds).toEqual(['prose', 'prose', 'codes', 'codes']);
});

test.each(['factbook', 'wiki', 'qa', 'novel'] as const)('%s without its texts is refused', (task) => {
  const make = () => makeDocuments({ ...options, tasks: [task], sources: { haystack: 'sentences' } });
  expect(make).toThrow(InvalidInputError);
  expect(make).toThrow(`The texts of the task ${task} were not loaded`);
});

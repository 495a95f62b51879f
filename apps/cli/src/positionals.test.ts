// Which words are files and which are questions.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '@longread/command';
import { looksLikePath, readPositionals, readQuestion } from './positionals.ts';

let folder: string;
let book: string;
let other: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longread-words-'));
  [book, other] = [join(folder, 'book'), join(folder, 'other.txt')];
  for (const path of [book, other]) writeFileSync(path, 'text');
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  'dok.txt',
  './dok',
  'docs/dok',
  '/home/me/My Books/dok',
  'my book.epub',
  'docs\\dok',
  '~/dok',
  'dok',
  'https://books.example/moby',
  'chapters/ch?',
  '.env',
  'Model.Q4_K_M.GGUF',
])('%s looks like a path', (word) => {
  expect(looksLikePath(word)).toBe(true);
});

test.each([
  'What is the name of the famous chaplain?',
  'What is TCP/IP?',
  'Who is he/she ?',
  'Why?',
  'Summarise the sermon.',
  '镇长的秘密密码是什么',
  'Was ist /etc/passwd？',
])('%s is a question', (word) => {
  expect(looksLikePath(word)).toBe(false);
});

describe('the words of a command', () => {
  const read = (...words: string[]) => readPositionals(words, 'usage');

  test('are a file and a question, a question, or nothing', () => {
    expect(read(book, 'Who?')).toEqual({ files: [book], question: 'Who?' });
    expect(read('-', 'Who?')).toEqual({ files: ['-'], question: 'Who?' });
    expect(read('Who is Ahab?')).toEqual({ files: [], question: 'Who is Ahab?' });
    expect(read().files).toEqual([]);
    expect(read(book, '-', other, 'Who?')).toEqual({ files: [book, '-', other], question: 'Who?' });
  });

  test('are not a question when they are a mistyped file', () => {
    expect(() => read(join(folder, 'bok'))).toThrow(UsageError);
    expect(() => read(join(folder, 'bok'))).toThrow(`There is no file ${join(folder, 'bok')}.`);
  });

  test.each([
    ['a file alone', () => [book], 'Say what to ask'],
    ['a pipe alone', () => ['/dev/fd/63'], 'Say what to ask'],
    ['an empty question', () => [''], 'The question is empty'],
    ['a question of spaces', () => [book, ' \n'], 'is empty'],
    ['an empty name', () => ['', 'Who?'], 'name of the file is empty'],
    ['two files', () => [book, other], 'Say what to ask'],
    ['a second file that is not there', () => [book, 'two.md'], 'Say what to ask'],
    ['standard input twice', () => ['-', '/dev/stdin', 'Who?'], 'can be read once'],
    ['an empty name among others', () => [book, ' ', 'Who?'], 'name of the file is empty'],
    ['the question first', () => ['Who kept it?', other], 'The file comes first'],
    ['a question without quotes', () => [book, 'who', 'is', 'it'], 'quotes'],
  ])('(%s) say what is wrong', (_, words, said) => {
    expect(() => read(...words())).toThrow(UsageError);
    expect(() => read(...words())).toThrow(said);
  });
});

test('a stored document takes one question and no file', () => {
  const read = (...words: string[]) => readQuestion(words, 'Moby', 'usage');
  expect(read('Who?')).toBe('Who?');
  expect(() => read()).toThrow('Say what to ask about Moby');
  expect(() => read(book, 'Who?')).toThrow('not both');
  expect(() => read('who', 'is', 'it')).toThrow('quotes');
});

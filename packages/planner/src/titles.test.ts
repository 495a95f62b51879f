import { expect, test } from 'vitest';
import { createTitleSearch } from './titles.ts';

const text = `Mauritius
Background: Arab and Malay sailors knew of it.
Capital: Port Louis

Isle of Man
Background: Part of the Norwegian Kingdom, it was
Mauritius
for a line of prose.

The Old Man and the Sea

He was an old man.

It ended so,

"Where is the Isle of Man?"

Mauritius again\r
\r
Mali\r
Capital: Bamako
${'One more line.\n'.repeat(6)}`;

function found(question: string, { piece = text.length, maxPlaces = 8, of = text } = {}) {
  const search = createTitleSearch(question, maxPlaces);
  for (let at = 0; at < of.length; at += piece) search.add(of.slice(at, at + piece));
  return search.found().map(({ start, end, words }) => ({ text: of.slice(start, end), words }));
}

test('what stands under a title goes on to the next', () => {
  const mauritius = text.slice(0, text.indexOf('Isle'));
  expect(found('What is the capital of MAURITIUS?')).toEqual([{ text: mauritius, words: ['mauritius'] }]);
  const man = text.slice(text.indexOf('Isle'), text.indexOf('The Old'));
  expect(found('Who ruled the Isle of Man?')).toEqual([{ text: man, words: ['isle', 'man'] }]);
});

test('wherever the text is cut', () => {
  const question = 'Of Mali, Mauritius, the Isle of Man, and the old man and the sea: which again?';
  const whole = found(question);
  expect(whole.map(({ words }) => words)).toEqual([
    ['isle', 'man'],
    ['the', 'old', 'man', 'and', 'sea'],
    ['mauritius', 'again'],
    ['mali'],
  ]);
  expect(whole.at(-1)?.text).toBe(text.slice(text.indexOf('Mali')));
  for (let piece = 1; piece < 100; piece++) expect(found(question, { piece })).toEqual(whole);
});

test.each([
  ['a line in prose', 'Norwegian, what is it?', 'A\n\nB\nNorwegian\nC'],
  ['what ends as a sentence does', 'So?', 'A.\n\nSo.\n\nSo:\n\nSo?”\n\nSo…\n\nB is\n'],
  ['a long line', `${'word '.repeat(17)}?`, `A\n\n${'word '.repeat(17)}\nB is.\nC\n`],
  ['a title of which a word is not asked for', 'Where is Mali?', 'A\n\nMali and Chad\nB\n'],
  ['a title without words', 'What of 1234 and *?', 'A\n\n* * *\nB\n\n1234\nC\n'],
  ['no text', 'Mali', ''],
])('%s is none', (_, question, of) => {
  expect(found(question, { of: `${of}${'\n\nOther\nas it was.'.repeat(9)}` })).toEqual([]);
});

test('more than may be, and most of a text, tell nothing', () => {
  const often = 'Mali\nis.\n\n'.repeat(9);
  expect(found('Mali', { of: often, maxPlaces: 9 })).toHaveLength(9);
  expect(found('Mali', { of: often })).toEqual([]);
  expect(found('Mali', { of: often.repeat(29), maxPlaces: 999 })).toEqual([]);
  expect(found('Mali', { of: `Mali\n${'as it was.\n'.repeat(9)}\nOther\nB` })).toEqual([]);
});

test('a line of any length is held in part', () => {
  const long = `${'x'.repeat(1_000_000)}\n\n`;
  expect(found('Mali', { of: `${long}Mali\nis.\n\nB\n`, piece: 1000 })).toEqual([
    { text: 'Mali\nis.\n\n', words: ['mali'] },
  ]);
});

test('the longer of two names is meant, however often the shorter one stands', () => {
  const towers = `Eiffel Tower\nIn Paris.\n\n${'Tower\nA tall one.\n\n'.repeat(99)}`;
  expect(found('Who built the Eiffel tower?', { of: towers })).toEqual([
    { text: 'Eiffel Tower\nIn Paris.\n\n', words: ['eiffel', 'tower'] },
  ]);
});

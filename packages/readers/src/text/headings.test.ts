// Which lines of a plain text are headings; whatever the pieces it comes in.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHeadingFinder } from './headings.ts';

function headingsOf(text: string, pieceChars = 1000, isMarkdown = false) {
  const finder = createHeadingFinder(isMarkdown);
  for (let at = 0; at < text.length; at += pieceChars) finder.push(text.slice(at, at + pieceChars));
  return finder.end();
}
const labels = (text: string, isMarkdown = false) =>
  headingsOf(text, 1000, isMarkdown).map(({ label }) => label);
const story = 'It was a dark night.\nThe ship sailed.';
const around = (line: string) => `${story}\n\n${line}\n\n${story}\n`;

describe('a line between empty lines', () => {
  test.each([
    ['Chapter 8', 2],
    ['CHAPTER VIII. The Pool of Tears', 2],
    ['Chapter Twenty-One', 2],
    ['CHAPTER 135. The Chase.—Third Day.', 2],
    ['STAVE ONE: MARLEY’S GHOST', 2],
    ['BOOK THE FIRST', 1],
    ['Part II — The Return', 1],
    ['Kapitel 3', 2],
    ['Глава 12', 2],
    ['第一百二十回　忠义堂', 2],
    ['第三卷', 1],
    ['Epilogue', 2],
  ])('%s is a heading of level %i', (line, level) => {
    const text = around(line);
    expect(headingsOf(text)).toEqual([
      { start: text.indexOf(line), kind: 'heading', label: line.replace('\u3000', ' '), level },
    ]);
  });

  test.each([
    'Chapter 8 was long.',
    'chapter 8',
    'Letter I wrote to her',
    'Part two of the plan was simple.',
    'Part two,',
    'I',
    'A whole sentence, short.',
    'C. is a language',
    '#hashtag',
    `Chapter 1 ${'x'.repeat(200)}`,
    'Chapters 1 to 5',
    'Actually 5',
  ])('%s is none', (line) => {
    expect(labels(around(line))).toEqual([]);
  });
});

test('the marks of Markdown are not the heading’s', () => {
  const text = around('### Of the whale ###');
  expect(headingsOf(text)).toEqual([
    { start: text.indexOf('Of the'), kind: 'heading', label: 'Of the whale', level: 3 },
  ]);
});

test('a line inside a paragraph is none', () => {
  expect(labels('He read\nChapter 8\nand slept.\n')).toEqual([]);
});

test('what a chapter is called may stand below its number', () => {
  expect(labels(around('CHAPTER VIII.\r\nThe Pool of Tears'))).toEqual(['CHAPTER VIII. The Pool of Tears']);
});

test('numerals that count are headings, others not', () => {
  const parts = (...numerals: string[]) => numerals.map(around).join('');
  expect(labels(parts('I', 'II', 'III.'))).toEqual(['I', 'II', 'III.']);
  expect(labels(parts('I', 'II', 'I', 'II'))).toHaveLength(4);
  expect(labels(parts('I', 'X', 'C'))).toEqual([]);
  expect(labels(parts('IIII', 'VX', 'IC'))).toEqual([]);
});

test('a table of contents is left out, the chapters stay', () => {
  const contents = ['Chapter 1. Loomings', 'Chapter 2. The Bag', 'Chapter 3. The Inn'];
  expect(
    labels(`Contents\n\n${contents.join('\n\n')}\n\n${story}\n\n${contents.map(around).join('')}`),
  ).toEqual(contents);
  expect(labels(`Part One\n\nChapter 1\n\n${story}`)).toEqual(['Part One', 'Chapter 1']);
});

test('code is no heading', () => {
  expect(labels('```\n\n# not one\n\n```\n\n# One\n\nText')).toEqual(['One']);
  expect(labels('#!/bin/sh\n\n# Sets up\n\nrun\n')).toEqual([]);
  expect(labels('x = 1\n\n# sum of all\ny = x\n')).toEqual([]);
});

test('a file whose name says Markdown needs no empty line below a heading', () => {
  expect(labels('# One\ntext\n\n## Two\ntext', true)).toEqual(['One', 'Two']);
});

test('a line of a hundred megabytes costs no more than its bytes', () => {
  const finder = createHeadingFinder();
  const piece = 'x'.repeat(65_536);
  for (let i = 0; i < 1600; i++) finder.push(piece);
  expect(finder.end()).toEqual([]);
});

test('any text: sorted, inside it, beginning with the words, whatever the pieces', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '',
      '',
      'Chapter 1',
      'Chapter 2. Two',
      ' CHAPTER III',
      'I',
      'II',
      'III',
      '# A',
      'text',
      'Title',
      '\ufeff',
      'Part one',
    ),
    fc.string({ maxLength: 10 }),
  );
  const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));
  let found = 0;
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (value, size) => {
      const headings = headingsOf(value);
      expect(headingsOf(value, size)).toEqual(headings);
      found += headings.length;
      for (const [i, { start, label }] of headings.entries()) {
        expect(start).toBeGreaterThanOrEqual(headings[i - 1]?.start ?? 0);
        expect(value.slice(start).replace(/\s+/g, ' ').startsWith(label)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(20);
});

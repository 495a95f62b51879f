import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentenceStarts, wholeSentences } from './sentences.ts';

const cut = (text: string): string[] => {
  const starts = [0, ...sentenceStarts(text)];
  return starts.map((start, i) => text.slice(start, starts[i + 1]));
};

describe('sentences', () => {
  test.each([
    ['One. Two! Three?', ['One. ', 'Two! ', 'Three?']],
    ['他走了。她来了！谁？', ['他走了。', '她来了！', '谁？']],
    ['Heading\n\nA text.', ['Heading\n', '\n', 'A text.']],
    ['Capital: Oslo\nCurrency: krone', ['Capital: Oslo\n', 'Currency: krone']],
    [
      'It was such a long way to go that\r\nnobody ever thought it would be\r\nover. Here.',
      ['It was such a long way to go that\r\nnobody ever thought it would be\r\nover. ', 'Here.'],
    ],
    ['', ['']],
    ['no end', ['no end']],
    ['\n\n', ['\n', '\n']],
  ])('%j', (text, want) => expect(cut(text)).toEqual(want));

  test('a line that was wrapped goes on, one that ends before its time does not', () => {
    const text =
      'I thought I would sail about a little and\nsee the watery part of the world. It is a\nway I have of driving off.\nCHAPTER II';
    expect(cut(text)).toEqual([
      'I thought I would sail about a little and\nsee the watery part of the world. ',
      'It is a\nway I have of driving off.\n',
      'CHAPTER II',
    ]);
  });

  test('a line of a whole paragraph ends with it, however long the next word is', () => {
    const line = `${'word '.repeat(40)}end`;
    expect(cut(`${line}\n${line}`)).toEqual([`${line}\n`, line]);
  });

  test('lose no character, whatever the text', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', ' ', '.', '\n', '\r', '。', '"', '\u2028'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, (some) => {
        const starts = sentenceStarts(some);
        expect(cut(some).join('')).toBe(some);
        expect(starts.every((start, i) => start > (starts[i - 1] ?? 0) && start < some.length)).toBe(true);
      }),
    );
  });
});

describe('wholeSentences', () => {
  const window = { centre: 12, start: 10, end: 16 };
  const seen = { start: 0, end: 30 };
  test.each([
    ['all of two that are mostly inside', [8, 13, 17, 30], { start: 8, end: 17 }],
    ['none of the neighbours that are mostly outside', [2, 12, 14, 29], { start: 12, end: 14 }],
    ['the one around the centre, however much is outside', [0, 28], { start: 0, end: 28 }],
    ['the window itself, where it is sentences', [10, 16], { start: 10, end: 16 }],
    ['the known edge of a long one', [9], { start: 9, end: 16 }],
    ['the known edge of another', [14], { start: 10, end: 14 }],
    ['nothing known', [], { start: 10, end: 16 }],
    ['a document that ends', [11, 30], { start: 11, end: 30 }],
  ])('%s', (_, starts, want) =>
    expect(wholeSentences(window, seen, starts)).toEqual({ centre: 12, ...want }),
  );

  test('hold the centre, in order, and nothing that was not seen', () => {
    const starts = fc.uniqueArray(fc.nat(30), { maxLength: 12 });
    fc.assert(
      fc.property(starts, (some) => {
        const got = wholeSentences(
          window,
          seen,
          some.toSorted((a, b) => a - b),
        );
        expect(got.start).toBeLessThanOrEqual(12);
        expect(got.end).toBeGreaterThan(12);
        expect(got.start).toBeGreaterThanOrEqual(0);
        expect(got.end).toBeLessThanOrEqual(30);
      }),
    );
  });
});

// Plain text as paragraphs.
import { expect, test } from 'vitest';
import { lastBoundary, paragraphsOf } from './paragraphs.ts';

const shown = (text: string) =>
  paragraphsOf(text).map(({ start, end, keepsLines }) => [text.slice(start, end), keepsLines]);

test('blank lines part paragraphs, whatever ends their lines', () => {
  expect(shown('One.\n\nTwo.\r\n \r\nThree.\r\rFour.')).toEqual([
    ['One.', false],
    ['Two.', false],
    ['Three.', false],
    ['Four.', false],
  ]);
  expect(shown('')).toEqual([]);
  expect(shown(' \n\t\n')).toEqual([]);
});

test('prose that was wrapped at a width runs on, verse and tables keep their lines', () => {
  const wrapped = `${'a'.repeat(70)}\n${'b'.repeat(66)}\nshort`;
  expect(shown(wrapped)).toEqual([[wrapped, false]]);
  const verse = 'Tiger, tiger, burning bright\nIn the forests of the night';
  expect(shown(verse)).toEqual([[verse, true]]);
});

test('long lines without blank ones between them are a paragraph each', () => {
  const line = 'word '.repeat(40).trim();
  expect(shown(`${line}\n${line}\nend`)).toEqual([
    [line, false],
    [line, false],
    ['end', false],
  ]);
});

test('a text is parted at a blank line, else a line, a sentence, a word, and never within a character', () => {
  const at = (text: string) => text.slice(0, lastBoundary(text));
  expect(at('One.\n\nTwo.\nThree. Fo')).toBe('One.\n\n');
  expect(at('One.\nTwo. Th')).toBe('One.\n');
  expect(at('One. “Two.” Thr')).toBe('One. “Two.” ');
  expect(at('one two thr')).toBe('one two ');
  expect(at('onetwo')).toBe('onetwo');
  expect(at('one\u{1F433}'.slice(0, 4))).toBe('one');
});

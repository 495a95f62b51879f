import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAnchored, wholeGraphemes } from './graphemes.ts';

const family = '👩‍👩‍👧';

test.each([
  ['abc', 1, 2, 'b'],
  [`a${family}b`, 2, 3, family],
  [`a${family}b`, 1, 2, family],
  ['e\u0301e\u0301', 1, 3, 'e\u0301e\u0301'],
  ['e\u0301e\u0301', 0, 2, 'e\u0301'],
  ['a\r\nb', 2, 3, '\r\n'],
  ['🇩🇪🇫🇷', 4, 6, '🇫🇷'],
  ['🇩🇪🇫🇷', 2, 6, '🇩🇪🇫🇷'],
  ['三四', 1, 1, '四'],
  ['ab', 2, 2, 'b'],
  ['', 0, 0, ''],
  ['\ud83dx', 0, 1, '\ud83d'],
])('%j from %i to %i becomes %j', (text, start, end, want) => {
  const range = wholeGraphemes(text, { start, end });
  expect(text.slice(range.start, range.end)).toBe(want);
});

const unit = fc.constantFrom(
  ...[
    'a',
    ' ',
    '\n',
    '\r',
    '\r\n',
    '三',
    'か',
    '\u3099',
    '\u0301',
    '\u200d',
    '👩',
    '👧',
    '🇩',
    '🇫',
    '각',
    '\u1100',
    '\ufe0f',
  ],
  ...['1', '\u20e3', '\u0915', '\u094d', '\u0600', '\ufeff', '\ud800', '\udc00', '\0', '\t'],
);

/** Every boundary of a text, by segmenting all of it. */
function boundariesOf(text: string): Set<number> {
  const segments = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text);
  return new Set([...[...segments].map(({ index }) => index), text.length]);
}

test('both ends are boundaries of the text, and no boundary is nearer', () => {
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), fc.nat(60), fc.nat(60), (units, a, length) => {
      const text = units.join('');
      const start = Math.min(a, text.length);
      const end = Math.min(start + length, text.length);
      const boundaries = boundariesOf(text);
      const range = wholeGraphemes(text, { start, end });
      expect(boundaries).toContain(range.start);
      expect(boundaries).toContain(range.end);
      expect(range.start).toBeLessThanOrEqual(start);
      expect(range.end).toBeGreaterThanOrEqual(end);
      const from = Math.min(start, Math.max(0, text.length - 1));
      for (let at = range.start + 1; at <= from; at++) expect(boundaries).not.toContain(at);
      for (let at = Math.max(end, from + 1); at < range.end; at++) expect(boundaries).not.toContain(at);
    }),
    { numRuns: 2000 },
  );
});

test('a stretch that is anchored is cut as the whole text is', () => {
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 60 }), fc.nat(30), fc.nat(60), (units, from, offset) => {
      const text = units.join('');
      const start = Math.min(from + offset, text.length);
      const context = text.slice(Math.min(from, text.length));
      if (from > text.length || !isAnchored(context, start - from)) return;
      const whole = wholeGraphemes(text, { start, end: start + 1 });
      const range = wholeGraphemes(context, { start: start - from, end: start - from + 1 });
      expect({ start: range.start + from, end: range.end + from }).toEqual(whole);
    }),
    { numRuns: 5000 },
  );
});

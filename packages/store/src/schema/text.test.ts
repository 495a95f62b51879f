// Every string comes back as it was, code unit by code unit, in no more bytes than UTF-16 takes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, encodeText } from './text.ts';

const units = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});
const texts = fc.oneof(units, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }));

test('any text, lone surrogates and byte-order marks among it', () => {
  fc.assert(
    fc.property(texts, fc.nat(1e9), fc.nat(1000), (text, firstChar, index) => {
      const encoded = encodeText({ index, firstChar, text });
      expect(decodeText(encoded)).toEqual({ index, firstChar, text });
      expect(encoded.bytes.length).toBeLessThanOrEqual(2 * text.length);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['Call me Ishmael.', 'utf-8', 16],
  ['\ufeffé', 'utf-16', 4],
  ['三', 'utf-16', 2],
  ['a\ud800', 'utf-16', 4],
  ['', 'utf-8', 0],
] as const)('%j takes the shorter encoding', (text, encoding, length) => {
  const encoded = encodeText({ index: 0, firstChar: 0, text });
  expect(encoded.encoding).toBe(encoding);
  expect(encoded.bytes).toHaveLength(length);
});

test('a long text does not overflow the stack', () => {
  const text = '\ud83d'.repeat(100_000);
  expect(decodeText(encodeText({ index: 0, firstChar: 0, text })).text).toBe(text);
});

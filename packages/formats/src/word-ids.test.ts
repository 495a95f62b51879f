import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createWordIds } from './word-ids.ts';

/** Code units, and one id more for a word's end: parts show. */
const encode = (text: string): number[] => [...Array.from(text, (char) => char.charCodeAt(0)), text.length];
const isCut = (text: string, at: number): boolean => text[at] === ' ';
const plainly = (text: string): number[] => text.split(/(?= )/).flatMap((word) => encode(word));

it('encodes word by word, the known ones without being asked again', () => {
  const asked = vi.fn(encode);
  const idsOf = createWordIds(asked, isCut);
  expect(idsOf('to be or not to be')).toEqual(plainly('to be or not to be'));
  expect(asked.mock.calls.flat()).toEqual(['to', ' be', ' or', ' not', ' to']);
  expect(idsOf(' be to')).toEqual(plainly(' be to'));
  expect(asked).toHaveBeenCalledTimes(5);
  expect(idsOf('')).toEqual([]);
});

it('asks for long words again', () => {
  const asked = vi.fn(encode);
  const idsOf = createWordIds(asked, isCut);
  const long = 'x'.repeat(100);
  expect(idsOf(`${long} ${long}`)).toEqual(plainly(`${long} ${long}`));
  expect(idsOf(long)).toEqual(encode(long));
  expect(asked).toHaveBeenCalledTimes(3);
});

it('forgets when there are too many words, or too many of their letters or ids', () => {
  const wide = (text: string) => Array.from({ length: 1000 }, (_, i) => i + text.length);
  for (const [each, length] of [
    [encode, 1],
    [encode, 25],
    [wide, 1],
    [() => new Array<number>(100_000).fill(7), 1],
  ] as const) {
    const asked = vi.fn(each);
    const idsOf = createWordIds(asked, isCut);
    const words = Array.from({ length: 40_000 }, (_, i) => `${i}`.padStart(length, '0'));
    for (const word of length === 1 && each !== encode ? words.slice(0, 100) : words)
      expect(idsOf(word).join()).toBe(each(word).join());
    asked.mockClear();
    expect(idsOf('0'.padStart(length, '0')).length).toBeGreaterThan(0);
    expect(asked).toHaveBeenCalledTimes(1); // it was the first, and is forgotten
  }
});

it('gives any text the ids of its words, in any order of texts', () => {
  const idsOf = createWordIds(encode, isCut);
  const unit = fc.constantFrom('a', 'b', ' ', '\ud83d', '\ude42', '\0', 'é', '語');
  fc.assert(
    fc.property(fc.string({ unit, minLength: 1, maxLength: 60 }), (text) => {
      expect(idsOf(text)).toEqual(plainly(text));
    }),
  );
});

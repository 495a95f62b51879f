// Passages of one document and of several, in the order in which they are shown.
import type { Evidence } from 'longread';
import { expect, test } from 'vitest';
import { allPassages, citedPieces, passagesIn } from './passages.ts';
import { Words } from './words.ts';

const passage = (start: number, id?: string, file = id): Evidence => ({
  start,
  end: start + 9,
  score: 1,
  text: `${id ?? ''} ${start}`,
  place: { fraction: start / 1000, ...(file !== undefined && { file }) },
  ...(id !== undefined && { document: { id, title: id } }),
});

test('the best three in the order of their text, then the rest', () => {
  const shown = allPassages([passage(500), passage(20), passage(300), passage(100), passage(1)]);
  expect(shown.map(({ start, number }) => [number, start])).toEqual([
    [1, 20],
    [2, 300],
    [3, 500],
    [4, 1],
    [5, 100],
  ]);
});

test('of several documents that of the best is the first, and two that begin alike stay two', () => {
  const evidence = [passage(20, 'b'), passage(20, 'a'), passage(5, 'b')];
  const shown = allPassages(evidence);
  expect(shown.map(({ document, start }) => `${document?.id} ${start}`)).toEqual(['b 5', 'b 20', 'a 20']);
  const citations = [
    { start: 0, end: 3, passage: 1 },
    { start: 4, end: 7, passage: 0 },
  ];
  expect(citedPieces('one two', citations, evidence).map(({ number }) => number)).toEqual([3, 2, undefined]);
  expect(passagesIn({ documentId: 'a' }, shown).map(({ number }) => number)).toEqual([3]);
  expect(passagesIn({}, shown)).toEqual([]);
  expect(passagesIn(undefined, allPassages([passage(1)]))).toHaveLength(1);
});

test('a place names its document, once', () => {
  const words = new Words();
  expect(words.placeOf(passage(120, 'lease.txt'))).toBe('lease.txt · 12% into the text');
  expect(words.placeOf(passage(120, 'Contracts', 'lease.txt'))).toBe('Contracts · lease.txt');
  expect(words.placeOf(passage(120))).toBe('12% into the text');
});

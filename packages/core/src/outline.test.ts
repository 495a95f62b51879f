// Places by offset, against a plain search of all of them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkedOutline, describePlace, labelOf, outlineLimits, placeAt, type Place } from './outline.ts';

const outline: readonly Place[] = [
  { start: 0, kind: 'page', label: 'i' },
  { start: 10, kind: 'page', label: '1' },
  { start: 12, kind: 'heading', label: 'Loomings', level: 1 },
  { start: 40, kind: 'page', label: '2' },
];

test.each([
  [0, { fraction: 0, page: 'i' }],
  [11, { fraction: 0.11, page: '1' }],
  [12, { fraction: 0.12, page: '1', heading: 'Loomings' }],
  [99, { fraction: 0.99, page: '2', heading: 'Loomings' }],
])('at %i', (offset, place) => {
  expect(placeAt(outline, offset, 100)).toEqual(place);
});

test('a document without an outline has a fraction, an empty one too', () => {
  expect(placeAt([], 30, 120)).toEqual({ fraction: 0.25 });
  expect(placeAt([], 0, 0)).toEqual({ fraction: 0 });
});

test('a file has the pages and headings that begin in it alone', () => {
  const places = fc.array(
    fc.record({
      start: fc.nat(60),
      kind: fc.constantFrom('file' as const, 'page' as const, 'heading' as const),
      label: fc.string({ minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(places, fc.nat(60), (unsorted, offset) => {
      const sorted = unsorted.toSorted((a, b) => a.start - b.start);
      const before = sorted.filter(({ start }) => start <= offset);
      const ofFile = before.slice(
        Math.max(
          0,
          before.findLastIndex(({ kind }) => kind === 'file'),
        ),
      );
      const { fraction, ...found } = placeAt(sorted, offset, 60);
      expect(fraction).toBe(offset / 60);
      for (const kind of ['file', 'page', 'heading'] as const)
        expect(found[kind]).toBe(ofFile.findLast((place) => place.kind === kind)?.label);
    }),
  );
});

test.each([
  [{ fraction: 0.129 }, '12 %'],
  [{ fraction: 0.12, heading: 'Chapter 8' }, 'Chapter 8, 12 %'],
  [{ fraction: 0.5, page: '41' }, 'p. 41'],
  [{ fraction: 0.5, file: 'a.md', heading: 'One', page: 'xii' }, 'a.md, One, p. xii'],
])('%j is said as %s', (place, said) => {
  expect(describePlace(place)).toBe(said);
});

describe('an outline from elsewhere', () => {
  test('is taken field by field', () => {
    expect(checkedOutline(outline.map((place) => ({ ...place, more: 1 })))).toEqual(outline);
  });

  const one = { start: 0, kind: 'page', label: '1' };
  test.each([
    [null, 'is no list'],
    [[null], 'no start, kind or label at place 0'],
    [[{ ...one, start: -1 }], 'no start'],
    [[{ ...one, start: 0.5 }], 'no start'],
    [[{ ...one, kind: 'line' }], 'kind'],
    [[{ ...one, label: 7 }], 'label'],
    [[{ ...one, level: 'x' }], 'no number at place 0'],
    [[{ ...one, level: 0 }], 'level 0'],
    [[{ ...one, start: 5 }, one], 'place 1 at 0, before the one before it at 5'],
    [[{ ...one, label: 'x'.repeat(201) }], '201 characters at place 0; the limit is 200'],
    [Array.from({ length: 10_001 }, () => one), '10001 places; the limit is 10000'],
  ])('%# is refused', (given, said) => {
    expect(() => checkedOutline(given)).toThrow(said);
  });
});

test('a label is one line and not too long', () => {
  expect(labelOf('  Chapter\n 8 ')).toBe('Chapter 8');
  const long = labelOf('😀'.repeat(200));
  expect(long.length).toBeLessThanOrEqual(outlineLimits.labelChars);
  expect(long.isWellFormed()).toBe(true);
});

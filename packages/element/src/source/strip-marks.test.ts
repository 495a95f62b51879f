// What the strip beside a text draws.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NumberedPassage } from '../passages.ts';
import { curvePath, highestPlace, nextMark, passageMarks, placesOf } from './strip-marks.ts';

const passage = (number: number, start: number, end: number, score: number): NumberedPassage => ({
  number,
  start,
  end,
  score,
  place: { fraction: start / 1000 },
  text: '',
});

test('what was gathered near is one place, whose strength is how much of it was gathered', () => {
  const places = placesOf([{ start: 100, end: 102 }, { start: 104, end: 106 }, { start: 500, end: 600 }], 1000); // prettier-ignore
  expect(places.map(({ start, end }) => [start, end])).toEqual([
    [0.1, 0.106],
    [0.5, 0.6],
  ]);
  expect(places[0]?.strength).toBeCloseTo(0.5 + 0.5 * (4 / 6));
  expect(places[1]?.strength).toBe(1);
});

test('nothing, an empty text, and what another version kept draw nothing', () => {
  expect(placesOf([], 1000)).toEqual([]);
  expect(placesOf([{ start: 0, end: 5 }], 0)).toEqual([]);
  const odd = [{ start: -1, end: 5 }, { start: 9, end: 9 }, { start: 2000, end: 2001 }, { start: Number.NaN, end: 4 }]; // prettier-ignore
  expect(placesOf(odd, 1000)).toEqual([]);
  expect(passageMarks([passage(1, 0, 5, 1)], 0)).toEqual([]);
});

test('passages are as strong as their scores beside the best; without scores all are', () => {
  const marks = passageMarks(
    [passage(1, 0, 10, 4), passage(2, 500, 510, 3), passage(3, 900, 1200, -1)],
    1000,
  );
  expect(marks.map(({ number, strength }) => [number, strength])).toEqual([
    [1, 1],
    [2, 0.75],
    [3, 0.5],
  ]);
  expect(marks[2]?.end).toBe(1);
  expect(passageMarks([passage(1, 0, 10, 0)], 1000)[0]?.strength).toBe(1);
});

test('scores are steps down the strip, and what another version kept draws no further than its edges', () => {
  const size = { width: 10, height: 1000 };
  expect(curvePath({ levels: [0, 255, 51] }, size)).toBe('M0 0H0V333.33H10V666.67H2V1000H0Z');
  expect(curvePath({ levels: [Number.NaN, 999, -4, Infinity] }, size)).toBe(
    'M0 0H0V250H10V500H0V750H10V1000H0Z',
  );
  expect(curvePath({ levels: [] }, size)).toBe('M0 0H0Z');
});

test('scores are highest in the middle of their best stretch, the first of several', () => {
  expect(highestPlace({ levels: [3, 255, 0, 255] })).toBe(0.375);
  expect(highestPlace({ levels: [255] })).toBe(0.5);
});

test('the next and the last mark from a place', () => {
  const marks = placesOf([{ start: 100, end: 110 }, { start: 500, end: 510 }], 1000); // prettier-ignore
  expect(nextMark(marks, 0, 1)?.start).toBe(0.1);
  expect(nextMark(marks, 0.1, 1)?.start).toBe(0.5);
  expect(nextMark(marks, 0.5, 1)).toBeUndefined();
  expect(nextMark(marks, 0.5, -1)?.start).toBe(0.1);
  expect(nextMark(marks, 0.1, -1)).toBeUndefined();
});

test('places of any gathered ranges hold all of them, rise, and stand apart', () => {
  const gaps = fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 200 })), { maxLength: 60 });
  const isRight = fc.property(gaps, (all) => {
    let at = 0;
    const ranges = all.map(([gap, length]) => {
      const start = at + gap;
      at = start + length;
      return { start, end: at };
    });
    const numChars = at + 1;
    const places = placesOf(ranges, numChars);
    for (const { start, end } of ranges)
      expect(
        places.some((each) => each.start <= start / numChars && each.end >= end / numChars - 1e-12),
      ).toBe(true);
    for (const [i, { start, end, strength }] of places.entries()) {
      expect(start < end && strength > 0 && strength <= 1).toBe(true);
      expect(start - (places[i - 1]?.end ?? -1)).toBeGreaterThan(1 / 250 - 1e-12);
    }
  });
  fc.assert(isRight);
});

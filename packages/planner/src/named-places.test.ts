import type { Place } from '@longread/core';
import { expect, test } from 'vitest';
import { namedPlaces } from './named-places.ts';

const places: readonly Place[] = [
  { start: 0, kind: 'file', label: 'countries/Burkina Faso.txt' },
  { start: 40, kind: 'heading', label: 'Economy', level: 1 },
  { start: 60, kind: 'heading', label: 'Trade', level: 2 },
  { start: 80, kind: 'heading', label: 'People', level: 1 },
  { start: 100, kind: 'file', label: 'countries/Chad.txt' },
  { start: 110, kind: 'page', label: '41' },
  { start: 200, kind: 'file', label: 'countries/Mali.txt' },
];
const find = (question: string, maxPlaces = 8) =>
  namedPlaces(question, places, 1000, maxPlaces).map(({ start, end }) => ({ start, end }));

test('a file is named by its own name, whatever the case, and goes on to the next', () => {
  expect(find('what is the capital of burkina faso?')).toEqual([{ start: 0, end: 100 }]);
  expect(find('Which countries border Chad?')).toEqual([{ start: 100, end: 200 }]);
});

test('the words that name it are told', () => {
  expect(namedPlaces('What is the capital of Burkina Faso?', places, 1000, 8)[0]?.words).toEqual([
    'burkina',
    'faso',
  ]);
});

test('every word of a label must be asked for', () => {
  expect(find('What is the capital of Burkina?')).toEqual([]);
  expect(find('What is its capital?')).toEqual([]);
});

test('a heading goes on to the next that is as high', () => {
  expect(find('How is the economy?')).toEqual([{ start: 40, end: 80 }]);
  expect(find('And trade?')).toEqual([{ start: 60, end: 80 }]);
});

test('pages are no names, and a stretch that is most of the document tells nothing', () => {
  expect(find('What is on page 41?')).toEqual([]);
  expect(find('What of Mali?')).toEqual([]);
});

test('many places of one name are none', () => {
  const chapters = Array.from({ length: 10 }, (_, i): Place => ({
    start: i,
    kind: 'heading',
    label: 'Notes',
  }));
  expect(namedPlaces('What do the notes say?', chapters, 1000, 8)).toEqual([]);
  expect(namedPlaces('What do the notes say?', chapters.slice(1), 1000, 8)).toHaveLength(8);
  expect(namedPlaces('', [], 0, 8)).toEqual([]);
});

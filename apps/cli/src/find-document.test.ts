// Which document is meant, and that a doubt is never a guess: one of these commands deletes.
import { expect, test } from 'vitest';
import { InvalidInputError } from '@longread/core';
import { findDocument } from './find-document.ts';

const documents = [
  { id: '1f3a9c2e-0000', title: 'Moby Dick' },
  { id: '1f3a77aa-0000', title: 'notes.txt' },
  { id: 'aa000000-0000', title: 'notes.txt' },
  { id: 'bb000000-0000', title: 'Notes.txt' },
  { id: 'cc000000-0000', title: '1f3a9c2e-0000' },
  { id: 'dd000000-0000' },
];
const find = (named: string) => findDocument(documents, named).id;

test.each([
  ['1f3a9c2e-0000', '1f3a9c2e-0000'],
  ['Moby Dick', '1f3a9c2e-0000'],
  ['moby dick', '1f3a9c2e-0000'],
  ['Notes.txt', 'bb000000-0000'],
  ['1f3a9', '1f3a9c2e-0000'],
  ['1F3A9C', '1f3a9c2e-0000'],
  ['dd00', 'dd000000-0000'],
])('%s', (named, id) => {
  expect(find(named)).toBe(id);
});

test.each([
  ['notes.txt', ['1f3a77aa-0000', 'aa000000-0000']],
  ['NOTES.TXT', ['1f3a77aa-0000', 'aa000000-0000', 'bb000000-0000']],
  ['1f3a', ['1f3a9c2e-0000', '1f3a77aa-0000']],
])('%s may be several, which are named', (named, candidates) => {
  expect(() => find(named)).toThrow(InvalidInputError);
  for (const id of candidates) expect(() => find(named)).toThrow(id);
  expect(() => find(named)).not.toThrow('dd000000');
});

test('what is not there is not guessed, however near', () => {
  for (const named of ['Moby', 'bb0', 'notes', '']) expect(() => find(named)).toThrow('No stored document');
  expect(() => findDocument([], 'Moby')).toThrow('Nothing is stored');
});

// Answers in the forms that the papers' predictions have, and what their scripts give for them.
import { expect, test } from 'vitest';
import {
  amongWords,
  firstInteger,
  firstNumber,
  holdsWords,
  matchAll,
  matchAny,
  onlyLabel,
  type Scorer,
} from './scorers.ts';

const score = (scorer: Scorer, answer: string, answers: readonly string[], question = '') =>
  scorer(answer, { answers, question });

test.each([
  [
    ' The special numbers are 1234567, 7654321 and 1112223.',
    ['1234567', '7654321', '1112223', '9998887'],
    0.75,
  ],
  ['VAR ABCDE, VAR fghij', ['ABCDE', 'FGHIJ'], 1],
  ['12345678', ['1234567'], 1], // A substring is enough there.
  ['none', ['1234567', '7654321'], 0],
  ['', ['1234567'], 0],
])('RULER, all references: %j of %j is %f', (answer, answers, want) => {
  expect(score(matchAll, answer, answers)).toBe(want);
});

test.each([
  ['It was in Normandy, France', ['France', 'in France'], 1],
  ['normandy', ['Normandy', 'Rouen'], 1],
  ['Paris', ['Normandy', 'Rouen'], 0],
])('RULER, best reference: %j of %j is %d', (answer, answers, want) => {
  expect(score(matchAny, answer, answers)).toBe(want);
});

test.each([
  ['The most recent location of Mary is bathroom. The kitchen is', 1],
  ['bathroom', 1],
  ['BATHROOM', 1],
  ['Mary is in the bathroom or the kitchen', 0],
  ['kitchen', 0],
  ['I do not know. Perhaps the bathroom', 0],
  ['before the garden: bathroom', 1], // The question names the garden.
  ['', 0],
])('BABILong: %j is %d', (answer, want) => {
  const scorer = onlyLabel(['bathroom', 'kitchen', 'garden', 'office']);
  expect(score(scorer, answer, ['bathroom'], 'Where was Mary before the garden?')).toBe(want);
});

test.each([
  ['71432', 1],
  [' The pass key is 71432. Remember it', 1],
  ['71432.5', 1],
  ['7143', 0],
  ['714320', 0],
  ['1) 71432', 0], // The first integer counts.
  ['seven', 0],
])('InfiniteBench, pass key: %j is %d', (answer, want) => {
  expect(score(firstInteger, answer, ['71432'])).toBe(want);
});

test.each([
  ['"0f1e-22aa"', 1],
  ['The value is: 0f1e-22aa.', 1],
  ["{'a': '0f1e-22aa'}", 1],
  ['0f1e-22aa!\n', 1],
  ['0f1e-22aab', 0],
  ['0F1E-22AA', 0],
  ['0f1e', 0],
])('InfiniteBench, key and value: %j is %d', (answer, want) => {
  expect(score(amongWords, answer, ['0f1e-22aa'])).toBe(want);
});

test.each([
  ['The largest number is 97.', 1],
  ['97.0', 1],
  ['Of 12 numbers: 97', 0],
  ['97.5', 0],
  ['none', 0],
])('InfiniteBench, math find: %j is %d', (answer, want) => {
  expect(score(firstNumber, answer, ['97'])).toBe(want);
});

test.each([
  ['He lived at the Spouter-Inn.', ['Spouter Inn'], 1],
  ["That was Hosea's cow", ['Hosea'], 1],
  ['In São Tomé', ['Sao Tome'], 1],
  ['8,665,550 people', ['8665550'], 1],
  ['8665550', ['8,665,550'], 1],
  ['the First Congregational Church', ['First Congregational Church', 'Congregational'], 1],
  ['the end of .at', ['.at'], 1],
  ['attic', ['at'], 0],
  ['1850', ['185'], 0],
  ['Church of the first', ['First Church'], 0],
  ['', ['x'], 0],
])('natural questions: %j of %j is %d', (answer, answers, want) => {
  expect(score(holdsWords, answer, answers)).toBe(want);
});

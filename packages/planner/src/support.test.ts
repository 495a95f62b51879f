import fc from 'fast-check';
import { expect, test } from 'vitest';
import { supportOf } from './support.ts';

const passages = [
  { text: 'Captain Ahab commands the Pequod.' },
  { text: 'He lost his leg off Japan in 1851.' },
];
const support = (question: string, match?: number, minMatch?: number) =>
  supportOf(question, passages, match, minMatch);

test('words of the question that stand in a passage, by their stems; the first word asks', () => {
  expect(support('Which captains commanded the Pequod?').words).toBe(1);
  expect(support('Which captain was born in Nantucket?').words).toBe(0.5);
  expect(support('Where was he in 1851, or 1852?').words).toBe(0.5);
  expect(support('Captain?').words).toBeUndefined();
  expect(support('Who is he?').words).toBeUndefined();
  expect(support('').words).toBeUndefined();
});

test('pairs of characters where words have no spaces', () => {
  const chinese = (question: string) =>
    supportOf(question, [{ text: '亚哈船长恨白鲸。' }], undefined, undefined);
  expect(chinese('船长？').words).toBe(1);
  expect(chinese('谁是船长？').words).toBeCloseTo(1 / 3);
  expect(chinese('天气？').words).toBe(0);
});

test('nothing is said only where neither the words nor the score speak for the text', () => {
  const unrelated = 'How is sourdough bread baked?';
  expect(support(unrelated, 5.9, 6)).toEqual({ verdict: 'nothing', words: 0, match: 5.9 });
  expect(support(unrelated, 6, 6).verdict).toBe('found');
  expect(support('Who was captain?', 1, 6).verdict).toBe('found');
  expect(support('Who is he?', 1, 6).verdict).toBe('found');
  // Where nothing was measured, nothing is claimed.
  expect(support(unrelated, 1, undefined).verdict).toBe('found');
  expect(support(unrelated, undefined, 6).verdict).toBe('found');
});

test('names that the text has nowhere speak against it alone; that it has one says nothing', () => {
  const question = 'Which captain commands the Rachel?';
  const named = (names?: boolean) => supportOf(question, passages, 9, 6, names);
  expect(named(false)).toEqual({ verdict: 'nothing', names: false, words: 2 / 3, match: 9 });
  expect(named(true)).toMatchObject({ verdict: 'found', names: true });
  expect(named()).not.toHaveProperty('names');
  expect(supportOf('How is the Sourdough?', passages, 5, 6, true).verdict).toBe('nothing');
});

test('a question asked in words of a passage is never said to be missing, whatever its score', () => {
  const word = fc.string({
    unit: fc.constantFrom(...'a b c d e f g h'.split(' ')),
    minLength: 5,
    maxLength: 9,
  });
  fc.assert(
    fc.property(fc.array(word, { minLength: 2, maxLength: 9 }), fc.float(), (drawn, match) => {
      const text = drawn.join(' ');
      expect(supportOf(`Which ${text}?`, [{ text }], match, 6)).toMatchObject({ verdict: 'found', words: 1 });
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codedWordsDocument } from './coded-words.ts';
import { commonWordsDocument } from './common-words.ts';

const countTokens = (text: string): number => text.match(/\d|[a-z]{1,4}|\.+/g)?.length ?? 0;

const none = { answers: [] as readonly string[], evidence: [], passage: '' };

/** The words of a list, most frequent first, with their counts. */
function frequencies(text: string, word: RegExp): [string, number][] {
  const counts = new Map<string, number>();
  for (const [found] of text.matchAll(word)) counts.set(found, (counts.get(found) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

test('cwe: the ten words that come most often, here 30 times and there three, are the answers', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2500, max: 6000 }), (seed, targetTokens) => {
      const { text, numTokens, questions } = commonWordsDocument({ seed, targetTokens, countTokens });
      const [{ answers, evidence, passage } = none] = questions;
      expect(numTokens).toBeLessThanOrEqual(targetTokens);
      expect(numTokens).toBeGreaterThan(targetTokens - 30);
      const counts = frequencies(text, /[a-z]+/g);
      expect(counts.slice(0, 10).map(([word]) => word).sort()).toEqual([...answers].sort()); // prettier-ignore
      expect(counts.map(([, count]) => count)).toEqual(counts.map((_, i) => (i < 10 ? 30 : 3)));
      const few = frequencies(passage, /[a-z]+/g);
      expect(few.slice(0, 10).map(([word]) => word).sort()).toEqual([...answers].sort()); // prettier-ignore
      expect(few.slice(9, 11).map(([, count]) => count)).toEqual([3, 1]);
      expect(text.match(/\d+(?=\.)/g)).toEqual(counts.flatMap(([, count]) => Array.from({ length: count })).map((_, i) => String(i + 1))); // prettier-ignore
      expect(evidence).toHaveLength(300);
      // Of one length: none is part of another.
      for (const answer of answers) expect(answer).toMatch(/^[a-z]{10}$/);
      for (const { start, end } of evidence) expect(answers).toContain(text.slice(start, end));
    }),
    { numRuns: 15 },
  );
});

test('fwe: the words of ranks two to four, behind the dots, are the answers', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 300, max: 6000 }), (seed, targetTokens) => {
      const { text, numTokens, questions } = codedWordsDocument({ seed, targetTokens, countTokens });
      const [{ answers, evidence, passage } = none] = questions;
      expect(numTokens).toBeLessThanOrEqual(targetTokens);
      expect(numTokens).toBeGreaterThan(targetTokens * 0.97 - 12);
      for (const told of [text, passage]) {
        const counts = frequencies(told, /\S+/g);
        expect(counts.slice(0, 4).map(([word]) => word)).toEqual(['...', ...answers]);
        const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = counts.map(([, count]) => count);
        expect(first).toBeGreaterThan(3 * second);
        expect(second).toBeGreaterThan(third);
        expect(third).toBeGreaterThan(fourth);
        expect(fourth).toBeGreaterThan(fifth);
      }
      expect(new Set(evidence.map(({ start, end }) => text.slice(start, end)))).toEqual(new Set(answers));
      expect(evidence).toHaveLength(text.split(' ').filter((word) => answers.includes(word)).length);
    }),
    { numRuns: 30 },
  );
});

test('texts too short for the words are refused', () => {
  expect(() => commonWordsDocument({ seed: 1, targetTokens: 500, countTokens })).toThrow('20 are needed');
  expect(() => codedWordsDocument({ seed: 1, targetTokens: 50, countTokens })).toThrow('60 are needed');
});

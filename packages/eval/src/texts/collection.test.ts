import { InvalidInputError } from '@longread/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collectionDocument } from './collection.ts';
import type { SourceText } from './source.ts';

const countTokens = (text: string): number => text.match(/\w+|[^\w\s]/g)?.length ?? 0;

/** Texts of 20 to 59 words, each with two questions about its words. */
const sources = Array.from({ length: 60 }, (_, i): SourceText => {
  const text = Array.from({ length: 20 + ((i * 7) % 40) }, (_word, w) => `w${i}x${w}`).join(' ');
  const questions = [3, 11].map((w) => {
    const start = text.indexOf(`w${i}x${w}`);
    const word = `w${i}x${w}`;
    return {
      question: `${i}?`,
      answers: [word],
      evidence: [{ start, end: start + word.length }],
      passage: word,
    };
  });
  return { id: String(i), text, questions };
});
const base = { task: 'qa', kind: 'passages', sources, countTokens, numQuestions: 5 } as const;

test('texts stand whole, evidence moves with them, no text is asked twice before all were asked', () => {
  const headingOf = (number: number) => `Document ${number}:\n`;
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 300, max: 1500 }), (seed, targetTokens) => {
      const document = collectionDocument({ ...base, seed, targetTokens, headingOf });
      const { text, numTokens, questions } = document;
      expect(document).toEqual(collectionDocument({ ...base, seed, targetTokens, headingOf }));
      expect(numTokens).toBeLessThanOrEqual(targetTokens);
      expect(numTokens).toBeGreaterThan(targetTokens - 30);
      const parts = text.split('\n\n').map((part) => part.split('\n'));
      expect(parts.map(([heading]) => heading)).toEqual(parts.map((_, i) => `Document ${i + 1}:`));
      const whole = sources.map((source) => source.text);
      for (const [, part] of parts) expect(whole).toContain(part);
      expect(questions).toHaveLength(5);
      expect(new Set(questions.map(({ question }) => question)).size).toBe(5);
      for (const { evidence, answers } of questions) {
        expect(evidence.map(({ start, end }) => text.slice(start, end))).toEqual(answers);
      }
    }),
    { numRuns: 40 },
  );
});

test('every question of every text is asked when there are that many', () => {
  const { questions } = collectionDocument({
    ...base,
    sources: sources.slice(0, 8),
    seed: 1,
    targetTokens: 300,
    numQuestions: 99,
  });
  expect(questions.length % 2).toBe(0);
  expect(new Set(questions.map(({ answers }) => answers[0])).size).toBe(questions.length);
});

test('too few texts are refused', () => {
  const make = () => collectionDocument({ ...base, seed: 1, targetTokens: 9000 });
  expect(make).toThrow(InvalidInputError);
  expect(make).toThrow('the document was to have 9000');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyValueDocument } from './key-value.ts';

const countTokens = (text: string): number => text.match(/\w+|[^\w\s]/g)?.length ?? 0;

test('the text is one JSON object, as long as it may be, and its values are the answers', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 100, max: 4000 }), (seed, targetTokens) => {
      const { text, numTokens, questions } = keyValueDocument({
        seed,
        targetTokens,
        countTokens,
        numQuestions: 4,
      });
      const pairs = JSON.parse(text) as Record<string, string>;
      const numPairs = Object.keys(pairs).length;
      expect(numTokens).toBeLessThanOrEqual(targetTokens);
      expect(numTokens + numTokens / numPairs + 2).toBeGreaterThan(targetTokens);
      expect(questions).toHaveLength(Math.min(4, numPairs));
      for (const { question, answers, evidence, passage } of questions) {
        const key = /"(.+)"/.exec(question)?.[1] ?? '';
        expect(answers).toEqual([pairs[key]]);
        expect(JSON.parse(passage)).toEqual({ [key]: pairs[key] });
        expect(evidence.map(({ start, end }) => `{${text.slice(start, end)}}`)).toEqual([passage]);
      }
    }),
    { numRuns: 30 },
  );
});

test('a text without room for a pair is refused', () => {
  expect(() => keyValueDocument({ seed: 1, targetTokens: 10, countTokens, numQuestions: 1 })).toThrow(
    'Only 0 items fit',
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbersDocument } from './numbers.ts';

const countTokens = (text: string): number => text.match(/\d|[^\w\s]/g)?.length ?? 0;

function ranked(list: string) {
  const numbers = (JSON.parse(list) as number[]).sort((a, b) => b - a);
  expect(new Set(numbers).size).toBe(numbers.length);
  return [numbers[0], numbers[Math.floor(numbers.length / 2)], numbers.at(-1), numbers[1]].map(String);
}

test('the list and the few of the passage have the same largest, median, smallest and second largest', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 200, max: 3000 }), (seed, targetTokens) => {
      const { text, numTokens, questions } = numbersDocument({
        seed,
        targetTokens,
        countTokens,
        numQuestions: 9,
      });
      expect(numTokens).toBeLessThanOrEqual(targetTokens);
      expect(numTokens).toBeGreaterThan(targetTokens - 18);
      expect((JSON.parse(text) as number[]).length % 2).toBe(1);
      expect(questions.map(({ answers }) => answers[0])).toEqual(ranked(text));
      questions.forEach(({ passage, answers, evidence }, i) => {
        expect(ranked(passage)[i]).toBe(answers[0]);
        expect(evidence.map(({ start, end }) => text.slice(start, end))).toEqual(answers);
      });
    }),
    { numRuns: 40 },
  );
});

test('a list without room for nine is refused', () => {
  expect(() => numbersDocument({ seed: 1, targetTokens: 40, countTokens, numQuestions: 1 })).toThrow(
    '9 are needed',
  );
});

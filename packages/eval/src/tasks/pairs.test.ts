import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairsDocument, type PairTaskName } from './pairs.ts';

const countTokens = (text: string): number => text.match(/\w+|[^\w\s]/g)?.length ?? 0;
const lengths = fc.integer({ min: 100, max: 4000 });
const make = (task: PairTaskName, seed: number, targetTokens: number) =>
  pairsDocument({ task, seed, targetTokens, countTokens, numQuestions: 4 });

test('kv_retrieval: the text is one JSON object, as long as it may be, and its values are the answers', () => {
  fc.assert(
    fc.property(fc.integer(), lengths, (seed, targetTokens) => {
      const { text, numTokens, questions } = make('kv_retrieval', seed, targetTokens);
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

test.each([
  ['niah_multikey_2', /^The account number of the (\S+) company is (\d{7})\.$/, /the (\S+) company/],
  ['niah_multikey_3', /^The ticket (\S{36}) opens the locker (\S{36})\.$/, /ticket (\S+) open/],
] as const)(
  '%s: every sentence is a needle, and the one of the asked key has the answer',
  (task, needle, asked) => {
    fc.assert(
      fc.property(fc.integer(), lengths, (seed, targetTokens) => {
        const { text, numTokens, questions } = make(task, seed, targetTokens);
        expect(numTokens).toBeLessThanOrEqual(targetTokens);
        const needles = text.split(/(?<=\.) /).map((sentence) => needle.exec(sentence)?.slice(1) ?? []);
        expect(needles.every((pair) => pair.length === 2)).toBe(true);
        expect(new Set(needles.flat()).size).toBe(needles.length * 2);
        for (const { question, answers, evidence, passage } of questions) {
          const key = asked.exec(question)?.[1];
          expect(needles.filter(([other]) => other === key)).toEqual([[key, answers[0]]]);
          expect(evidence.map(({ start, end }) => text.slice(start, end))).toEqual([passage]);
          expect(needle.exec(passage)?.[1]).toBe(key);
        }
      }),
      { numRuns: 30 },
    );
  },
);

test('a text without room for a pair is refused', () => {
  expect(() => make('kv_retrieval', 1, 10)).toThrow('Only 0 items fit');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mixedDocument } from '../mixed.ts';

const countTokens = (text: string): number => text.match(/\w+|[^\w\s]/g)?.length ?? 0;
const anySeed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const base = { numQuestions: 3, haystack: 'noise', targetTokens: 1500, countTokens } as const;

test('vt: following the assignments gives all names, in the order of the text', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { text, questions } = mixedDocument({ ...base, tasks: ['vt'], seed });
      const values = new Map<string, string>();
      for (const [, name = '', source = ''] of text.matchAll(/VAR ([A-Z]{5}) = (?:VAR )?(\w+)\./g)) {
        values.set(name, values.get(source) ?? source);
      }
      expect(values.size).toBe(15);
      for (const { question, answers } of questions) {
        const value = /\d{5}/.exec(question)?.[0];
        expect(answers).toEqual([...values].filter(([, held]) => held === value).map(([name]) => name));
        expect(answers).toHaveLength(5);
      }
    }),
  );
});

test('two_hop: the question names neither the answer nor the link, and each sentence has the link', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { text, questions } = mixedDocument({ ...base, numQuestions: 4, tasks: ['two_hop'], seed });
      for (const { question, answers, evidence } of questions) {
        const told = evidence.map(({ start, end }) => text.slice(start, end));
        const names = told.map((sentence) => new Set(sentence.match(/\b[A-Z][a-z]+\b/g)));
        const links = [...(names[0] ?? [])].filter((name) => names[1]?.has(name));
        expect(links).toHaveLength(1);
        expect(question).not.toContain(links[0]);
        expect(question).not.toContain(answers[0]);
        const [second = '', ...others] = told.filter((sentence) => sentence.includes(answers[0] ?? '?'));
        expect(others).toEqual([]);
        // A search by the question's words does not find it.
        const words = new Set(question.toLowerCase().match(/[a-z]{4,}/g));
        expect(
          second
            .toLowerCase()
            .match(/[a-z]{4,}/g)
            ?.filter((word) => words.has(word)),
        ).toEqual([]);
      }
    }),
  );
});

test('number_string: ten digits, each repeated next to itself', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { questions } = mixedDocument({ ...base, tasks: ['number_string'], seed });
      for (const { answers } of questions) expect(answers[0]).toMatch(/^(?:(\d)\1+)+\d?$/);
      for (const { answers } of questions) expect(answers[0]).toHaveLength(10);
    }),
  );
});

import { createHash } from 'node:crypto';
import { InvalidInputError } from '@longread/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mixedDocument, type HiddenTask, type MixedOptions } from './mixed.ts';
import { normalise } from './scorers.ts';
import { people, places, things } from './story-words.ts';
import type { EvalDocument } from './types.ts';

/** Stands for a tokenizer: words, marks and paragraph breaks. */
const countTokens = (text: string): number => text.match(/\w+|[^\w\s]|\n+/g)?.length ?? 0;

const hiddenTasks: readonly HiddenTask[] = [
  'niah_single_2', 'niah_single_3', 'niah_multikey_1', 'niah_multivalue', 'niah_multiquery', 'vt', 'passkey',
  'number_string', 'two_hop', 'qa1', 'qa2', 'qa3', 'qa4', 'qa5',
]; // prettier-ignore
const stories: readonly string[] = ['qa1', 'qa2', 'qa3', 'qa4', 'qa5'];

const base: MixedOptions = {
  seed: 1,
  tasks: hiddenTasks,
  numQuestions: 2,
  haystack: 'sentences',
  targetTokens: 6000,
  countTokens,
};
const hash = (document: EvalDocument) => createHash('sha256').update(JSON.stringify(document)).digest('hex');
const slices = ({ text }: EvalDocument, ranges: readonly { start: number; end: number }[]) =>
  ranges.map(({ start, end }) => text.slice(start, end));
const count = (text: string, part: string) => text.split(part).length - 1;

const anySeed = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const haystacks = fc.constantFrom<MixedOptions['haystack']>('sentences', 'noise', {
  text: 'The mill stood idle. Who "would" go there?\n\nNobody knew of 1234567 reasons. '.repeat(500),
});

describe('a mixed document', () => {
  test('is the same on every machine', () => {
    expect(hash(mixedDocument(base)).slice(0, 16)).toBe('eceddd96a80e25a5');
  });

  test('another seed is another document', () => {
    fc.assert(
      fc.property(anySeed, anySeed, (a, b) => {
        fc.pre(a !== b);
        const tasks = ['niah_single_2', 'qa2'] as const;
        const make = (seed: number) => mixedDocument({ ...base, tasks, seed, targetTokens: 600 });
        expect(hash(make(a))).toBe(hash(make(a)));
        expect(make(a).text).not.toBe(make(b).text);
      }),
      { numRuns: 10 },
    );
  });

  test('keeps what it promises, whatever the seed, haystack and length', () => {
    fc.assert(
      fc.property(
        anySeed,
        haystacks,
        fc.integer({ min: 2500, max: 6000 }),
        (seed, haystack, targetTokens) => {
          const document = mixedDocument({ ...base, seed, haystack, targetTokens });
          const { text, numTokens, questions } = document;
          expect(numTokens).toBe(countTokens(text));
          expect(numTokens).toBeLessThanOrEqual(targetTokens);
          expect(numTokens).toBeGreaterThan(targetTokens - 45);
          expect(text).not.toMatch(/^\s|\s$|undefined/);
          expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
          for (const question of questions) {
            const told = slices(document, question.evidence);
            // Whole sentences, in order, and no others in the passage.
            told.forEach((sentence) => expect(sentence).toMatch(/^[A-Z].*\.$/));
            expect(question.passage).toBe(told.join(' '));
            expect(question.evidence).toEqual(question.evidence.toSorted((a, b) => a.start - b.start));
            for (const answer of question.answers) {
              expect(normalise(question.passage)).toContain(normalise(answer));
              if (!stories.includes(question.task)) expect(question.question).not.toContain(answer);
            }
          }
          for (const task of hiddenTasks) {
            expect(questions.filter((question) => question.task === task)).toHaveLength(2);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('says no needle elsewhere than in its evidence', () => {
    fc.assert(
      fc.property(anySeed, haystacks, (seed, haystack) => {
        const document = mixedDocument({ ...base, seed, haystack });
        for (const question of document.questions) {
          if (stories.includes(question.task)) continue;
          const evidence = slices(document, question.evidence).join(' ');
          for (const answer of question.answers) {
            expect(count(document.text, answer)).toBe(count(evidence, answer));
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('shares no person, place or thing between tasks', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const { text, questions } = mixedDocument({ ...base, seed, haystack: 'noise' });
        const users = new Map<string, Set<string>>();
        for (const { task, question, passage } of questions) {
          for (const word of [...people, ...places, ...things]) {
            if (!`${question} ${passage}`.includes(word)) continue;
            users.set(word, (users.get(word) ?? new Set()).add(task));
          }
        }
        expect(users.size).toBeGreaterThan(10);
        for (const [word, tasks] of users) expect([word, ...tasks]).toHaveLength(2);
        expect(text.length).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  });

  test('spreads its facts over the whole text', () => {
    const starts = Array.from({ length: 10 }, (_, seed) => mixedDocument({ ...base, seed })).flatMap(
      ({ text, questions }) =>
        questions.flatMap(({ evidence }) => evidence.map(({ start }) => start / text.length)),
    );
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = starts.filter((at) => Math.floor(at * 10) === tenth).length / starts.length;
      expect(share).toBeGreaterThan(0.06);
      expect(share).toBeLessThan(0.14);
    }
  });
});

test.each([
  ['facts longer than the text', { targetTokens: 300 }, 'The facts alone have'],
  ['a short haystack', { haystack: { text: 'Too short.' } }, 'The haystack has 3 tokens'],
  [
    'too many questions',
    { numQuestions: 40, tasks: ['qa1', 'qa2'] as const },
    'The stories need 40 more things, and 30 are left',
  ],
])('refuses %s', (_, wrong, message) => {
  expect(() => mixedDocument({ ...base, ...wrong })).toThrow(InvalidInputError);
  expect(() => mixedDocument({ ...base, ...wrong })).toThrow(message);
});

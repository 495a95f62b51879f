// The stories are read again by a reader of their sentences who shares nothing with their teller.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mixedDocument, type HiddenTask } from '../mixed.ts';
import { people, places, things } from '../story-words.ts';

const countTokens = (text: string): number => text.match(/\w+|[^\w\s]/g)?.length ?? 0;
const anySeed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const make = (task: HiddenTask, seed: number) =>
  mixedDocument({ seed, tasks: [task], numQuestions: 3, haystack: 'noise', targetTokens: 1500, countTokens });

/** Where every person is, and every place each thing has been at, in order. */
function read(text: string) {
  const where = new Map<string, string>();
  const holder = new Map<string, string>();
  const been = new Map<string, string[]>();
  const mark = (thing: string, place: string) => {
    const past = been.get(thing) ?? [];
    if (past.at(-1) !== place) been.set(thing, [...past, place]);
  };
  for (const [sentence] of text.matchAll(/[^.?]+\./g)) {
    const [person] = people.filter((name) => sentence.includes(name));
    const [place] = places.filter((name) => sentence.includes(name));
    const [thing] = things.filter((name) => sentence.includes(name));
    if (person === undefined) continue;
    if (place !== undefined) {
      where.set(person, place);
      for (const [held, by] of holder) if (by === person) mark(held, place);
    } else if (thing !== undefined) {
      if (/put down|left|dropped/.test(sentence)) holder.delete(thing);
      else holder.set(thing, person);
      mark(thing, where.get(person) ?? 'nowhere');
    }
  }
  return { where, been };
}

const named = (words: readonly string[], text: string) => words.find((word) => text.includes(word)) ?? '';

test('qa1: a person is where the last sentence says', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { text, questions } = make('qa1', seed);
      for (const { question, answers, passage } of questions) {
        const person = named(people, question);
        expect(answers).toEqual([read(text).where.get(person)]);
        expect(answers).toEqual([read(passage).where.get(person)]);
      }
    }),
  );
});

test('qa2: a thing is where it was last brought, and two sentences tell it', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { text, questions } = make('qa2', seed);
      for (const { question, answers, passage, evidence } of questions) {
        const thing = named(things, question);
        expect(answers).toEqual([read(text).been.get(thing)?.at(-1)]);
        expect(answers).toEqual([read(passage).been.get(thing)?.at(-1)]);
        expect(evidence).toHaveLength(2);
      }
    }),
  );
});

test('qa3: a thing was there before it came to the place of the question, where it came once', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { text, questions } = make('qa3', seed);
      for (const { question, answers, passage, evidence } of questions) {
        const thing = named(things, question);
        const after = named(places, question);
        for (const told of [text, passage]) {
          const been = read(told).been.get(thing) ?? [];
          expect(been.filter((place) => place === after)).toHaveLength(1);
          expect(answers).toEqual([been[been.indexOf(after) - 1]]);
        }
        expect(evidence.length).toBeGreaterThanOrEqual(3);
        expect(evidence.length).toBeLessThanOrEqual(4);
      }
    }),
  );
});

test('qa4: one sentence alone answers, read forwards or backwards', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { text, questions } = make('qa4', seed);
      const facts = [...text.matchAll(/The (\w+) is (\w+) of the (\w+)\./g)].map(([, far, side, near]) => ({
        far,
        side,
        near,
      }));
      expect(facts).toHaveLength(3);
      for (const { question, answers } of questions) {
        const of = /What is (\w+) of the (\w+)\?/.exec(question);
        const back = /What is the (\w+) (\w+) of\?/.exec(question);
        const found = facts.flatMap(({ far, side, near }) => {
          if (of?.[1] === side && of?.[2] === near) return [far];
          return back?.[1] === far && back?.[2] === side ? [near] : [];
        });
        expect(answers).toEqual(found);
      }
    }),
  );
});

test('qa5: one sentence alone answers who gave what to whom', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { text, questions } = make('qa5', seed);
      const gifts = [...text.matchAll(/(\w+) (?:gave|handed|passed) the (\w+) to (\w+)\./g)].map((match) =>
        match.slice(1),
      );
      for (const { question, answers } of questions) {
        const bare = question.replace('?', '');
        const known = gifts.filter(([giver = '', thing = '', to = '']) =>
          [
            `Who gave the ${thing} to ${to}`,
            `Who did ${giver} give the ${thing} to`,
            `What did ${giver} give to ${to}`,
          ].includes(bare),
        );
        expect(known).toHaveLength(1);
        expect(known[0]?.filter((word) => !bare.split(' ').includes(word))).toEqual(answers);
      }
    }),
  );
});

test('no label is part of another, so that none is found in its stead', () => {
  const words = [...people, ...places, ...things].map((word) => word.toLowerCase());
  expect(new Set(words).size).toBe(words.length);
  for (const word of words) expect(words.filter((other) => other.includes(word))).toEqual([word]);
});

// Stories in the manner of bAbI as BABILong (arXiv 2406.10149) spreads them: who went where, took and gave what. Own words.
// qa1 and the relations of qa4 and qa5 need one sentence; qa2 and qa3 need two and three.
import { invariant } from '@longread/core';
import type { FactGroup, FactMaker, FactQuestion } from '../facts.ts';
import type { Fresh } from '../fresh.ts';
import { moves, tellStory, type Stay } from './story-world.ts';

/** qa1: where is the person? Two to three moves each; the last one counts. */
export const whereIsPerson: FactMaker = (fresh, count) => {
  const { random } = fresh;
  const people = fresh.take('people', Math.max(2, count));
  const places = fresh.take('places', 6);
  const sentences: string[] = [];
  const seen = new Map<string, { place: string; at: number }>();
  const numFacts = people.length * 2 + random.below(people.length);
  while (sentences.length < numFacts || seen.size < people.length) {
    const person = random.pick(people);
    const place = random.pick(places.filter((other) => other !== seen.get(person)?.place));
    seen.set(person, { place, at: sentences.length });
    sentences.push(`${person} ${random.pick(moves)} the ${place}.`);
  }
  const questions = people.slice(0, count).map((person): FactQuestion => {
    const stay = seen.get(person);
    invariant(stay !== undefined, 'everybody moved');
    return { question: `Where is ${person}?`, answers: [stay.place], needs: [stay.at] };
  });
  return [{ sentences, questions }];
};

/** qa2: where is the thing, which was carried at least once? Who has it, and where that person went. */
export const whereIsThing: FactMaker = (fresh, count) => [
  storyOf(fresh, count, ({ thing, stays }) => {
    const stay = stays.length > 1 ? stays.at(-1) : undefined;
    if (stay === undefined) return undefined;
    const { place, needs } = stay;
    return { question: `Where is the ${thing}?`, answers: [place], needs };
  }),
];

/** qa3: where was the thing before it came to a place where it was once? */
export const whereWasThing: FactMaker = (fresh, count) => [
  storyOf(fresh, count, ({ thing, stays }) => {
    const wasOnce = ({ place }: Stay) => stays.filter((stay) => stay.place === place).length === 1;
    const at = stays.findLastIndex((stay, i) => i > 0 && wasOnce(stay));
    const [before, after] = [stays[at - 1], stays[at]];
    if (before === undefined || after === undefined) return undefined;
    const needs = [...new Set([...before.needs, ...after.needs])].sort((a, b) => a - b);
    return { question: `Where was the ${thing} before the ${after.place}?`, answers: [before.place], needs };
  }),
];

function storyOf(
  fresh: Fresh,
  count: number,
  ask: (of: { thing: string; stays: readonly Stay[] }) => FactQuestion | undefined,
): FactGroup {
  const cast = {
    people: fresh.take('people', 3),
    places: fresh.take('places', 5),
    things: fresh.take('things', count),
  };
  return tellStory(fresh.random, cast, ask);
}

/** qa4: which place lies on that side? A way through places, each told by the next, that never turns back or meets itself. */
export const whichSide: FactMaker = (fresh, count) => {
  const { random } = fresh;
  const sides = [random.pick(['north', 'south']), random.pick(['east', 'west'])];
  const places = fresh.take('places', count + 1);
  return places.slice(1).map((near, i) => {
    const side = random.pick(sides);
    const far = places[i] ?? '';
    const question: FactQuestion =
      random.below(2) === 0
        ? { question: `What is ${side} of the ${near}?`, answers: [far], needs: [0] }
        : { question: `What is the ${far} ${side} of?`, answers: [near], needs: [0] };
    return { sentences: [`The ${far} is ${side} of the ${near}.`], questions: [question] };
  });
};

const handedOver = ['gave', 'handed', 'passed'] as const;

/** qa5: who gave what to whom? Every thing changes hands once, no pair of people twice in the same direction. */
export const whoGave: FactMaker = (fresh, count) => {
  const { random } = fresh;
  const people = fresh.take('people', Math.max(3, Math.ceil(Math.sqrt(count * 2)) + 1));
  const pairs = people.flatMap((giver) => people.filter((to) => to !== giver).map((to) => ({ giver, to })));
  return fresh.take('things', count).map((thing) => {
    const [pair] = pairs.splice(random.below(pairs.length), 1);
    invariant(pair !== undefined, 'there are more pairs than things');
    const { giver, to } = pair;
    const asked = random.pick([
      { question: `Who gave the ${thing} to ${to}?`, answer: giver },
      { question: `Who did ${giver} give the ${thing} to?`, answer: to },
      { question: `What did ${giver} give to ${to}?`, answer: thing },
    ]);
    return {
      sentences: [`${giver} ${random.pick(handedOver)} the ${thing} to ${to}.`],
      questions: [{ question: asked.question, answers: [asked.answer], needs: [0] }],
    };
  });
};

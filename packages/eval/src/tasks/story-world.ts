// A small world in which people move, take things and put them down, told sentence by sentence.
import { invariant, type Random } from '@longread/core';
import type { FactGroup, FactQuestion } from '../facts.ts';

/** Where a thing came to be, and the sentences that say so together. */
export interface Stay {
  readonly place: string;
  readonly needs: readonly number[];
}

export interface Cast {
  readonly people: readonly string[];
  readonly places: readonly string[];
  readonly things: readonly string[];
}

export const moves: readonly string[] = [
  'went to',
  'walked over to',
  'hurried to',
  'strolled to',
  'returned to',
];
const takes: readonly string[] = ['picked up', 'took', 'grabbed'];
const drops: readonly string[] = ['put down', 'left', 'dropped'];

interface Person {
  readonly name: string;
  /** Where, and the sentence that says so. */
  at: { readonly place: string; readonly sentence: number } | undefined;
  readonly held: Map<Thing, { readonly taken: number }>;
}

interface Thing {
  readonly name: string;
  /** Where it lies, once that is known: nobody takes it elsewhere. */
  lies: string | undefined;
  isHeld: boolean;
  readonly stays: Stay[];
}

/** What is asked about a thing, once it has been where the question needs it. */
type Ask = (of: { thing: string; stays: readonly Stay[] }) => FactQuestion | undefined;

/** Goes on until every thing has a question, and stops there: what is asked is how the story ends. Begins anew when that takes long. */
export function tellStory(random: Random, cast: Cast, ask: Ask): FactGroup {
  for (;;) {
    const story = tryStory(random, cast, ask);
    if (story !== undefined) return story;
  }
}

function tryStory(random: Random, cast: Cast, ask: Ask): FactGroup | undefined {
  const people = cast.people.map((name): Person => ({ name, at: undefined, held: new Map() }));
  const things = cast.things.map((name): Thing => ({ name, lies: undefined, isHeld: false, stays: [] }));
  const sentences: string[] = [];

  const move = (person: Person) => {
    const place = random.pick(cast.places.filter((other) => other !== person.at?.place));
    const sentence = sentences.push(`${person.name} ${random.pick(moves)} the ${place}.`) - 1;
    person.at = { place, sentence };
    for (const [thing, { taken }] of person.held) thing.stays.push({ place, needs: [taken, sentence] });
  };
  const take = (person: Person, thing: Thing) => {
    invariant(person.at !== undefined, 'only who is somewhere takes a thing');
    const taken = sentences.push(`${person.name} ${random.pick(takes)} the ${thing.name} there.`) - 1;
    person.held.set(thing, { taken });
    // Taken where it lay, whoever took it tells as well where that is.
    const { place, sentence } = person.at;
    if (thing.stays.at(-1)?.place === place) thing.stays.pop();
    thing.stays.push({ place, needs: [sentence, taken] });
    thing.isHeld = true;
  };
  const drop = (person: Person, thing: Thing) => {
    invariant(person.at !== undefined, 'only who is somewhere drops a thing');
    const dropped = sentences.push(`${person.name} ${random.pick(drops)} the ${thing.name} there.`) - 1;
    person.held.delete(thing);
    // Where it was carried to is now told by the move and the drop as well; who reads for the place reads these two.
    const { place, sentence } = person.at;
    thing.stays[thing.stays.length - 1] = { place, needs: [sentence, dropped] };
    thing.isHeld = false;
    thing.lies = place;
  };

  const act = () => {
    const person = random.pick(people);
    const { at, held } = person;
    const within = things.filter(({ isHeld, lies }) => !isHeld && (lies === undefined || lies === at?.place));
    const chance = random.next();
    if (at !== undefined && within.length > 0 && chance < 0.5) take(person, random.pick(within));
    else if (held.size > 0 && chance > 0.9) drop(person, random.pick([...held.keys()]));
    else move(person);
  };

  const mostSentences = 12 * (things.length + 1);
  while (sentences.length < mostSentences) {
    act();
    const questions = things.map(({ name, stays }) =>
      stays.length > 0 ? ask({ thing: name, stays }) : undefined,
    );
    if (questions.every((question) => question !== undefined)) return { sentences, questions };
  }
  return undefined;
}

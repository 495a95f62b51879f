// Needles in a haystack (RULER niah, arXiv 2404.06654): a value under a key, asked for by the key. The sentences are ours.
import { invariant } from '@longread/core';
import type { FactGroup, FactMaker } from '../facts.ts';
import type { Fresh } from '../fresh.ts';

/** How a needle is told and asked for. Needles of another wording do not distract from it. */
interface Wording {
  readonly tell: (key: string, value: string) => string;
  readonly ask: (key: string) => string;
}

const singles: readonly Wording[] = [
  {
    tell: (key, value) => `The secret number of the lighthouse at ${key} is ${value}.`,
    ask: (key) => `What is the secret number of the lighthouse at ${key}?`,
  },
  {
    tell: (key, value) => `Anyone can open the locker of the violinist ${key} with the code ${value}.`,
    ask: (key) => `Which code opens the locker of the violinist ${key}?`,
  },
  {
    tell: (key, value) => `The harbour office lists the steamer ${key} under the registration ${value}.`,
    ask: (key) => `Under which registration is the steamer ${key} listed?`,
  },
  {
    tell: (key, value) => `On the collar of a dog called ${key} was stamped ${value}.`,
    ask: (key) => `What was stamped on the collar of the dog called ${key}?`,
  },
  {
    tell: (key, value) => `The patent for the ${key} pump was granted with the reference ${value}.`,
    ask: (key) => `What is the reference of the patent for the ${key} pump?`,
  },
  {
    tell: (key, value) => `A parcel for the ${key} museum could be traced by the label ${value}.`,
    ask: (key) => `By which label could the parcel for the ${key} museum be traced?`,
  },
];

const uuidSingles: readonly Wording[] = [
  {
    tell: (key, value) => `The deed of the ${key} estate is filed under ${value}.`,
    ask: (key) => `Under what is the deed of the ${key} estate filed?`,
  },
  {
    tell: (key, value) => `The satellite ${key} answers only to the signature ${value}.`,
    ask: (key) => `To which signature does the satellite ${key} answer?`,
  },
  {
    tell: (key, value) => `The catalogue gives the shelf mark of the ${key} manuscript as ${value}.`,
    ask: (key) => `What is the shelf mark of the ${key} manuscript?`,
  },
  {
    tell: (key, value) => `Whoever inherits the ${key} bank vault must say ${value} at the door.`,
    ask: (key) => `What must be said at the door of the ${key} bank vault?`,
  },
];

const accounts: Wording = {
  tell: (key, value) => `The account number of the ${key} company is ${value}.`,
  ask: (key) => `What is the account number of the ${key} company?`,
};
const tickets: Wording = {
  tell: (key, value) => `One of the winning tickets of the ${key} lottery has the number ${value}.`,
  ask: (key) => `What are the numbers of all the winning tickets of the ${key} lottery?`,
};
const telephones: Wording = {
  tell: (key, value) => `The telephone number of the hotel in ${key} is ${value}.`,
  ask: (keys) => `What are the telephone numbers of the hotels in ${keys}?`,
};

/** Needles that nothing distracts from, while there are as many wordings as questions. */
function single(wordings: readonly Wording[], value: (fresh: Fresh) => string): FactMaker {
  return (fresh, count) =>
    Array.from({ length: count }, (_, i) => {
      const wording = wordings[i % wordings.length];
      invariant(wording !== undefined, 'there are wordings');
      const [key, answer] = [fresh.name(), value(fresh)];
      return {
        sentences: [wording.tell(key, answer)],
        questions: [{ question: wording.ask(key), answers: [answer], needs: [0] }],
      };
    });
}

const number = (fresh: Fresh): string => fresh.digits(7);

/** RULER niah_single_1 and _2: a word and a number of seven digits; they differ in their haystack. */
export const singleNumbers: FactMaker = single(singles, number);

/** RULER niah_single_3: a word and a UUID. */
export const singleUuids: FactMaker = single(uuidSingles, (fresh) => fresh.uuid());

/** RULER niah_multikey_1: at least four keys of one wording, of which `count` are asked for, one a question. */
export const multikey: FactMaker = (fresh, count) =>
  Array.from({ length: Math.max(4, count) }, (_, i): FactGroup => {
    const [key, answer] = [fresh.name(), number(fresh)];
    const questions = i < count ? [{ question: accounts.ask(key), answers: [answer], needs: [0] }] : [];
    return { sentences: [accounts.tell(key, answer)], questions };
  });

const four = [0, 1, 2, 3];

/** RULER niah_multivalue: one key with four values, all wanted. */
export const multivalue: FactMaker = (fresh, count) =>
  Array.from({ length: count }, () => {
    const key = fresh.name();
    const answers = four.map(() => number(fresh));
    return {
      sentences: answers.map((value) => tickets.tell(key, value)),
      questions: [{ question: tickets.ask(key), answers, needs: four }],
    };
  });

/** RULER niah_multiquery: four keys asked for at once, all four values wanted. */
export const multiquery: FactMaker = (fresh, count) =>
  Array.from({ length: count }, () => {
    const keys = four.map(() => fresh.name());
    const answers = four.map(() => number(fresh));
    const asked = `${keys.slice(0, -1).join(', ')} and ${keys.at(-1) ?? ''}`;
    return {
      sentences: keys.map((key, i) => telephones.tell(key, answers[i] ?? '')),
      questions: [{ question: telephones.ask(asked), answers, needs: four }],
    };
  });

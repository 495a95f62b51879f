// Questions over two sentences that share only a name which the question does not say.
import { invariant } from '@longread/core';
import type { FactMaker } from '../facts.ts';

interface Wording {
  readonly first: (asked: string, bridge: string) => string;
  readonly second: (bridge: string, answer: string) => string;
  readonly ask: (asked: string) => string;
}

const wordings: readonly Wording[] = [
  {
    first: (asked, bridge) =>
      `The ${asked} treaty was signed on behalf of all parties by Countess ${bridge}.`,
    second: (bridge, answer) => `Countess ${bridge} spent her whole life in the town of ${answer}.`,
    ask: (asked) => `In which town did the woman live who signed the ${asked} treaty?`,
  },
  {
    first: (asked, bridge) => `The opera ${asked} was composed by a young man named ${bridge}.`,
    second: (bridge, answer) => `As a child ${bridge} took lessons from a teacher named ${answer}.`,
    ask: (asked) => `Who taught the composer of the opera ${asked} as a child?`,
  },
  {
    first: (asked, bridge) => `The expedition of Professor ${asked} set out in the vessel ${bridge}.`,
    second: (bridge, answer) => `The vessel ${bridge} had been built in the yards of ${answer}.`,
    ask: (asked) => `Where was the vessel built in which the expedition of Professor ${asked} set out?`,
  },
  {
    first: (asked, bridge) => `The factory of the ${asked} family produces nothing but ${bridge} glass.`,
    second: (bridge, answer) => `The recipe of ${bridge} glass was discovered by the chemist ${answer}.`,
    ask: (asked) => `Which chemist discovered the recipe of the glass that the ${asked} family produces?`,
  },
];

/** Two sentences a question, in either order in the text; the answer stands in one, what is asked about in the other. */
export const twoHop: FactMaker = (fresh, count) =>
  Array.from({ length: count }, (_, i) => {
    const wording = wordings[i % wordings.length];
    invariant(wording !== undefined, 'there are wordings');
    const [asked, bridge, answer] = [fresh.name(), fresh.name(), fresh.name()];
    const sentences = [wording.first(asked, bridge), wording.second(bridge, answer)];
    if (fresh.random.below(2) === 1) sentences.reverse();
    return { sentences, questions: [{ question: wording.ask(asked), answers: [answer], needs: [0, 1] }] };
  });

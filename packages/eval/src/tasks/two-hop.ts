// Questions over two sentences that share only a name which the question does not say.
import { invariant } from '@longread/core';
import type { FactMaker } from '../facts.ts';

interface Wording {
  readonly first: (asked: string, bridge: string) => string;
  readonly second: (bridge: string, answer: string) => string;
  readonly ask: (asked: string) => string;
}

/** The sentence with the answer has no word of the question's: only who reads the first knows what to look for. */
const wordings: readonly Wording[] = [
  {
    first: (asked, bridge) => `The ${asked} treaty was signed on behalf of all parties by ${bridge}.`,
    second: (bridge, answer) => `${bridge} was born in ${answer}, and never left it again.`,
    ask: (asked) => `Where did the person live who signed the ${asked} treaty?`,
  },
  {
    first: (asked, bridge) => `The opera ${asked} is the work of ${bridge}.`,
    second: (bridge, answer) => `Every evening old ${answer} made ${bridge} sing scales until it was dark.`,
    ask: (asked) => `Who was the teacher of the composer of the opera ${asked}?`,
  },
  {
    first: (asked, bridge) => `The expedition of Professor ${asked} set out aboard the ${bridge}.`,
    second: (bridge, answer) => `It took four years to build the ${bridge} in the yards at ${answer}.`,
    ask: (asked) => `Where does the ship come from that carried the expedition of Professor ${asked}?`,
  },
  {
    first: (asked, bridge) => `The ${asked} family owes its fortune to a dye called ${bridge}.`,
    second: (bridge, answer) => `It was ${answer} who spilled two jars one night, and so invented ${bridge}.`,
    ask: (asked) => `Whose discovery made the ${asked} family rich?`,
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

// The strategy full: the whole document in the prompt.
import { scoresByChunk } from '@longread/planner';
import { decodePhase, promptPlan, recomputed } from './recomputed.ts';
import type { Strategy } from './strategy.ts';

/** The model as it is: everything, inside the window; a longer document is refused. Reading does not need the question. */
export const full: Strategy = {
  choosesPassages: true,
  check: (question, documentTokens) => void promptPlan(question, documentTokens),
  mostTokens: (asked) => asked.document.source.numTokens,
  plan: (asked) => [decodePhase(asked, asked.document.source.numTokens)],
  prepare: (asked) => {
    const { numTokens } = asked.document.source;
    const positions = Uint32Array.from({ length: numTokens }, (_, i) => i);
    return recomputed(asked, () => Promise.resolve({ positions, scores: scoresByChunk(numTokens) }));
  },
};

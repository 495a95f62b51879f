// The strategy truncate: the two ends of a document.
import { planEnds, scoresByChunk } from '@longread/planner';
import { decodePhase, gatherSettings, mostGathered, recomputed } from './recomputed.ts';
import type { Strategy } from './strategy.ts';

/**
 * The first and the last half of `gatherSize` tokens, recomputed: what is done where nothing else is (the long-context benchmarks'
 * baseline, as in arXiv 2402.13718). Reading does not need the question.
 */
export const truncate: Strategy = {
  choosesPassages: true,
  check: (question) => void gatherSettings(question),
  mostTokens: mostGathered,
  plan: (asked) => [decodePhase(asked, mostGathered(asked))],
  prepare: (asked) => {
    const { numTokens } = asked.document.source;
    const positions = planEnds(numTokens, gatherSettings(asked).gatherSize);
    return recomputed(asked, () => Promise.resolve({ positions, scores: scoresByChunk(numTokens) }));
  },
};

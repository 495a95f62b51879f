// Evidence: the gathered tokens as passages of the source, best first. Text comes from the tokens: they hold every byte of it.
import type { Tokenizer } from '@longread/formats';
import { passagesByScore, passagesOf } from '@longread/planner';
import type { Evidence } from '../api.ts';

/** Longest passage shown as one; longer runs are cut, so that each piece has a score of its own. */
const maxPassageTokens = 128;

/** Tokens between two gathered ones that are shown with them: ties at the cut of the gather size leave holes of a word or two. */
const maxGap = 4;

export interface EvidenceSource {
  readonly ids: Uint32Array;
  readonly charEnds: Uint32Array;
}

/** @param scores one a token of the document. */
export function evidenceOf(
  tokenizer: Tokenizer,
  { ids, charEnds }: EvidenceSource,
  positions: Uint32Array,
  scores: Float32Array,
): Evidence[] {
  return passagesByScore(passagesOf(positions, scores, maxGap, maxPassageTokens)).map(
    ({ firstToken, lastToken, score }) => {
      const decoder = tokenizer.createDecoder();
      let text = '';
      for (const id of ids.subarray(firstToken, lastToken + 1)) text += decoder.push(id);
      text += decoder.end();
      const start = firstToken === 0 ? 0 : (charEnds[firstToken - 1] ?? 0);
      return { start, end: charEnds[lastToken] ?? start, score, text };
    },
  );
}

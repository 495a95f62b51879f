// How the strategy fold cuts a document: stretches that fit the window beside the notes on those before, old and new.
import { LimitExceededError } from '@longread/core';
import { planChunks, type ChunkPlan } from './chunks.ts';

export interface FoldParts {
  readonly numTokens: number;
  /** Longest stretch that is wanted. */
  readonly gatherSize: number;
  readonly contextLength: number;
  /** Tokens that a step needs besides: template, question and instruction, the notes at their longest, twice. */
  readonly besides: number;
}

/**
 * As few stretches as there can be, of about the same length.
 *
 * @throws LimitExceededError when not a token of the document fits.
 */
export function planFold({ numTokens, gatherSize, contextLength, besides }: FoldParts): readonly ChunkPlan[] {
  const room = Math.min(gatherSize, contextLength - besides);
  if (room < 1) {
    throw new LimitExceededError(
      `Question and notes need ${besides} tokens and fill the window of ${contextLength}: nothing is left for the document. Shorten the question, or use another strategy.`,
      { need: besides, limit: contextLength },
    );
  }
  if (numTokens === 0) return [];
  return planChunks(numTokens, Math.ceil(numTokens / Math.ceil(numTokens / room)));
}

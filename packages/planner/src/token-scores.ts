// The scores of a document's tokens, as what is planned from them reads them: of a long document only the best are known one by one.
import type { TokenSpan } from './spans.ts';
import { checkScores } from './scores.ts';

export interface TokenScores {
  /** Tokens of the document. */
  readonly length: number;
  /** The score of a token; outside of what is `known`, the highest of it and its neighbours. None is NaN. */
  at(token: number): number;
  /** Stretches whose tokens' own scores are known, rising: the best of all are in them. */
  known(): readonly TokenSpan[];
}

/** Scores that are all known. `[numTokens]`, none NaN. */
export function allScores(scores: Float32Array): TokenScores {
  checkScores(scores);
  return {
    length: scores.length,
    at: (token) => scores[token] ?? NaN,
    known: () => [{ start: 0, end: scores.length }],
  };
}

/** Of what chooses by something else: one score for each `chunkTokens` tokens, 0 for all without them. */
export function scoresByChunk(
  numTokens: number,
  chunkTokens = numTokens,
  scores: Float32Array = new Float32Array(1),
): TokenScores {
  return {
    length: numTokens,
    at: (token) => scores[Math.floor(token / chunkTokens)] ?? NaN,
    known: () => [],
  };
}

/** Of a stretch. `[end - start]` */
export function scoresIn(scores: TokenScores, { start, end }: TokenSpan): Float32Array<ArrayBuffer> {
  const within = new Float32Array(end - start);
  for (let token = start; token < end; token++) within[token - start] = scores.at(token);
  return within;
}

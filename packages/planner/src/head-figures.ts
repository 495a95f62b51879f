// What a head finds of a question's evidence: from its scores of a sample's tokens to figures that compare it with others.
import { invariant, type GatherSettings } from '@longread/core';
import { bestWindows, planGather, planWholeWindows } from './gather.ts';
import type { TokenSpan } from './spans.ts';
import { allScores } from './token-scores.ts';
import { meanNormalisedRank } from './mean-normalised-rank.ts';

/** Of one question. */
export interface HeadFigures {
  /** Share of the evidence's tokens that are gathered. */
  readonly recall: number;
  /** 1 where at least 0.9 of each of its sentences is, else 0. */
  readonly all: number;
  /** Mean Normalised Rank of the evidence's tokens (arXiv 2506.01215): 0 is best, 0.5 chance. */
  readonly rank: number;
}

/** A sentence counts as gathered from this share of its tokens on. */
const enough = 0.9;

/**
 * Takes whole windows as gather does for late interaction, but for their sentences.
 *
 * @param scores `[numTokens]` of the windows around each token.
 * @param evidence its sentences: at least one, none overlapping.
 */
export function headFigures(
  scores: Float32Array,
  evidence: readonly TokenSpan[],
  settings: Pick<GatherSettings, 'gatherSize' | 'keepEnds' | 'smoothWindow'>,
): HeadFigures {
  const windows = bestWindows(allScores(scores), settings, settings.gatherSize);
  return figuresOf(scores, evidence, planWholeWindows(windows, scores.length, settings));
}

/**
 * What a hop finds of the rest of a question's evidence whose query is one sentence of it: takes the best tokens as gather does for
 * `standardised`, but for that sentence, which would find itself.
 *
 * @param scores `[numTokens]`, raw.
 * @param given the sentence that queries.
 * @param rest the others: at least one, none overlapping.
 */
export function followingFigures(
  scores: Float32Array,
  given: TokenSpan,
  rest: readonly TokenSpan[],
  settings: Pick<GatherSettings, 'gatherSize' | 'keepEnds' | 'smoothWindow'>,
): HeadFigures {
  const others = scores.slice();
  const lowest = others.reduce((least, score) => Math.min(least, score), Infinity);
  others.fill(lowest, given.start, given.end);
  return figuresOf(others, rest, planGather(allScores(others), settings));
}

function figuresOf(
  scores: Float32Array,
  evidence: readonly TokenSpan[],
  positions: Iterable<number>,
): HeadFigures {
  invariant(evidence.length > 0, 'a question without evidence says nothing of a head');
  const gathered = new Set(positions);
  const tokens = evidence.map(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));
  const found = tokens.map((sentence) => sentence.filter((token) => gathered.has(token)).length);
  const total = tokens.flat().length;
  return {
    recall: found.reduce((sum, count) => sum + count, 0) / total,
    all: found.every((count, i) => count >= enough * (tokens[i]?.length ?? 0)) ? 1 : 0,
    rank: meanNormalisedRank(scores, tokens.flat()),
  };
}

/**
 * Tokens that hold a stretch of the text: those of which any character lies in it.
 *
 * @param charEnds end of each token in code units.
 */
export function tokensOf(charEnds: Uint32Array, { start, end }: TokenSpan): TokenSpan {
  const first = charEnds.findIndex((charEnd) => charEnd > start);
  const last = charEnds.findIndex((charEnd) => charEnd >= end);
  invariant(first !== -1, `character ${start} lies behind the last token`);
  return { start: first, end: last === -1 ? charEnds.length : last + 1 };
}

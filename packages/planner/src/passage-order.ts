// In which order the gathered text stands in the prompt. Small models look first at what is nearest to the question.
import { gatheredRuns } from './passages.ts';
import type { TokenSpan } from './spans.ts';
import { highestScore } from './scores.ts';
import { scoresIn, type TokenScores } from './token-scores.ts';

export interface PassageOrder {
  /** All that was gathered, in the prompt's order. */
  readonly spans: readonly TokenSpan[];
  /** Whether each is a paragraph of its own. */
  readonly isDivided: boolean;
}

/**
 * The runs of gathered tokens by the best score in each, the best one last; of equals the later in the text is later. More runs than
 * `mostDivided` stand in the order of the text, as scraps are no paragraphs.
 *
 * @param positions strictly increasing.
 */
export function bestLast(positions: Uint32Array, scores: TokenScores, mostDivided: number): PassageOrder {
  const runs = gatheredRuns(positions, 0);
  if (runs.length > mostDivided) return { spans: runs, isDivided: false };
  const best = new Map(runs.map((run) => [run, highestScore(scoresIn(scores, run))]));
  const scoreOf = (run: TokenSpan): number => best.get(run) ?? 0;
  return { spans: runs.toSorted((a, b) => scoreOf(a) - scoreOf(b) || a.start - b.start), isDivided: true };
}

// Evidence: of the gathered tokens the best sentences, merged into passages that a reader can be shown.
import type { TokenSpan } from './spans.ts';
import type { TokenScores } from './token-scores.ts';

export interface Passage {
  readonly firstToken: number;
  /** Inclusive. */
  readonly lastToken: number;
  /** Best pooled score of the passage's gathered tokens. */
  readonly score: number;
}

export interface PassageLimits {
  /** Tokens of all passages together; the best sentence is shown whatever it has. */
  readonly maxTokens: number;
  /** Tokens between two sentences that are shown with them: what stands apart by less than a sentence reads as one passage. */
  readonly maxGap: number;
}

/**
 * Runs of gathered positions: two neighbours join when at most `maxGap` tokens between them were not gathered.
 *
 * @param positions strictly increasing.
 */
export function gatheredRuns(positions: Uint32Array, maxGap: number): TokenSpan[] {
  const runs: { start: number; end: number }[] = [];
  for (const position of positions) {
    const current = runs.at(-1);
    if (current !== undefined && position - current.end <= maxGap) current.end = position + 1;
    else runs.push({ start: position, end: position + 1 });
  }
  return runs;
}

/**
 * The sentences of some text, each cut into pieces of at most `maxTokens`.
 *
 * @param seen the text, in tokens.
 * @param starts tokens with which sentences begin, rising; those outside of `seen` are passed over.
 */
export function sentencePieces(seen: TokenSpan, starts: readonly number[], maxTokens: number): TokenSpan[] {
  const bounds = [seen.start, ...starts.filter((at) => at > seen.start && at < seen.end), seen.end];
  return bounds.slice(1).flatMap((end, i) => {
    const start = bounds[i] ?? end;
    return Array.from({ length: Math.ceil((end - start) / maxTokens) }, (_, piece) => ({
      start: start + piece * maxTokens,
      end: Math.min(end, start + (piece + 1) * maxTokens),
    }));
  });
}

/**
 * The best sentences that hold gathered tokens, as many as `maxTokens` has room for: best score first, of equals the earlier one. What
 * touches or nearly touches is one passage, as long as the gaps have room, too.
 *
 * @param sentences rising, none overlapping, none empty.
 * @param positions strictly increasing.
 * @param scores pooled.
 * @returns in document order.
 */
export function bestPassages(
  sentences: readonly TokenSpan[],
  positions: Uint32Array,
  scores: TokenScores,
  { maxTokens, maxGap }: PassageLimits,
): Passage[] {
  let at = 0;
  const scored = sentences.flatMap(({ start, end }) => {
    while ((positions[at] ?? Infinity) < start) at++;
    let score = -Infinity;
    for (; (positions[at] ?? Infinity) < end; at++) score = Math.max(score, scores.at(positions[at] ?? 0));
    return score > -Infinity ? [{ start, end, score }] : [];
  });
  let room = maxTokens;
  const chosen: typeof scored = [];
  for (const sentence of scored.toSorted((a, b) => b.score - a.score || a.start - b.start)) {
    const length = sentence.end - sentence.start;
    if (length > room && chosen.length > 0) break;
    room -= length;
    chosen.push(sentence);
  }
  const passages: { firstToken: number; lastToken: number; score: number }[] = [];
  for (const { start, end, score } of chosen.toSorted((a, b) => a.start - b.start)) {
    const before = passages.at(-1);
    const gap = before === undefined ? Infinity : start - before.lastToken - 1;
    if (before !== undefined && gap <= Math.min(maxGap, Math.max(0, room))) {
      room -= gap;
      before.lastToken = end - 1;
      before.score = Math.max(before.score, score);
    } else {
      passages.push({ firstToken: start, lastToken: end - 1, score });
    }
  }
  return passages;
}

/** The passages, best score first, equal scores in document order. */
export function passagesByScore(passages: readonly Passage[]): Passage[] {
  return passages.toSorted((a, b) => b.score - a.score || a.firstToken - b.firstToken);
}

// Evidence: gathered tokens merged into passages that a reader can be shown.

export interface Passage {
  readonly firstToken: number;
  /** Inclusive. */
  readonly lastToken: number;
  /** Best pooled score of the passage's gathered tokens. */
  readonly score: number;
}

/**
 * Merges gathered positions into passages, in document order: two neighbours join when at most `maxGap` tokens between them were not
 * gathered (0 joins adjacent tokens only) and no cut parts them. Every position is in exactly one passage.
 *
 * @param positions strictly increasing.
 * @param scores `[numTokens]` pooled scores of the whole document.
 * @param cuts tokens that begin a passage of their own, rising.
 */
export function passagesOf(
  positions: Uint32Array,
  scores: Float32Array,
  maxGap: number,
  cuts: readonly number[] = [],
): Passage[] {
  const passages: Passage[] = [];
  let current: { firstToken: number; lastToken: number; score: number } | undefined;
  let nextCut = 0;
  for (const position of positions) {
    const score = scores[position] ?? NaN;
    const before = nextCut;
    while ((cuts[nextCut] ?? Infinity) <= position) nextCut++;
    if (current !== undefined && nextCut === before && position - current.lastToken - 1 <= maxGap) {
      current.lastToken = position;
      current.score = Math.max(current.score, score);
    } else {
      current = { firstToken: position, lastToken: position, score };
      passages.push(current);
    }
  }
  return passages;
}

/**
 * Where a passage is cut into pieces of at most `maxTokens`: before the last sentence that would be too much, and inside one that is
 * too long by itself.
 *
 * @param starts tokens with which sentences begin, rising.
 * @returns first tokens of all pieces but the first, rising.
 */
export function passageCuts(
  { firstToken, lastToken }: Pick<Passage, 'firstToken' | 'lastToken'>,
  starts: readonly number[],
  maxTokens: number,
): number[] {
  const cuts: number[] = [];
  for (let first = firstToken; lastToken - first >= maxTokens;) {
    const end = first + maxTokens;
    first = starts.findLast((start) => start > first && start <= end) ?? end;
    cuts.push(first);
  }
  return cuts;
}

/** The passages, best score first, equal scores in document order. */
export function passagesByScore(passages: readonly Passage[]): Passage[] {
  return passages.toSorted((a, b) => b.score - a.score || a.firstToken - b.firstToken);
}

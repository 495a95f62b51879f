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
 * gathered (0 joins adjacent tokens only). Every position is in exactly one passage.
 *
 * @param positions strictly increasing.
 * @param scores `[numTokens]` pooled scores of the whole document.
 * @param maxTokens longest passage, gaps included; longer runs are cut.
 */
export function passagesOf(
  positions: Uint32Array,
  scores: Float32Array,
  maxGap: number,
  maxTokens = Infinity,
): Passage[] {
  const passages: Passage[] = [];
  let current: { firstToken: number; lastToken: number; score: number } | undefined;
  for (const position of positions) {
    const score = scores[position] ?? NaN;
    const joins =
      current !== undefined &&
      position - current.lastToken - 1 <= maxGap &&
      position - current.firstToken < maxTokens;
    if (current !== undefined && joins) {
      current.lastToken = position;
      current.score = Math.max(current.score, score);
    } else {
      current = { firstToken: position, lastToken: position, score };
      passages.push(current);
    }
  }
  return passages;
}

/** The passages, best score first, equal scores in document order. */
export function passagesByScore(passages: readonly Passage[]): Passage[] {
  return passages.toSorted((a, b) => b.score - a.score || a.firstToken - b.firstToken);
}

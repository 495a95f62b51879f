// YaRN, arXiv 2309.00071: a window is widened by turning slow pairs slower, and heads grow to make up for it.

export interface YarnSettings {
  /** How much longer the window becomes. */
  readonly factor: number;
  /** Tokens of the window of training. */
  readonly trained: number;
  readonly betaFast: number;
  readonly betaSlow: number;
}

/**
 * `[rotaryDim / 2]`: pairs that turn more than `betaFast` times within the window of training keep their frequency, those that turn less
 * than `betaSlow` times have it divided by the factor, and between them it is mixed.
 */
export function yarnDivisors(rotaryDim: number, theta: number, yarn: YarnSettings): readonly number[] {
  const { factor, trained, betaFast, betaSlow } = yarn;
  const pairTurning = (turns: number) =>
    (rotaryDim * Math.log(trained / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const first = Math.max(0, Math.floor(pairTurning(betaFast)));
  const last = Math.min(rotaryDim - 1, Math.ceil(pairTurning(betaSlow)));
  return Array.from({ length: rotaryDim / 2 }, (_, pair) => {
    const divided = Math.min(1, Math.max(0, (pair - first) / Math.max(1e-3, last - first)));
    return 1 / (divided / factor + 1 - divided);
  });
}

/** What queries and keys grow by, each, with what the logarithm is multiplied by. */
export function yarnGrowth(factor: number, by = 1): number {
  return factor <= 1 ? 1 : 1 + 0.1 * by * Math.log(factor);
}

// In which order models are offered for a device.

/** What is known of a model on a device. */
export interface ModelOnDevice {
  /** Of the model. */
  readonly parameters: number;
  /** GPU memory. */
  readonly gpuBytes: number;
  readonly fits: boolean;
  /** Tokens that it reads in a second at most; undefined where nothing was measured. */
  readonly readTokensPerSecond?: number | undefined;
}

/** A book, and how long one waits for it: models that take longer come behind those that do not. */
const bookTokens = 100_000;
const patienceSeconds = 1800;

/**
 * Those that fit come first. Of these the ones that read a book within half an hour, most parameters first, as more of them write better;
 * behind them the slower ones, fewest first. Where no speed is known all count as quick enough, but on a device that computes on the
 * processor, where none does. Last those that do not fit, least memory first: what has to be freed for them is the least.
 */
export function orderModels<M extends ModelOnDevice>(
  models: readonly M[],
  computesOnProcessor: boolean,
): readonly M[] {
  const isQuick = ({ readTokensPerSecond }: M): boolean =>
    readTokensPerSecond === undefined
      ? !computesOnProcessor
      : readTokensPerSecond * patienceSeconds >= bookTokens;
  const rank = (model: M): readonly [number, number] => {
    if (!model.fits) return [2, model.gpuBytes];
    return isQuick(model) ? [0, -model.parameters] : [1, model.parameters];
  };
  return models.toSorted((a, b) => {
    const [[groupA, placeA], [groupB, placeB]] = [rank(a), rank(b)];
    return groupA - groupB || placeA - placeB;
  });
}

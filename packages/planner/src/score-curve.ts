// Where in a text the scores of a question lie, in few enough bytes to travel with each answer and to be kept with it.

/** Of a text from its beginning to its end: how high its best tokens score, stretch by stretch, all of one length. */
export interface ScoreCurve {
  /** The score that a level of 0 stands for, in the units of the scoring in use, and the one that 255 stands for. */
  readonly lowest: number;
  readonly highest: number;
  /** One a stretch, at most 256: whole numbers from 0 to 255. */
  readonly levels: readonly number[];
}

const maxStretches = 256;
const topLevel = 255;

/** A curve whose tokens come one stretch behind the other. */
export interface ScoreCurveMaker {
  /**
   * The next tokens.
   * @param scores one a token; what is not finite is none.
   * @param charEnds where each token ends in the text, in UTF-16 code units, not falling.
   */
  add(scores: Float32Array, charEnds: Uint32Array): void;
  /** Undefined where all is as high: nothing was scored, or there is one stretch. */
  end(): ScoreCurve | undefined;
}

/**
 * The highest score in each stretch of a text. A token counts in every stretch that it has characters of, one that has none of its
 * own (a piece of a character) where it stands; a stretch without a score is as low as the lowest.
 *
 * @param numChars of the text: as many stretches where these are fewer.
 */
export function createScoreCurve(numChars: number): ScoreCurveMaker {
  const best = new Array<number>(Math.min(maxStretches, numChars)).fill(-Infinity);
  const stretchOf = (char: number) => Math.floor((Math.min(char, numChars - 1) * best.length) / numChars);
  let start = 0;
  const add = (scores: Float32Array, charEnds: Uint32Array) => {
    for (let token = 0; token < scores.length; token++) {
      const score = scores[token] ?? NaN;
      const end = charEnds[token] ?? start;
      const last = stretchOf(Math.max(start, end - 1));
      if (Number.isFinite(score))
        for (let at = stretchOf(start); at <= last; at++) best[at] = Math.max(best[at] ?? 0, score);
      start = end;
    }
  };
  return { add, end: () => curveOf(best) };
}

function curveOf(best: readonly number[]): ScoreCurve | undefined {
  const scored = best.filter(Number.isFinite);
  const [lowest, highest] = [Math.min(...scored), Math.max(...scored)];
  if (!(lowest < highest)) return undefined;
  const levelOf = (score: number) => Math.round((topLevel * (score - lowest)) / (highest - lowest));
  return { lowest, highest, levels: best.map((score) => Math.max(0, levelOf(score))) };
}

// Where in a whole text an answer was read from: the scores, what was gathered, near places as one, and the passages. Pure.
import type { ScoreCurve } from 'longread';
import type { NumberedPassage } from '../passages.ts';

/** A stretch of the text, as shares of it. */
export interface Mark {
  /** 0 to 1. */
  readonly start: number;
  readonly end: number;
  /** How strongly it is drawn, above 0 to 1: of a place how much of it was gathered, of a passage its score beside the best. */
  readonly strength: number;
}

export interface PassageMark extends Mark {
  readonly number: number;
}

type Range = Readonly<Record<'start' | 'end', number>>;

/** Of the text: what is nearer is drawn as one. */
const nearest = 1 / 250;
/** What was gathered, or scored, least is still seen. */
const faintest = 0.5;

/** @param gathered in UTF-16 code units, rising */
export function placesOf(gathered: readonly Range[], numChars: number): readonly Mark[] {
  if (numChars <= 0) return [];
  const places: { start: number; end: number; chars: number }[] = [];
  for (const { start, end } of gathered) {
    if (!(start >= 0 && start < end && start < numChars)) continue; // kept by another version
    const last = places.at(-1);
    if (last && start - last.end <= nearest * numChars) {
      last.end = Math.max(last.end, end);
      last.chars += end - start;
    } else places.push({ start, end, chars: end - start });
  }
  return places.map(({ start, end, chars }) => ({
    start: start / numChars,
    end: Math.min(1, end / numChars),
    strength: faintest + (1 - faintest) * Math.min(1, chars / Math.max(end - start, nearest * numChars)),
  }));
}

/** In the order of their numbers. */
export function passageMarks(passages: readonly NumberedPassage[], numChars: number): readonly PassageMark[] {
  if (numChars <= 0) return [];
  const best = Math.max(...passages.map(({ score }) => score), 0);
  return passages.map(({ number, start, end, score }) => ({
    number,
    start: Math.min(1, start / numChars),
    end: Math.min(1, end / numChars),
    strength: best <= 0 ? 1 : Math.min(1, Math.max(faintest, score / best)),
  }));
}

/**
 * The area under a curve of scores that stands on the left edge, as an SVG path: a step for each stretch, as far down as it is in the
 * text and as far to the right as it scores.
 */
export function curvePath(
  { levels }: Pick<ScoreCurve, 'levels'>,
  { width, height }: Readonly<Record<'width' | 'height', number>>,
): string {
  const steps = levels.map((level, at) => {
    const across = Math.min(1, Math.max(0, level / 255)) || 0; // kept by another version
    return `H${short(across * width)}V${short(((at + 1) * height) / levels.length)}`;
  });
  return `M0 0${steps.join('')}H0Z`;
}

const short = (length: number): number => Math.round(length * 100) / 100;

/** Where in the text the highest score is, 0 to 1: the middle of its stretch. */
export function highestPlace({ levels }: Pick<ScoreCurve, 'levels'>): number {
  return (levels.indexOf(Math.max(...levels)) + 0.5) / levels.length;
}

/** The nearest mark behind a place of the text (0 to 1), or before it; undefined where there is none. */
export function nextMark(marks: readonly Mark[], from: number, step: 1 | -1): Mark | undefined {
  const slack = 1e-9; // of the mark that the place is the begin of
  return step === 1
    ? marks.filter(({ start }) => start > from + slack).sort((a, b) => a.start - b.start)[0]
    : marks.filter(({ start }) => start < from - slack).sort((a, b) => b.start - a.start)[0];
}

// Windows moved to whole sentences: a reader, and a model, makes little of half of one.
import type { Window } from './gather.ts';
import type { TokenSpan } from './spans.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** Characters of a line that text is wrapped to. */
const [minWrapped, maxWrapped] = [30, 100];

/**
 * Characters at which a sentence of `text` begins, rising; never the first, of which the text cannot tell. Sentences are those of
 * `Intl.Segmenter`, which takes every line's end for one: here a line that was only wrapped goes on.
 */
export function sentenceStarts(text: string): number[] {
  const starts = [...segmenter.segment(unwrap(text))].map(({ index }) => index);
  return starts.filter((start) => start > 0);
}

/** Blanks for the line ends of text that was wrapped to a width: those of lines that the next word would not have fitted into. */
function unwrap(text: string): string {
  const lines = text.split('\n');
  const width = Math.max(...lines.map(({ length }) => length));
  return lines
    .map((line, i) => {
      const next = lines[i + 1];
      if (next === undefined) return line;
      const word = next.search(/\s|$/);
      const isWrapped =
        word > 0 && line.length >= minWrapped && line.length <= maxWrapped && line.length + 1 + word > width;
      return isWrapped ? line.replace(/\r?$/, (end) => (end === '' ? ' ' : '  ')) : `${line}\n`;
    })
    .join('');
}

/**
 * The sentences of which at least half lies in the window, and the one that its centre is in. Where such a sentence begins before or
 * ends behind what was looked at, the window's own edge stays.
 *
 * @param seen the tokens in which sentences were looked for, the window among them.
 * @param starts tokens with which sentences begin, rising, in `seen`; `seen.end` among them where one ends there.
 */
export function wholeSentences(window: Window, seen: TokenSpan, starts: readonly number[]): Window {
  const bounds = [...new Set([seen.start, ...starts, seen.end])];
  const chosen = bounds.slice(1).flatMap((end, i) => {
    const start = bounds[i] ?? seen.start;
    const inside = Math.min(end, window.end) - Math.max(start, window.start);
    const isCentre = start <= window.centre && window.centre < end;
    return isCentre || 2 * inside >= end - start ? [{ start, end }] : [];
  });
  const first = chosen[0]?.start;
  const last = chosen.at(-1)?.end;
  return {
    centre: window.centre,
    start: first !== undefined && starts.includes(first) ? first : window.start,
    end: last !== undefined && starts.includes(last) ? last : window.end,
  };
}

/** The sentence that a window's centre is in; where it is not seen whole, the window's own edge stays. As for {@link wholeSentences}. */
export function sentenceOf(window: Window, seen: TokenSpan, starts: readonly number[]): Window {
  const { centre } = window;
  const start = starts.findLast((at) => at <= centre) ?? Math.max(seen.start, window.start);
  const end = starts.find((at) => at > centre) ?? Math.min(seen.end, window.end);
  return { centre, start, end };
}

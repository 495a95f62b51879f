// Places in a text between two user-perceived characters (Unicode UAX 29): where a passage may begin and end.

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** A stretch of a text in UTF-16 code units, end exclusive. */
export interface CharRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The smallest stretch around `range` that parts no user-perceived character (a letter with its marks, an emoji sequence, CR LF). An
 * empty range becomes the character that stands there or, at the text's end, its last.
 */
export function wholeGraphemes(text: string, { start, end }: CharRange): CharRange {
  const segments = segmenter.segment(text);
  const first = segments.containing(start < text.length ? start : text.length - 1);
  if (first === undefined) return { start: 0, end: 0 };
  if (end <= start || start >= text.length)
    return { start: first.index, end: first.index + first.segment.length };
  const last = segments.containing(end);
  const isBetween = last === undefined || last.index === end;
  return { start: first.index, end: isBetween ? end : last.index + last.segment.length };
}

/** Two characters in a row that no rule joins, whatever stands around them: then what follows is cut as in the whole text. */
const parted = /[\t\n -~\p{sc=Han}][\t\n -~\p{sc=Han}]/u;

/** Whether `text`, a stretch of a longer one, is certainly cut like it from some place at or before `start` on. */
export function isAnchored(text: string, start: number): boolean {
  return parted.test(text.slice(0, start));
}

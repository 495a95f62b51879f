// Plain text as paragraphs: where each begins and ends, and whether its line ends are the author's or a typesetter's. Pure.

export interface Paragraph {
  /** In UTF-16 code units of the text, end exclusive; no line end at either end. */
  readonly start: number;
  readonly end: number;
  /** Lines stay as they are (verse, tables, code); those of prose that was wrapped at a width run on. */
  readonly keepsLines: boolean;
}

/** Lines longer than this are no lines of a typesetter: each is a paragraph of its own. */
const longLine = 120;

/** Blank lines part paragraphs. */
export function paragraphsOf(text: string): readonly Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let lines: Line[] = [];
  const close = (): void => {
    paragraphs.push(...joined(lines));
    lines = [];
  };
  for (const line of linesOf(text)) {
    if (text.slice(line.start, line.end).trim() === '') close();
    else lines.push(line);
  }
  close();
  return paragraphs;
}

/** A place to part a text at or before its end, so that what is before it is whole: a blank line, a line end, a sentence, a word. */
export function lastBoundary(text: string): number {
  const blank = /^[\s\S]*\n[^\S\n]*\n/.exec(text);
  if (blank) return blank[0].length;
  const line = text.lastIndexOf('\n') + 1;
  if (line > 0) return line;
  const sentence = /^[\s\S]*[.!?。！？]["”’)]*\s/.exec(text);
  if (sentence) return sentence[0].length;
  const word = text.lastIndexOf(' ') + 1;
  if (word > 0) return word;
  const isHalf = /[\uD800-\uDBFF]$/.test(text);
  return text.length - (isHalf ? 1 : 0);
}

interface Line {
  readonly start: number;
  readonly end: number;
}

function* linesOf(text: string): Generator<Line> {
  let start = 0;
  for (const { 0: lineEnd, index } of text.matchAll(/\r\n|\n|\r/g)) {
    yield { start, end: index };
    start = index + lineEnd.length;
  }
  yield { start, end: text.length };
}

function joined(lines: readonly Line[]): readonly Paragraph[] {
  const [first, last] = [lines[0], lines.at(-1)];
  if (!first || !last) return [];
  const lengths = lines.map(({ start, end }) => end - start);
  const longest = Math.max(...lengths);
  if (longest > longLine) return lines.map((line) => ({ ...line, keepsLines: false }));
  // What was wrapped at a width has lines of about that width, but for its last.
  const isWrapped = lengths.slice(0, -1).every((length) => length > 40 && length > 0.7 * longest);
  return [{ start: first.start, end: last.end, keepsLines: lines.length > 1 && !isWrapped }];
}

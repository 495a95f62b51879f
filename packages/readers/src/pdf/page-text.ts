// The lines of a page as paragraphs: what a line's end parted is joined again.

/** A line as pdf.js gives it, in its reading order. */
export interface PageLine {
  readonly text: string;
  /** Where it begins and ends from the left, and its baseline from below, in the page's units. */
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  /** Of its largest letters. */
  readonly height: number;
}

/** Distance between lines above which they are of two paragraphs, as a multiple of the page's usual one. */
const paragraphGap = 1.35;
/** Ratio of heights from which one of two lines is a heading. */
const headingRatio = 1.15;
/** An indent of a first line, as a multiple of its height. */
const indent = 0.7;

/** Paragraphs with an empty line between them. @param numbers texts by which a first or last line is the page's number and no text. */
export function pageText(given: readonly PageLine[], numbers: readonly string[] = []): string {
  const lines = withoutNumber(given, numbers);
  const gap = usualGap(lines);
  let text = '';
  let previous: PageLine | undefined;
  for (const [i, line] of lines.entries()) {
    if (previous === undefined) text = line.text;
    else if (isNewParagraph(previous, line, lines[i + 1], gap))
      text = `${text.replace(/\u00ad$/, '')}\n\n${line.text}`;
    else text = joinLines(text, line.text);
    previous = line;
  }
  return text.replace(/\u00ad/g, '');
}

/** Two lines of one paragraph: a word that a hyphen parted is whole again, and nothing comes between signs that have no spaces. */
export function joinLines(a: string, b: string): string {
  if (a.endsWith('\u00ad')) return a.slice(0, -1) + b;
  if (/\p{Ll}[-\u2010]$/u.test(a) && /^\p{Ll}/u.test(b)) return a.slice(0, -1) + b;
  const isTight =
    /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}。、，！？；：」』）]$/u.test(a) &&
    /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}「『（]/u.test(b);
  return isTight || a.endsWith('-') ? a + b : `${a} ${b}`;
}

function isNewParagraph(
  before: PageLine,
  line: PageLine,
  next: PageLine | undefined,
  usual: number,
): boolean {
  const [small, large] = [before.height, line.height].sort((a, b) => a - b) as [number, number];
  if (small > 0 && large / small > headingRatio) return true;
  const gap = before.bottom - line.bottom;
  if (gap < 0) return !goesOn(before.text, line.text); // the next column
  // Where every line is a paragraph, the usual distance is theirs.
  if (usual > 0 && gap > paragraphGap * Math.min(usual, 2 * large)) return true;
  const isIndented = line.left - before.left > indent * line.height;
  // A line further right than the ones around it begins a paragraph; one that stays there is of a list or a quotation.
  return isIndented && next !== undefined && line.left - next.left > indent * line.height;
}

/** Whether a text breaks off, and another goes on with it, as over the end of a column or a page. */
export function goesOn(a: string, b: string): boolean {
  return !/[.!?。！？…:”"’)»]$/.test(a.trimEnd()) && /^\p{Ll}/u.test(b);
}

/** The median distance between lines that follow each other downwards. */
function usualGap(lines: readonly PageLine[]): number {
  const gaps = lines
    .map(({ bottom }, i) => (lines[i - 1]?.bottom ?? bottom) - bottom)
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b);
  return gaps[Math.floor((gaps.length - 1) / 2)] ?? 0;
}

function withoutNumber(lines: readonly PageLine[], numbers: readonly string[]): readonly PageLine[] {
  const isNumber = (line: PageLine | undefined) =>
    line !== undefined && numbers.includes(line.text.replace(/^[-–—\s[(]+|[-–—\s\])]+$/g, ''));
  if (lines.length < 2) return lines;
  if (isNumber(lines.at(-1))) return lines.slice(0, -1);
  return isNumber(lines[0]) ? lines.slice(1) : lines;
}

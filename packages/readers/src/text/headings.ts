// The headings of a text without markup. Conservative: a line that may be prose is none.
import { labelOf, type Place } from '@longread/core';

/** Longest line that may be a heading, in UTF-16 code units. */
const maxHeadingChars = 120;
/** Of what a chapter is called, on the line below its number. */
const maxTitleChars = 80;
/** Fewest headings without a text between them that make a table of contents. */
const minContents = 3;
/** Fewest numerals that make numbered chapters. */
const minNumbered = 3;

const numeral =
  '(?:\\d{1,4}|[IVXLCDM]+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|' +
  '(?:twenty|thirty|forty|fifty)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|the (?:first|second|third|fourth|fifth|last))';
const numbered = (names: string): RegExp => new RegExp(`^(?:${names})\\s+${numeral}(?![\\p{L}\\d])`, 'iu');
const above = numbered('book|part|volume|act|teil|buch|partie|livre|tome|parte|libro|часть|том');
const chapter = numbered(
  'chapter|canto|letter|scene|section|stave|appendix|kapitel|chapitre|cap[íi]tulo|capitolo|hoofdstuk|rozdział|глава',
);
/** What may stand behind the number: nothing, or a title. */
const title = /^\s*(?:$|[.:—–-]+(?:\s|$)|[\p{Lu}“"‘(«])/u;
const chineseAbove = /^第[\d０-９一二三四五六七八九十百千零〇两]{1,9}[部卷篇](?:[\s　：:].*)?$/;
const chineseChapter = /^第[\d０-９一二三四五六七八九十百千零〇两]{1,9}[章回節节話话](?:[\s　：:].*)?$/;
const alone =
  /^(?:prologue|epilogue|preface|foreword|introduction|afterword|conclusion|etymology|acknowledge?ments|prolog|epilog|vorwort|nachwort|prólogo|epílogo|préface|épilogue|предисловие|эпилог)[.:]?$/i;
/** A Roman numeral by itself, or before what it heads. */
const roman = /^([IVXLC]{1,7})\.?(?:\s+[\p{Lu}“"‘].*)?$/u;
const markdown = /^(#{1,6})\s+(\S.*?)\s*#*$/;
const fence = /^(?:```|~~~)/;

/** Takes a text piece by piece. */
export interface HeadingFinder {
  push(piece: string): void;
  /** The headings, once all pieces were given. */
  end(): readonly Place[];
}

interface Line {
  /** Of its words in the text. */
  readonly start: number;
  /** Without the spaces around them. */
  readonly words: string;
}

interface Candidate {
  readonly place: Place;
  /** Lines with text between the candidate before and this one. */
  readonly textBefore: number;
  /** Of a Roman numeral that stands by itself. */
  readonly value: number | undefined;
}

/** @param isMarkdown whether the file's name says so: then a heading needs no empty line below it. */
export function createHeadingFinder(isMarkdown = false): HeadingFinder {
  const candidates: Candidate[] = [];
  /** The line before the one that is looked at, that, and two below it. */
  const window: Line[] = [{ start: 0, words: '' }];
  let rest = '';
  let restStart = 0;
  let nextStart = 0;
  let isFenced = false;
  /** Lines whose `#` are comments. */
  let isScript = false;
  let textSince = 0;
  let numToSkip = 0;

  const look = ([before, line, next, afterNext]: readonly Line[]) => {
    if (before === undefined || line === undefined || line.words === '') return;
    if (candidates.length === 0 && textSince === 0 && line.words.startsWith('#!')) isScript = true;
    if (fence.test(line.words)) isFenced = !isFenced;
    if (numToSkip > 0) {
      numToSkip -= 1;
      return;
    }
    const mayBe = before.words === '' && line.words.length <= maxHeadingChars && !isFenced && !isScript;
    const found = mayBe ? headingAt(line, next, afterNext, isMarkdown) : undefined;
    if (found === undefined) {
      textSince += 1;
      return;
    }
    candidates.push({ place: found.place, value: found.value, textBefore: textSince });
    textSince = 0;
    numToSkip = found.numLines - 1;
  };
  const endLine = (line: string) => {
    window.push({ start: restStart + line.length - line.trimStart().length, words: line.trim() });
    if (window.length < 4) return;
    look(window);
    window.shift();
  };

  return {
    push: (piece) => {
      let start = 0;
      for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
        endLine(rest + piece.slice(start, end));
        start = end + 1;
        rest = '';
        restStart = nextStart + start;
      }
      // Of a line that is too long for a heading no more is kept than shows that.
      rest = (rest + piece.slice(start)).slice(0, 4 * maxHeadingChars);
      nextStart += piece.length;
    },
    end: () => {
      endLine(rest);
      endLine('');
      endLine('');
      return withoutContents(candidates);
    },
  };
}

function headingAt(line: Line, next: Line | undefined, afterNext: Line | undefined, isMarkdown: boolean) {
  const { start, words } = line;
  const isClosed = next?.words === '';
  const heading = (level: number, label = words, numLines = 1, value?: number) => ({
    place: {
      start: start + Math.max(0, words.indexOf(label)),
      kind: 'heading',
      label: labelOf(label),
      level,
    } as const,
    numLines,
    value,
  });
  const [, hashes, marked] = markdown.exec(words) ?? [];
  if (hashes !== undefined) return isClosed || isMarkdown ? heading(hashes.length, marked) : undefined;
  if (goesOn(words)) return undefined;
  const level = isNumbered(words, above) || chineseAbove.test(words) ? 1 : 2;
  if (level === 1 || isNumbered(words, chapter) || chineseChapter.test(words)) {
    if (isClosed) return heading(level);
    const isTitled =
      next !== undefined &&
      next.words.length <= maxTitleChars &&
      !goesOn(next.words) &&
      afterNext?.words === '';
    return isTitled ? heading(level, `${words} ${next.words}`, 2) : undefined;
  }
  if (!isClosed) return undefined;
  if (alone.test(words)) return heading(2);
  const value = romanValue(roman.exec(words)?.[1] ?? '');
  return value === undefined ? undefined : heading(2, words, 1, value);
}

function goesOn(words: string): boolean {
  return /[,;]$/.test(words);
}

/** Whether a line is a part's name with a number and perhaps a title: in prose the name begins small, or small letters follow. */
function isNumbered(words: string, names: RegExp): boolean {
  const [begins] = names.exec(words) ?? [];
  return begins !== undefined && !/^\p{Ll}/u.test(words) && title.test(words.slice(begins.length));
}

/** Without headings that follow each other and head nothing, and without numerals that count nothing. */
function withoutContents(candidates: readonly Candidate[]): readonly Place[] {
  const counting = countingNumerals(candidates);
  const runs: Place[][] = [];
  let isTight = false;
  for (const one of candidates) {
    if (one.value !== undefined && !counting.has(one)) {
      isTight = false;
      continue;
    }
    if (isTight && one.textBefore === 0) runs.at(-1)?.push(one.place);
    else runs.push([one.place]);
    isTight = true;
  }
  return runs.flatMap((run) => (run.length < minContents ? run : []));
}

/** Numerals that count on from I, or begin anew: the others are letters and abbreviations. */
function countingNumerals(candidates: readonly Candidate[]): ReadonlySet<Candidate> {
  const found = new Set<Candidate>();
  let last = 0;
  for (const one of candidates) {
    if (one.value === undefined || (one.value !== 1 && one.value !== last + 1)) continue;
    found.add(one);
    last = one.value;
  }
  return found.size >= minNumbered ? found : new Set();
}

/** Undefined for what is not written as numerals are. */
function romanValue(numerals: string): number | undefined {
  if (numerals === '' || !/^C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/.test(numerals)) return undefined;
  const values: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50, C: 100 };
  const digits = Array.from(numerals, (letter) => values[letter] ?? 0);
  return digits.reduce((sum, value, i) => sum + (value < (digits[i + 1] ?? 0) ? -value : value), 0);
}

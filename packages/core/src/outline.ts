// Where in a document something stands, in words that its reader knows: file, page, heading, and how far in.
import { InvalidInputError } from './errors.ts';

/** A place that a document names: what begins at `start` goes on to the next of its kind, or of a kind that holds it. */
export interface Place {
  /** UTF-16 code units of the document's text. */
  readonly start: number;
  readonly kind: PlaceKind;
  /** A file's name, a page's label (`41`, `xii`), a heading's words. */
  readonly label: string;
  /** Of a heading, 1 for the highest. */
  readonly level?: number | undefined;
}

export const placeKinds = ['file', 'page', 'heading'] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** Where a passage begins. */
export interface PassagePlace {
  /** Of the document's text that stands before it, 0 to 1. */
  readonly fraction: number;
  /** Labels of what it stands in, where the document's outline says so. */
  readonly file?: string;
  readonly page?: string;
  readonly heading?: string;
}

export const outlineLimits = {
  /** Places of a document. */
  places: 10_000,
  /** UTF-16 code units of a label. */
  labelChars: 200,
  /** Of a heading. */
  level: 9,
} as const;

/**
 * Where the character at `offset` of a document with `numChars` stands. A file begins without page and heading.
 * @param outline sorted by `start`.
 */
export function placeAt(outline: readonly Place[], offset: number, numChars: number): PassagePlace {
  const found: { file?: string; page?: string; heading?: string } = {};
  for (let i = placesUpTo(outline, offset) - 1; i >= 0; i--) {
    const place = outline[i];
    if (place === undefined) break;
    found[place.kind] ??= place.label;
    if (place.kind === 'file') break;
  }
  const fraction = numChars > 0 ? Math.min(1, Math.max(0, offset / numChars)) : 0;
  return { fraction, ...found };
}

/** What of a stored document's manifest is about places. */
interface Outlined {
  readonly numChars: number;
  readonly parts: readonly { readonly firstChar: number; readonly outline?: readonly Place[] | undefined }[];
}

/** Where the character at `offset` of a stored document stands. What was appended without an outline is in no heading of what is before it. */
export function placeIn({ parts, numChars }: Outlined, offset: number): PassagePlace {
  const part = parts.findLast(({ firstChar }) => firstChar <= offset);
  return placeAt(part?.outline ?? [], offset, numChars);
}

/** All places of a stored document, sorted. */
export function outlineOf({ parts }: Pick<Outlined, 'parts'>): readonly Place[] {
  return parts.flatMap(({ outline }) => outline ?? []);
}

/** How many places start at or before `offset`. */
function placesUpTo(outline: readonly Place[], offset: number): number {
  let [low, high] = [0, outline.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((outline[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As `Chapter 8, p. 41`, or `Chapter 8, 12 %` where there are no pages. */
export function describePlace({ fraction, file, page, heading }: PassagePlace): string {
  const where = page === undefined ? `${Math.floor(100 * fraction)} %` : `p. ${page}`;
  return [file, heading, where].filter((part) => part !== undefined).join(', ');
}

/** What is wrong with an outline that came from elsewhere, as in "its outline ..."; undefined when nothing is. */
export function outlineFault(outline: readonly Place[], numChars = Infinity): string | undefined {
  const { places, labelChars, level: maxLevel } = outlineLimits;
  if (outline.length > places) return `has ${outline.length} places; the limit is ${places}`;
  let last = 0;
  for (const [i, { start, label, level = 1 }] of outline.entries()) {
    if (start < last) return `has place ${i} at ${start}, before the one before it at ${last}`;
    if (start > numChars) return `has place ${i} at ${start}, behind the text's ${numChars} characters`;
    if (label.length > labelChars)
      return `has a label of ${label.length} characters at place ${i}; the limit is ${labelChars}`;
    if (level < 1 || level > maxLevel) return `has level ${level} at place ${i}; levels are 1 to ${maxLevel}`;
    last = start;
  }
  return undefined;
}

/**
 * The outline that a caller gave, field by field.
 * @param numChars of the text, where it is known whole.
 * @throws InvalidInputError for what is none, or is beyond `outlineLimits`
 */
export function checkedOutline(given: unknown, numChars = Infinity): readonly Place[] {
  const refuse = (fault: string): never => {
    throw new InvalidInputError(
      `The document's outline ${fault}. Give places in their order, as readDocument does.`,
      {
        fault,
      },
    );
  };
  if (!Array.isArray(given)) return refuse('is no list');
  if (given.length > outlineLimits.places) return refuse(outlineFault(given as readonly Place[]) ?? '');
  const outline = given.map((place: unknown, i): Place => {
    const { start, kind, label, level } = (place ?? {}) as Partial<Record<keyof Place, unknown>>;
    const known = placeKinds.find((one) => one === kind);
    const isCount = (value: unknown): value is number =>
      Number.isSafeInteger(value) && (value as number) >= 0;
    if (!isCount(start) || known === undefined || typeof label !== 'string')
      return refuse(`has no start, kind or label at place ${i}`);
    if (level === undefined) return { start, kind: known, label };
    return isCount(level)
      ? { start, kind: known, label, level }
      : refuse(`has a level that is no number at place ${i}`);
  });
  const fault = outlineFault(outline, numChars);
  return fault === undefined ? outline : refuse(fault);
}

/** A label in one line, cut to what an outline takes; no surrogate pair is parted. */
export function labelOf(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  if (line.length <= outlineLimits.labelChars) return line;
  const cut = line.slice(0, outlineLimits.labelChars - 1);
  return `${cut.isWellFormed() || !line.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

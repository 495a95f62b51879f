// An EPUB book as text: its chapters in reading order, with the headings that stand in them and those that its table of contents names.
import { InvalidInputError, labelOf, type Place } from '@longread/core';
import type { Archive } from '../archive/zip.ts';
import { decodePage } from '../html/charset.ts';
import { htmlToText } from '../html/read-html.ts';
import { checkLimit, createPauses, limits } from '../limits.ts';
import type { FileText, ReadOptions } from '../types.ts';
import { readContents, type ContentsEntry } from './contents.ts';
import { encryptedPaths, readPackage } from './package.ts';

interface Chapter {
  readonly start: number;
  readonly end: number;
  readonly anchors: ReadonlyMap<string, number>;
}

/** Between chapters. */
const separator = '\n\n';
/** A heading so near behind where an entry of the contents points is what it means. */
const nearChars = 400;

/** @throws InvalidInputError (damaged, protected, without text) | LimitExceededError | AbortedError */
export async function readEpub(archive: Archive, name: string, options: ReadOptions): Promise<FileText> {
  const { signal, onProgress } = options;
  const pause = createPauses(signal);
  const { title, chapters: paths, contents } = await readPackage(archive, name);
  const encrypted = await encryptedPaths(archive);
  const chapters = new Map<string, Chapter>();
  const parts: string[] = [];
  const headings: Place[] = [];
  const missing: string[] = [];
  let length = 0;
  for (const [i, path] of paths.entries()) {
    await pause();
    onProgress?.({ done: i, total: paths.length, unit: 'chapters' });
    if (encrypted.has(path))
      throw new InvalidInputError(
        `${name} is protected against copying: its chapters are encrypted. Choose an edition without protection.`,
      );
    if (!archive.has(path)) {
      missing.push(path);
      continue;
    }
    if (chapters.has(path)) continue;
    const { text: html } = await decodePage(await archive.bytes(path));
    const { text, outline, anchors } = await htmlToText(html, `${path} of ${name}`, { signal }, true);
    if (text.trim() === '') {
      chapters.set(path, { start: length, end: length, anchors: new Map() });
      continue;
    }
    if (length > 0) parts.push(separator);
    const start = length + (length > 0 ? separator.length : 0);
    parts.push(text);
    length = start + text.length;
    checkLimit(`${name} holds too much text, in characters`, length, limits.textChars, 'Split it first.');
    headings.push(...outline.map((place) => ({ ...place, start: start + place.start })));
    const shifted = new Map(Array.from(anchors, ([id, at]) => [id, start + at]));
    chapters.set(path, { start, end: length, anchors: shifted });
  }
  if (length === 0)
    throw new InvalidInputError(
      `${name} holds no text: none of its ${paths.length} chapters has any. It may be a book of pictures, or a damaged file.`,
      { chapters: paths.length },
    );
  const entries = contents === undefined ? [] : await readContents(archive, contents);
  const outline = [...headings, ...namedElsewhere(entries, chapters, headings)];
  return {
    title,
    text: parts.join(''),
    notes: missing.length === 0 ? [] : [missingNote(missing, paths.length)],
    outline: outline.toSorted((a, b) => a.start - b.start),
  };
}

function missingNote(missing: readonly string[], numChapters: number): string {
  const named = missing.slice(0, 3).map((path) => labelOf(path));
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
  return `${missing.length} of its ${numChapters} chapters are not in the file and were left out: ${named.join(', ')}${more}.`;
}

/** What the table of contents names and no heading in the text says. */
function namedElsewhere(
  entries: readonly ContentsEntry[],
  chapters: ReadonlyMap<string, Chapter>,
  headings: readonly Place[],
): readonly Place[] {
  return entries.flatMap(({ label, level, path, fragment }): Place[] => {
    const chapter = chapters.get(path);
    if (chapter === undefined || chapter.start === chapter.end) return [];
    const start = chapter.anchors.get(fragment) ?? chapter.start;
    const limit = Math.min(chapter.end, start + nearChars);
    const isSaid = headings.some((place) => place.start >= start && place.start < limit);
    return isSaid || start >= chapter.end
      ? []
      : [{ start, kind: 'heading', label: labelOf(label), level: Math.min(level, 9) }];
  });
}

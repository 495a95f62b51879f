// The bookmarks of a PDF as headings: where their words stand on the page that they point to, else where the page begins.
import { labelOf, outlineLimits, type Place } from '@longread/core';
import type { PDFDocumentProxy } from 'pdfjs-dist';

interface Bookmark {
  readonly title: string;
  readonly dest: string | readonly unknown[] | null;
  readonly items: readonly Bookmark[];
}

/** Those beyond are left out. */
const maxBookmarks = 3000;

/** @param starts where each page begins in `text`. @returns sorted; those that point nowhere are left out. */
export async function headingsOf(
  pdf: PDFDocumentProxy,
  text: string,
  starts: readonly number[],
): Promise<readonly Place[]> {
  const places: Place[] = [];
  const top: readonly Bookmark[] = (await pdf.getOutline().catch(() => null)) ?? [];
  const left = top.map((bookmark) => ({ bookmark, level: 1 }));
  left.reverse();
  for (let next = left.pop(); next !== undefined && places.length < maxBookmarks; next = left.pop()) {
    const { bookmark, level } = next;
    const children = bookmark.items
      .slice(0, maxBookmarks)
      .map((child) => ({ bookmark: child, level: level + 1 }));
    if (left.length < maxBookmarks) left.push(...children.reverse());
    const page = await pageOf(pdf, bookmark.dest);
    const start = page === undefined ? undefined : starts[page];
    const label = labelOf(bookmark.title.replace(/\0/g, ''));
    if (page === undefined || start === undefined || label === '') continue;
    const found = findWords(text.slice(start, starts[page + 1]), bookmark.title);
    places.push({
      start: start + found,
      kind: 'heading',
      label,
      level: Math.min(level, outlineLimits.level),
    });
  }
  return places.sort((a, b) => a.start - b.start);
}

/** Undefined for a place outside of the file, or one that is damaged. */
async function pageOf(pdf: PDFDocumentProxy, dest: Bookmark['dest']): Promise<number | undefined> {
  try {
    const explicit: unknown = typeof dest === 'string' ? await pdf.getDestination(dest) : dest;
    const target: unknown = Array.isArray(explicit) ? explicit[0] : undefined;
    if (typeof target === 'number') return target;
    if (typeof target !== 'object' || target === null) return undefined;
    return await pdf.getPageIndex(target as Parameters<PDFDocumentProxy['getPageIndex']>[0]);
  } catch {
    return undefined;
  }
}

/** Where the words stand, however they are spaced and whatever their case; 0 where they do not. */
function findWords(page: string, title: string): number {
  const words = title.slice(0, outlineLimits.labelChars).match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return 0;
  const found = new RegExp(words.join('[^\\p{L}\\p{N}]+'), 'iu').exec(page);
  return found?.index ?? 0;
}

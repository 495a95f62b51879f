// The files of a document that was made of many. Pure.
import { outlineOf } from '@longread/core';
import type { DocumentManifest } from 'longread';

export interface DocumentFile {
  readonly name: string;
  /** UTF-16 code units of the document, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Nothing of it is gathered. */
  readonly isOut: boolean;
}

/** In the order of the text, as far as it was read; none where all is one file. What stands before the first named one has the document's title. */
export function filesOf({
  title,
  parts,
  numChars,
  removed = [],
}: Pick<DocumentManifest, 'title' | 'parts' | 'numChars' | 'removed'>): readonly DocumentFile[] {
  const named = outlineOf({ parts }).filter(({ kind, start }) => kind === 'file' && start < numChars);
  const before = (named[0]?.start ?? 0) > 0 ? [{ start: 0, label: title }] : [];
  const all = [...before, ...named];
  const files = all.map(({ start, label }, index) => ({
    name: label,
    start,
    end: all[index + 1]?.start ?? numChars,
  }));
  const some = files.filter(({ start, end }) => end > start); // an empty file has nothing to gather
  if (some.length < 2) return [];
  return some.map((file) => ({
    ...file,
    isOut: removed.some(({ firstChar, endChar }) => firstChar <= file.start && endChar >= file.end),
  }));
}

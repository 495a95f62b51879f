// A text that is shown by stretches, wherever it is: in the store of the engine, or in memory while it is read.
import type { DocumentManifest, DocumentSet, LongreadDocument } from 'longread';

export interface TextSource {
  readonly title: string;
  /** Whose it is, of several documents that are asked together. */
  readonly documentId?: string;
  /** In UTF-16 code units. */
  readonly numChars: number;
  /** `[start, end)` in UTF-16 code units, within the text. */
  slice(start: number, end: number): Promise<string>;
}

/** The text that the engine keeps of a document. */
export function textOf(document: LongreadDocument): TextSource {
  const { title, numChars } = document.manifest;
  return { title, numChars, slice: (start, end) => document.text(start, end) };
}

/** The text of one of several documents that are asked together. */
export function textAmong(set: DocumentSet, { id, title, numChars }: DocumentManifest): TextSource {
  return { title, documentId: id, numChars, slice: (start, end) => set.text(id, start, end) };
}

/** A text at hand. */
export function textOfString(title: string, text: string): TextSource {
  return {
    title,
    numChars: text.length,
    slice: (start, end) => Promise.resolve(text.slice(start, end)),
  };
}

// What readers take and give.
import type { Place } from '@longread/core';

/** How far a file is read. `total` is 0 while it is not known. */
export interface ReaderProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'pages' | 'chapters' | 'files';
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReaderProgress) => void) | undefined;
  /** Of several files: by name, as people count (default), or as they are given. */
  readonly order?: 'name' | 'given' | undefined;
}

/** A file as the engine takes it: `engine.ingest(document.source, document)`. */
export interface ReadDocument {
  /** The file's own where it has one, else its name. */
  readonly title: string;
  /** The text; of a file that is text already the file itself, which the engine decodes. */
  readonly source: string | Blob;
  /** What a reader should know of how it was read, as sentences. */
  readonly notes: readonly string[];
  /** Files, pages and headings, by their place in the text; sorted. */
  readonly outline: readonly Place[];
}

/** A file that is opened when its turn comes. */
export interface NamedFile {
  readonly name: string;
  readonly open: () => Promise<Blob>;
}

/** A folder, wherever it is: dropped on a page, or on a disk. */
export interface Folder {
  readonly name: string;
  /** What is in it, in any order; a rejection leaves it out, and is told. */
  readonly entries: () => Promise<readonly (NamedFile | Folder)[]>;
}

/** One file in the hands of a reader. */
export interface GivenFile {
  readonly blob: Blob;
  /** As messages name it. */
  readonly name: string;
}

/** The text of a file of any kind. */
export interface FileText {
  /** Of the file's own; empty where it has none. */
  readonly title: string;
  readonly text: string;
  readonly notes: readonly string[];
  readonly outline: readonly Place[];
}

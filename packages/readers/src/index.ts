// Files that people have, as text with places: what a library user calls before `engine.ingest`.
export { readDocument } from './read-document.ts';
export type { Folder, NamedFile, ReadDocument, ReaderProgress, ReadOptions } from './types.ts';

// What crosses between a command and the driven page: plain data only, errors included.
import type { DocumentManifest, ErrorData } from '@longread/core';
import type { StorageUsage } from '@longread/store';
import type {
  Answer,
  AskOptions,
  EngineInfo,
  EngineOptions,
  HeadMeasurement,
  HeadSample,
  IngestOptions,
  MemoryStats,
  PhaseStats,
  Progress,
  StoredModel,
} from 'longread';

/** A result, or a typed error as data; any other exception rejects. */
export type Outcome<T> = { readonly value: T } | { readonly error: ErrorData };

type Data<T> = Omit<T, 'signal' | 'onProgress'>;

/** `model` is a URL that the page fetches. */
export type PageEngineOptions = Data<EngineOptions> & { readonly model: string };

/** Text as it is, of which the page then holds copies, or a URL that the page fetches as a file. */
export type PageSource = { readonly text: string } | { readonly url: string };

export type PageIngestOptions = Data<IngestOptions> & PageSource;

export interface PageDocument {
  readonly id: string;
  readonly title: string;
  readonly opened: boolean;
  readonly numTokens: number;
  readonly numChunks: number;
  /** Layers that reading it ran. */
  readonly exitLayer: number;
  readonly notes: readonly string[];
  /** Of the last call that read or opened something. */
  readonly phases: readonly PhaseStats[];
  /** Of reading or opening it. */
  readonly memory: MemoryStats;
}

/** What is stored, the most recently used first; `unreadable` is damaged or of another version. */
export interface StoredDocuments extends Pick<StorageUsage, 'unreadable'> {
  readonly documents: readonly DocumentManifest[];
}

/** The page's side, as `window.longreadDriver`: one engine, one document, one call at a time. */
export interface PageDriver {
  create(options: PageEngineOptions): Promise<Outcome<EngineInfo>>;
  /** The document replaces the one before it, which stays stored. */
  ingest(options: PageIngestOptions): Promise<Outcome<PageDocument>>;
  /** Goes on with more text after the document's last token. */
  append(source: PageSource): Promise<Outcome<PageDocument>>;
  /** Opens the last ingested document from the store, after closing it or after `create`. */
  reopen(): Promise<Outcome<PageDocument>>;
  /** Fails as asking would, whatever the document. */
  check(question: string, options: Data<AskOptions>): Promise<Outcome<null>>;
  ask(question: string, options: Data<AskOptions>): Promise<Outcome<Answer>>;
  /** Keeps the current document's exported file in the page; its bytes. */
  keepExport(): Promise<Outcome<number>>;
  /** Bytes of the file that `keepExport` kept, from `start` to `end`, exclusive, in base64. */
  keptBytes(start: number, end: number): Promise<Outcome<string>>;
  /** Imports the file that `keepExport` kept and opens it. */
  importKept(): Promise<Outcome<PageDocument>>;
  /** Deletes the current document from the store, or those that are asked as one. */
  forget(): Promise<Outcome<null>>;
  /** What is stored; this, `remove`, `send` and `receive` need no engine. */
  stored(): Promise<Outcome<StoredDocuments>>;
  /** Bytes of the records that this page wrote since it was asked first; also while another call runs. */
  written(): Promise<Outcome<number>>;
  /** Opens a stored document in place of the one before it. */
  open(id: string): Promise<Outcome<PageDocument>>;
  /** Opens several as one in its place, all that this engine can ask by default: they can be asked, and nothing else. */
  together(ids?: readonly string[]): Promise<Outcome<PageDocument>>;
  /** Deletes a stored document. */
  remove(id: string): Promise<Outcome<null>>;
  /** Hands the file of a stored document to `longreadPiece`, a piece at a time; its bytes. */
  send(id: string): Promise<Outcome<number>>;
  /** Stores the document of the exported file at `url`. */
  receive(url: string): Promise<Outcome<DocumentManifest>>;
  info(): Promise<Outcome<EngineInfo>>;
  measureHeads(
    sample: HeadSample,
    sets: readonly (readonly string[])[] | undefined,
  ): Promise<Outcome<HeadMeasurement>>;
  models(): Promise<Outcome<readonly StoredModel[]>>;
  forgetModel(url: string): Promise<Outcome<null>>;
  /** Fires the signal of the call that runs, if any. */
  abort(): void;
  /** Lets the next call fire its own signal `delayMs` (default 0) after it first reports progress in `phase`. */
  abortAt(phase: Progress['phase'], delayMs?: number): void;
  /** Time from the last signal that was fired to the rejection of its call; undefined when that call ended otherwise. */
  cancelMs(): number | undefined;
  dispose(): Promise<Outcome<null>>;
}

declare global {
  interface Window {
    longreadDriver: PageDriver;
    /** Exposed by the command, when it wants progress. */
    longreadProgress?: (progress: Progress) => void;
    /** Exposed by the command that exports: takes bytes in base64, and resolves when they are written. */
    longreadPiece?: (base64: string) => Promise<void>;
  }
}

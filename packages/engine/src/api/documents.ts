// Documents, open and stored.
import type { DocumentManifest, Place, PresetName } from '@longread/core';
import type { DocumentChange, StorageUsage } from '@longread/store';
import type { CallOptions, DocumentSource, ImportSource, MemoryStats, PhaseStats } from './calls.ts';
import type { AnswerStream, AskOptions, ContextUsage, Conversation } from './answers.ts';

export interface IngestOptions extends CallOptions {
  readonly title?: string;
  /** Stop after this many tokens. */
  readonly maxTokens?: number;
  /**
   * How deep it is read: the engine's own preset by default. A document stays in its preset, in which it is opened, asked and appended to
   * by whichever engine of the model; of a model that has no heads of its own for a preset, it is read as `read`.
   */
  readonly preset?: PresetName;
  /** Open the stored document when the same source was read before with the same settings (default true). */
  readonly reuse?: boolean;
  /**
   * Places of the text, sorted by `start`, at most 10,000: evidence tells in which of them it stands. `readDocument` of @longread/readers
   * makes them of a file. They are stored with the document and are no part of what it is: the same text with other places is the same
   * document, which has from then on the places that were given last; none changes nothing.
   */
  readonly outline?: readonly Place[];
  /** What a reader should know of how the text was made, as sentences, at most 32; before the engine's own in `notes`. Stored as `outline`. */
  readonly notes?: readonly string[];
  /**
   * A question that will be asked. When it cannot be asked of a document of this length, as by `full` of one beyond the window, that is
   * said before the document is read: as `Engine.check`, which knows no document.
   */
  readonly toAsk?: {
    readonly question: string;
    readonly options?: Omit<AskOptions, 'signal' | 'onProgress'>;
  };
}

export type AppendOptions = CallOptions & Pick<IngestOptions, 'outline' | 'notes'>;

export interface LongreadDocument {
  /** As of the last call that changed it through this object. */
  readonly manifest: DocumentManifest;
  /** True when it came from the store and nothing was read. */
  readonly opened: boolean;
  /** What its reader should know of its sources, as sentences: how they were decoded, that they are markup, what the model cannot see. */
  readonly notes: readonly string[];
  /** Timings of the phases that made or opened it. */
  readonly phases: readonly PhaseStats[];
  /** Of making or opening it, or of what was appended last. */
  readonly memory: MemoryStats;
  /**
   * The source from `start` to `end`, exclusive, in UTF-16 code units; all of it by default. It is what was read so far, and stays so while
   * more is appended: `manifest.numChars` says how much.
   * @throws InvalidInputError (no such range) | IntegrityError (a damaged text)
   */
  text(start?: number, end?: number): Promise<string>;
  /** Files, pages and headings of what was read so far, sorted by `start`; empty for a document of which none are known. */
  outline(): Promise<readonly Place[]>;
  ask(question: string, options?: AskOptions): AnswerStream;
  /**
   * What the question would take of the window with these options; nothing is searched or generated.
   * @throws InvalidInputError | LimitExceededError: what `ask` would throw before it starts
   */
  contextUsage(question: string, options?: AskOptions): Promise<ContextUsage>;
  /** Starts a conversation without turns; it lives in this page and is stored nowhere. */
  conversation(): Conversation;
  /**
   * Goes on with a text after the document's last token, without reading the old part again; offsets of evidence count on. When it
   * is cancelled the document is usable as of its last whole chunk, where it is cut off (a tab, a device) as of the last state that was
   * stored (`manifest.state` is `reading`), and appending the same text goes on there. A text is cut into chunks of its own: appending equals reading both at once, bit for bit, when the old part's
   * token count is a multiple of `chunkSize` and no token would span the seam.
   *
   * @param options `outline` and `notes` of this text as for `ingest`, places in characters of this text; once it is begun they stay.
   * @returns timings of its phases.
   * @throws InvalidInputError (empty or binary; an earlier reading is not whole) | AbortedError | StorageQuotaError | DeviceLostError |
   * OutOfMemoryError | DocumentInUseError (another tab writes it)
   */
  append(source: DocumentSource, options?: AppendOptions): Promise<readonly PhaseStats[]>;
  /**
   * Takes a stretch of the source out of what is gathered, such as a file of several that `outline` names: whatever was read of it, no
   * passage is taken from it any more, here and wherever the document is opened from now on. `manifest.removed` lists what is out. Its text
   * stays stored, as does what reading it left in the cache that questions are embedded behind; offsets stay as they are. `restore` brings it
   * back, and so does ingesting the whole source again.
   *
   * @param range UTF-16 code units of the source, end exclusive; tokens that have a part of it are out whole.
   * @throws InvalidInputError (no such range, or nothing would be left) | IntegrityError | DocumentInUseError (another tab writes it)
   */
  remove(range: { readonly start: number; readonly end: number }, options?: CallOptions): Promise<void>;
  /**
   * Gathers again what `remove` took out of a stretch; nothing is read again.
   * @param range as for `remove`; what was not out stays as it is.
   * @throws InvalidInputError (no such range) | IntegrityError | DocumentInUseError (another tab writes it)
   */
  restore(range: { readonly start: number; readonly end: number }, options?: CallOptions): Promise<void>;
  /**
   * Reads the document again in another preset, from its own stored text, with its title, places and notes: a document of its own, found
   * again where that was done before. This one stays as it is until it is deleted.
   * @throws what `ingest` throws | IntegrityError (a damaged text)
   */
  reread(preset: PresetName, options?: CallOptions): Promise<LongreadDocument>;
  /** One file with all of the document, streamed; `documents.import` takes it. The stream outlives `close`, but not the engine. */
  export(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  /**
   * Frees what the document holds on the GPU; it stays stored. What is asked of it is cancelled and rejects at once, and so does all
   * that comes later, with ClosedError. Closing twice is fine.
   */
  close(): Promise<void>;
}

/** Stored documents that are asked as one: what is found of a question may stand in any of them. */
export interface DocumentSet extends Pick<
  LongreadDocument,
  'ask' | 'contextUsage' | 'conversation' | 'phases' | 'memory'
> {
  /** In the order of their making, as of when they were opened. */
  readonly documents: readonly DocumentManifest[];
  /**
   * The source of one of them, as `LongreadDocument.text` gives it: all that is stored of it, in its own characters.
   * @throws InvalidInputError (none of them, or no such range) | IntegrityError (a damaged text)
   */
  text(id: string, start?: number, end?: number): Promise<string>;
  /** Frees what they hold on the GPU, as much as one document; otherwise as a document's. */
  close(): Promise<void>;
}

export interface Documents {
  list(): Promise<readonly DocumentManifest[]>;
  open(id: string, options?: CallOptions): Promise<LongreadDocument>;
  /**
   * Opens several documents as one to ask, which reads nothing of them again: `Evidence.document` says whose a passage is. They stay
   * separate in the store, and none is deleted elsewhere while this is open.
   *
   * @param ids by default all that are stored and were read with this engine's model and settings.
   * @throws InvalidInputError (none, or an unknown id) | IntegrityError (read with another model or settings, or damaged) | AbortedError
   */
  together(ids?: readonly string[], options?: CallOptions): Promise<DocumentSet>;
  /**
   * Gives a stored document another title, of 1 to 500 characters; it stays open where it is.
   * @throws InvalidInputError (unknown id, title) | DocumentInUseError while it is written
   */
  rename(id: string, title: string): Promise<DocumentManifest>;
  /** Frees its space; closes it here first. @throws DocumentInUseError while another tab has it open */
  delete(id: string): Promise<void>;
  /** Bytes of each document, and what the browser says of this site's storage; the engine's own bytes when it is memory. */
  usage(): Promise<StorageUsage>;
  /** Deletes the least recently used documents that nobody has open, until `bytes` are freed or none is left; returns those. */
  evict(bytes: number): Promise<readonly DocumentManifest[]>;
  /** One file with all of a document, streamed. @throws InvalidInputError (unknown id) | IntegrityError (damaged), from the stream too */
  export(id: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  /**
   * Stores the document of an exported file, under its own id.
   * @throws IntegrityError (not whole or not what it says) | InvalidInputError (stored already) | StorageQuotaError | AbortedError
   */
  import(source: ImportSource, options?: CallOptions): Promise<DocumentManifest>;
  /** Calls back when a document was stored or deleted, in this tab or another, until the result is called. */
  onChange(listener: (change: DocumentChange) => void): () => void;
}

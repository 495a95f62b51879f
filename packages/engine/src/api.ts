// The public API's types (design section 6). The worker and the in-place engine both implement them.
import type { DocumentManifest, ErrorDetails, GatherSettings, ReadSettings, Tuning } from '@longread/core';
import type { DocumentChange, StorageUsage } from '@longread/store';
import type { StoredModel } from '@longread/weights-cache';
import type { Turn } from './answer/prompt.ts';

export type { Turn };

/** A model to load: a URL (fetched because the caller named it) or a file the user picked. */
export type ModelSource = string | URL | Blob;

/**
 * A document to read. Bytes are decoded as UTF-8, as UTF-16 where they are, and as windows-1252 where they are neither, which
 * `LongreadDocument.notes` tells; files that are no text are refused by name. A stream or iterable is the call's from then on: it is
 * cancelled or returned when the call ends early.
 */
export type DocumentSource = string | Blob | ReadableStream<Uint8Array<ArrayBuffer>> | AsyncIterable<string>;

/** `done` and `total` are in `unit`; `total` is 0 while unknown. */
export interface Progress {
  readonly phase:
    | 'fetch'
    | 'verify'
    | 'load'
    | 'tune'
    | 'tokenize'
    | 'compress'
    | 'gather'
    | 'recompute'
    | 'decode'
    | 'import';
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'tokens' | 'cases';
  /** With the last report of `tokenize`, before time goes into reading: as `LongreadDocument.notes`. */
  readonly notes?: readonly string[];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface EngineOptions extends CallOptions {
  readonly model: ModelSource;
  /** Expected SHA-256 of the model file, hex; a mismatch is an IntegrityError. */
  readonly sha256?: string;
  /**
   * Keep a model that is named by URL in this browser's storage (default true), for all documents and engines of the site. A stored
   * model loads without any network request: a file that changed behind its URL is noticed only with `sha256`. A download that is
   * cut or cancelled goes on where it ended. Where the browser cannot keep the file, the model loads without.
   */
  readonly cache?: boolean;
  /** A hub `tokenizer.json` as text, instead of the tokenizer in the GGUF. */
  readonly tokenizerJson?: string;
  /** Run in a dedicated worker (default) or in place. */
  readonly worker?: boolean;
  /** Overrides of the read settings that the model's calibration and window give. */
  readonly read?: Partial<ReadSettings>;
  /**
   * At the first load on an adapter kernel variants are timed and the choice is kept in IndexedDB; false uses the stored choice
   * or the defaults, `limitMs` bounds the time (15,000), `skip` ends it at once. What is left open is measured at the next load.
   */
  readonly tune?: false | { readonly limitMs?: number; readonly skip?: AbortSignal };
  /** IndexedDB database name; documents of one name are shared by all engines of the origin. */
  readonly database?: string;
}

export interface IngestOptions extends CallOptions {
  readonly title?: string;
  /** Stop after this many tokens. */
  readonly maxTokens?: number;
  /** Open the stored document when the same source was read before with the same settings (default true). */
  readonly reuse?: boolean;
}

export interface SamplingOptions {
  /** 0 (default) is greedy. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  /** 1 is none. */
  readonly repetitionPenalty?: number;
  readonly seed?: number;
}

/**
 * How a question is answered.
 * - `reform` (default): gathers what the question needs and recomputes it.
 * - `full`: reads the whole document and refuses one that exceeds the window.
 * - `h2o`: the baseline of arXiv 2306.14048: reads the whole document for this question, through all layers with eviction to the
 *   read settings' budget, and decodes from what is left. No evidence; takes as long as reading did and more.
 */
export type StrategyName = 'reform' | 'full' | 'h2o';

export interface AskOptions extends CallOptions, SamplingOptions {
  readonly strategy?: StrategyName;
  readonly gather?: Partial<GatherSettings>;
  readonly maxNewTokens?: number;
  /**
   * Earlier turns, oldest first, that come before the question in the model's chat template. They take at most a quarter of the
   * window: the oldest beyond that are dropped. What is gathered is looked for with the question alone.
   */
  readonly history?: readonly Turn[];
  /** Generation ends before the first of these. */
  readonly stop?: readonly string[];
}

/** A passage of the source that the answer was read from. */
export interface Evidence {
  /**
   * UTF-16 code units of the source as it was given, end exclusive; a byte-order mark counts. No user-perceived character is parted
   * at either end.
   */
  readonly start: number;
  readonly end: number;
  /** Best pooled score inside the passage, in the units of the scoring in use; 0 under `full`. `h2o` gives no evidence. */
  readonly score: number;
  /** The source's own: `source.slice(start, end)`, also of characters that the model cannot see. */
  readonly text: string;
}

export interface PhaseStats {
  readonly name: Progress['phase'] | 'open' | 'persist';
  readonly ms: number;
  readonly tokens: number;
}

/** GPU memory of one operation: what was planned before it and what was allocated at most while it ran. */
export interface MemoryStats {
  readonly plannedBytes: number;
  /** Largest sum of live buffer bytes, all of the engine's included. */
  readonly peakBytes: number;
  /** What makes up `plannedBytes`. */
  readonly items: readonly { readonly name: string; readonly bytes: number }[];
}

export interface AskStats {
  readonly strategy: StrategyName;
  readonly adapter: string;
  /** Document tokens in the recomputed prompt; 0 under `h2o`. */
  readonly gatheredTokens: number;
  readonly generatedTokens: number;
  /** Earlier turns that were in the prompt. */
  readonly historyTurns: number;
  readonly phases: readonly PhaseStats[];
  /** Largest sum of live GPU buffer bytes since the engine was created. */
  readonly gpuBytesPeak: number;
  /** The same for this question alone, with its plan. */
  readonly memory: MemoryStats;
}

export interface Answer {
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly stats: AskStats;
  readonly finish: 'stop' | 'length';
}

export interface AnswerPiece {
  readonly text: string;
}

/** An answer on its way: iterate for pieces, or await `.result()` for the whole. Starts on first use; iterate at most once. */
export interface AnswerStream extends AsyncIterable<AnswerPiece> {
  result(): Promise<Answer>;
}

/** Questions that build on each other; each gathers anew. */
export interface Conversation {
  /** What was asked and answered to the end, oldest first. */
  readonly turns: readonly Turn[];
  /** Like the document's `ask`, after the turns so far. */
  ask(question: string, options?: Omit<AskOptions, 'history'>): AnswerStream;
}

export interface LongreadDocument {
  /** As of the last call that changed it through this object. */
  readonly manifest: DocumentManifest;
  /** True when it came from the store and nothing was read. */
  readonly opened: boolean;
  /** What its reader should know of its sources, as sentences: how they were decoded, that they are markup, what the model cannot see. */
  readonly notes: readonly string[];
  /** Timings of the phases that made or opened it. */
  readonly phases: readonly PhaseStats[];
  /** Of making or opening it. */
  readonly memory: MemoryStats;
  ask(question: string, options?: AskOptions): AnswerStream;
  /** Starts a conversation without turns; it lives in this page and is stored nowhere. */
  conversation(): Conversation;
  /**
   * Goes on with a text after the document's last token, without reading the old part again; offsets of evidence count on. When it
   * is interrupted the document is usable as of its last whole chunk (`manifest.state` is `reading`), and appending the same text
   * goes on there. A text is cut into chunks of its own: appending equals reading both at once, bit for bit, when the old part's
   * token count is a multiple of `chunkSize` and no token would span the seam.
   *
   * @returns timings of its phases.
   * @throws InvalidInputError (empty or binary; an earlier reading is not whole) | AbortedError | StorageQuotaError | DeviceLostError |
   * OutOfMemoryError | DocumentInUseError (another tab writes it)
   */
  append(source: DocumentSource, options?: CallOptions): Promise<readonly PhaseStats[]>;
  /** One file with all of the document, streamed; `documents.import` takes it. The stream outlives `close`, but not the engine. */
  export(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  /**
   * Frees what the document holds on the GPU; it stays stored. What is asked of it is cancelled and rejects at once, and so does all
   * that comes later, with ClosedError. Closing twice is fine.
   */
  close(): Promise<void>;
}

/** An exported document: the file, or its bytes as they come. */
export type ImportSource = Blob | ReadableStream<Uint8Array<ArrayBuffer>>;

export interface Documents {
  list(): Promise<readonly DocumentManifest[]>;
  open(id: string, options?: CallOptions): Promise<LongreadDocument>;
  /** Frees its space; closes it here first. @throws DocumentInUseError while another tab has it open */
  delete(id: string): Promise<void>;
  /** Bytes of each document, and what the browser says of this site's storage. */
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

/** Models that were fetched by URL and are kept in this browser's storage, whole or in part. */
export interface Models {
  list(): Promise<readonly StoredModel[]>;
  /**
   * Frees its space at once; nothing happens when there is none. An engine that has it loaded goes on, but has to load it again should
   * its device be lost. @throws DocumentInUseError while it is being loaded
   */
  delete(url: string | URL): Promise<void>;
}

export interface EngineInfo {
  /** Vendor, architecture and description of the adapter, as the browser tells them. */
  readonly adapter: string;
  readonly model: string;
  readonly modelSha256: string;
  readonly contextLength: number;
  readonly gpuBytes: number;
  readonly gpuBytesPeak: number;
  /** Longest time that a submission took on the device since the engine was created. */
  readonly longestSubmissionMs: number;
  /** Which kernel variants were timed on this adapter, and what they took; `formatTuning` prints it. */
  readonly tuning: Tuning;
}

/** A GPU device that went away. Nothing is to be done: the next call asks for another, and so does one that was interrupted. */
export interface DeviceLoss {
  readonly message: string;
  readonly details: ErrorDetails;
}

export interface Engine {
  readonly documents: Documents;
  readonly models: Models;
  ingest(source: DocumentSource, options?: IngestOptions): Promise<LongreadDocument>;
  /**
   * Resolves when the question can be asked of some document, with these options: before time goes into reading one.
   * @throws InvalidInputError (a setting out of range, no such strategy, an empty question) | LimitExceededError (question, answer and
   * `gatherSize` do not fit the model's window)
   */
  check(question: string, options?: AskOptions): Promise<void>;
  info(): Promise<EngineInfo>;
  /** Calls back once for every device that is lost, until the result is called. */
  onDeviceLost(listener: (loss: DeviceLoss) => void): () => void;
  /**
   * Ends the engine: all that is under way is cancelled and rejects at once, and so does all that comes later, with ClosedError. What was
   * whole is stored. Resolves when everything is freed, after some seconds at most. Disposing twice is fine.
   */
  dispose(): Promise<void>;
}

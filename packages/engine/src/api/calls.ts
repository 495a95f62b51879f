// What calls take and report, whichever they are: sources, progress, cancelling, and the figures of what ran.

/**
 * A model to load: a URL (fetched because the caller named it), a file of a hub's repository, or a file the user picked. Of a model that was split into parts all
 * files, in any order, or the URL of one, whose name ends in `-00001-of-00003.gguf` or the like: the others are fetched from beside it.
 * Of a model in safetensors the files of its folder, under their names, of which those that are of no use are left out; or the URL of
 * `model.safetensors`, or of `model.safetensors.index.json` where the weights are in several: config.json and the tokenizer's files are
 * fetched from beside it.
 */
export type ModelSource = string | URL | HubModelSource | Blob | readonly Blob[];

/** A model of a repository on a model hub, as the string `hf:owner/repo/file.gguf@revision` names it, too. */
export interface HubModelSource {
  /** `owner/name` */
  readonly repo: string;
  /** Path in the repository. When absent the usual one is chosen: Q4_K_M, and where there is none what comes near it. */
  readonly file?: string;
  /** Of what is chosen, `Q8_0` for example; not with `file`. */
  readonly tag?: string;
  /** Branch, tag or commit; `main` by default. */
  readonly revision?: string;
}

/**
 * A document to read. Bytes are decoded as UTF-8, as UTF-16 where they are, and as windows-1252 where they are neither, which
 * `LongreadDocument.notes` tells; files that are no text are refused by name. A stream or iterable is the call's from then on: it is
 * cancelled or returned when the call ends early.
 */
export type DocumentSource = string | Blob | ReadableStream<Uint8Array<ArrayBuffer>> | AsyncIterable<string>;

/** An exported document: the file, or its bytes as they come. */
export type ImportSource = Blob | ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * Where an engine keeps documents, models and kernel choices: in the browser, for all engines of the site, or in memory, for itself and
 * as long as it lives.
 */
export type StorageKind = 'indexeddb' | 'memory';

/** `done` and `total` are in `unit`; `total` is 0 while unknown. */
export interface Progress {
  readonly phase:
    | 'fetch'
    | 'verify'
    | 'load'
    | 'tune'
    | 'calibrate'
    | 'open'
    | 'tokenize'
    | 'compress'
    | 'gather'
    | 'recompute'
    | 'decode'
    | 'import';
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'tokens' | 'cases' | 'documents';
  /** With the last report of `tokenize`, before time goes into reading: as `LongreadDocument.notes`. */
  readonly notes?: readonly string[];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface PhaseStats {
  readonly name: Progress['phase'] | 'persist';
  readonly ms: number;
  readonly tokens: number;
}

/** What was held at most since the sample before. */
export interface MemorySample {
  /** Since the operation began to use the device. */
  readonly ms: number;
  /** What the operation reported last; none before its first report. */
  readonly phase: Progress['phase'] | undefined;
  /** Live buffer bytes, all of the engine's included. */
  readonly gpuBytes: number;
  /** JavaScript's heap at that moment, of the engine's own thread; absent where the browser does not tell (`performance.memory`). */
  readonly heapBytes?: number;
}

/** GPU memory of one operation: what was planned before it and what was allocated at most while it ran. */
export interface MemoryStats {
  readonly plannedBytes: number;
  /** Largest sum of live buffer bytes, all of the engine's included. */
  readonly peakBytes: number;
  /**
   * Memory over time, rising in `ms`: taken where the operation reports progress, at most 64. Of more, neighbours of a phase become one,
   * the higher; what is left out counts for `peakBytes` all the same.
   */
  readonly samples: readonly MemorySample[];
  /** What makes up `plannedBytes`. */
  readonly items: readonly { readonly name: string; readonly bytes: number }[];
}

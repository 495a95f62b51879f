// What a document store does, whatever keeps the bytes. The suite in testing/conformance holds every driver to it.
import type {
  ChunkEmbeddings,
  ChunkRecord,
  ChunkText,
  ChunkTokens,
  CompressState,
  DocumentManifest,
  ReadSettings,
} from '@longread/core';
import type { ManifestContent } from './schema/content.ts';

/** What must be equal for a stored document to stand in for reading a source again. */
export interface DocumentMatch {
  readonly fingerprint: string;
  readonly sourceHash: string;
  readonly maxTokens: number;
  /** Default `ready`; `reading` finds a document whose reading was interrupted. */
  readonly state?: DocumentManifest['state'];
}

/** How the caller reads documents: one that was read otherwise cannot be used. */
export interface ExpectedReading {
  readonly fingerprint: string;
  /** The settings in the fingerprint; a manifest that says others is refused too. */
  readonly settings?: ReadSettings;
}

/** A chunk that was read, and the source's text of it. */
export interface ReadChunk {
  readonly record: ChunkRecord;
  readonly text: ChunkText;
}

/** Chunks that are stored and that no manifest counts yet; for the store alone to look into. */
export interface ChunksAhead {
  readonly numChunks: number;
  readonly content: ManifestContent;
}

/** Checksums of records of embeddings that were verified, by chunk. */
export type KnownChecksums = Map<number, string>;

/** A document as of one moment. */
export interface OpenedDocument {
  readonly manifest: DocumentManifest;
  /** State after the manifest's last chunk; undefined while there is none. */
  readonly state: CompressState | undefined;
}

export interface DocumentUsage {
  readonly id: string;
  readonly title: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
  /** Somebody holds it: it cannot be deleted. */
  readonly inUse: boolean;
}

/**
 * The browser's figures for this origin (all storage together, 0 where it does not tell; in memory the process's own, whose quota is
 * Infinity) and the documents' own.
 */
export interface StorageUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** The browser does not clear this origin's storage on its own. */
  readonly persisted: boolean;
  /** Sum over `documents`. */
  readonly documentBytes: number;
  /** The most recently used first. */
  readonly documents: readonly DocumentUsage[];
  /** Documents that cannot be listed, by id: damaged, or of a later format version. They stay until they are deleted. */
  readonly unreadable: readonly { readonly id: string; readonly reason: string }[];
}

/** Something about a document was stored or deleted, in this tab or another. */
export interface DocumentChange {
  readonly id: string;
  readonly kind: 'stored' | 'deleted';
}

export interface HoldOptions {
  readonly signal?: AbortSignal;
  /** Wait for whoever holds the document instead of failing at once. */
  readonly wait?: boolean;
}

/** A claim on a document: it is not deleted while it is held, and only one `write` hold exists at a time. */
export interface DocumentHold {
  readonly id: string;
  readonly mode: 'read' | 'write';
  /** Fires when the claim was taken away (a lock that was stolen): stop writing. */
  readonly lost: AbortSignal;
  release(): void;
}

export interface TransferProgress {
  readonly done: number;
  /** 0 when it is not known. */
  readonly total: number;
  readonly unit: 'bytes';
}

export interface ImportOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
}

/**
 * Documents on disk. Every stored record is untrusted on read: shapes, lengths and checksums are verified before use.
 * Errors: InvalidInputError for an unknown document, IntegrityError for damaged records (details name document and
 * chunk), StorageQuotaError when the browser refuses to store, DocumentInUseError when somebody else holds it.
 */
export interface DocumentStore {
  /** Manifests, the most recently used first. Those that cannot be read are left out here and named by `usage`. */
  list(): Promise<readonly DocumentManifest[]>;
  manifest(id: string): Promise<DocumentManifest>;
  /** The most recently used document that is equal in all of `match`. */
  find(match: DocumentMatch): Promise<DocumentManifest | undefined>;
  /**
   * Manifest and state of one moment, verified with the last chunk's records; chunks before it are verified when they are read. A document
   * that was read otherwise than `expected` is refused by name.
   */
  open(id: string, expected?: ExpectedReading): Promise<OpenedDocument>;
  /** The chunks that `manifest` counts, in order; throws IntegrityError at the first that is missing or damaged. */
  readChunks(manifest: DocumentManifest): AsyncIterable<ChunkRecord>;
  /** One chunk that `manifest` counts; throws IntegrityError when it is missing or damaged. */
  readChunk(manifest: DocumentManifest, index: number): Promise<ChunkRecord>;
  /**
   * The embeddings of the chunks that `manifest` counts, in order, and nothing else of them; throws as `readChunks`.
   * @param known what was verified before, to which what is verified now is added: a record with the same checksum is read, and not hashed again.
   */
  readEmbeddings(manifest: DocumentManifest, known?: KnownChecksums): AsyncIterable<ChunkEmbeddings>;
  /** The embeddings of one chunk; throws as `readChunk`. */
  readEmbeddingsOf(
    manifest: DocumentManifest,
    index: number,
    known?: KnownChecksums,
  ): Promise<ChunkEmbeddings>;
  /** The tokens of one chunk; throws as `readChunk`. */
  readTokensOf(manifest: DocumentManifest, index: number): Promise<ChunkTokens>;
  /** The source's text, chunk by chunk, every UTF-16 code unit as it was given; throws as `readChunks`. */
  readTexts(manifest: DocumentManifest): AsyncIterable<ChunkText>;
  /** The text of one chunk; throws as `readChunk`. */
  readText(manifest: DocumentManifest, index: number): Promise<ChunkText>;
  /**
   * Adds the next chunks, their texts, the state after them and the manifest that points to all of these, in one transaction: after a
   * failure the document is whole as of the commit before. The state before goes with it. The arrays must not change
   * until the promise settles. Resolves to the manifest as stored: `sizeBytes` is the store's own count.
   * @param ahead what was stored ahead since the commit before: it is counted from here on.
   */
  commitChunks(
    manifest: DocumentManifest,
    chunks: readonly ReadChunk[],
    state: CompressState,
    ahead?: ChunksAhead,
  ): Promise<DocumentManifest>;
  /**
   * Stores the next chunks and their texts ahead of the commit that will count them: a state is many times their size. Until then the
   * document is as it was; what is never counted is written over by the next to come, unless that is the same, and deleted with the
   * document.
   * @param manifest as it is stored.
   * @param ahead what was stored ahead of it before.
   */
  storeAhead(
    manifest: DocumentManifest,
    chunks: readonly ReadChunk[],
    ahead?: ChunksAhead,
  ): Promise<ChunksAhead>;
  /** Replaces the manifest of a document (title, parts, state), or adds a document that has no chunk yet. */
  updateManifest(manifest: DocumentManifest): Promise<DocumentManifest>;
  /** Notes that the document was used now; fine while another tab writes to it. */
  touch(id: string): Promise<DocumentManifest>;
  /**
   * Claims a document, existing or not: `read` while it is open, `write` (which includes `read`) while chunks are added.
   * A second writer gets DocumentInUseError at once, or waits when asked to (AbortedError when the signal fires).
   */
  hold(id: string, mode: DocumentHold['mode'], options?: HoldOptions): Promise<DocumentHold>;
  /** Removes every record of the document in one transaction; unknown ids are fine. DocumentInUseError while it is held. */
  delete(id: string): Promise<void>;
  usage(): Promise<StorageUsage>;
  /**
   * Deletes the least recently used documents until `bytes` are freed or only held ones are left; resolves to what was
   * deleted. Nothing is ever deleted without this call or `delete`.
   */
  evictLeastRecentlyUsed(bytes: number): Promise<readonly DocumentManifest[]>;
  /** One file that holds the document as of now, in pieces of at most a chunk or a state; held while it streams. */
  exportDocument(id: string): ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * Stores the document of an exported file under its own id; nothing stays of one that fails. Errors: IntegrityError
   * (details: offset, field), InvalidInputError (an id that is stored already), StorageQuotaError, AbortedError.
   */
  importDocument(
    source: Blob | ReadableStream<Uint8Array<ArrayBuffer>>,
    options?: ImportOptions,
  ): Promise<DocumentManifest>;
  /** Calls back for every change, this store's own and those of other tabs and workers, until the result is called. */
  onChange(listener: (change: DocumentChange) => void): () => void;
  /** Releases all holds and closes the connection; the store cannot be used afterwards. */
  close(): void;
}

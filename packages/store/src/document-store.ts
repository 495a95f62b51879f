// What a document store does, whatever keeps the bytes. The conformance suite in idb.gpu.test.ts holds an implementation to it.
import type { ChunkRecord, CompressState, DocumentManifest } from '@longread/core';

/** What must be equal for a stored document to stand in for reading a source again. */
export interface DocumentMatch {
  readonly fingerprint: string;
  readonly sourceHash: string;
  readonly maxTokens: number;
}

/** The browser's own figures for this origin, all storage together; 0 where it does not tell. */
export interface StorageUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

/**
 * Documents on disk. Every stored record is untrusted on read: shapes, lengths and checksums are verified before use.
 * Errors: InvalidInputError for an unknown document, IntegrityError for damaged records (details name document and
 * chunk), StorageQuotaError when the browser refuses to store.
 */
export interface DocumentStore {
  /** Manifests, the most recently used first. Records of another format version, or unreadable, stay but are not listed. */
  list(): Promise<readonly DocumentManifest[]>;
  manifest(id: string): Promise<DocumentManifest>;
  /**
   * Adds the next chunk, the state after it and the manifest that points to both, in one transaction: after a failure
   * the document is whole as of the chunk before. The arrays must not change until the promise settles.
   */
  commitChunk(manifest: DocumentManifest, chunk: ChunkRecord, state: CompressState): Promise<void>;
  /** Replaces the manifest of a document (title, usedAt, state), or adds a document that has no chunk yet. */
  updateManifest(manifest: DocumentManifest): Promise<void>;
  /** The document's chunks in order; throws IntegrityError at the first that is missing or damaged. */
  readChunks(id: string): AsyncIterable<ChunkRecord>;
  /** One chunk; throws IntegrityError when it is missing or damaged. */
  readChunk(id: string, index: number): Promise<ChunkRecord>;
  /** State after the last chunk; undefined while there is no chunk. */
  readState(id: string): Promise<CompressState | undefined>;
  /** Removes every record of the document in one transaction; unknown ids are fine. */
  delete(id: string): Promise<void>;
  /** The most recently used document that is `ready` and equal in all of `match`. */
  find(match: DocumentMatch): Promise<DocumentManifest | undefined>;
  /**
   * Asks the browser not to clear this origin's storage on its own; true when it agreed. Only a page can ask: in a
   * worker this only tells what was agreed before.
   */
  requestPersistence(): Promise<boolean>;
  usage(): Promise<StorageUsage>;
  /** Closes the connection; the store cannot be used afterwards. */
  close(): void;
}

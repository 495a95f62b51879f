// Stage 7, persist: brings each whole chunk from the device to the store while the next one is read; one at a time.
import type { ChunkRecord, ChunkText, CompressState, DocumentManifest } from '@longread/core';
import type { DocumentStore } from '@longread/store';

export interface Persister {
  /** The manifest as of the last chunk written, or about to be. */
  readonly manifest: DocumentManifest;
  /**
   * Starts writing a chunk, its text and the state after it, which may still be on its way from the device, once the write before has
   * ended.
   * @throws StorageQuotaError | DeviceLostError of the write before
   */
  chunk(record: ChunkRecord, text: ChunkText, state: CompressState | Promise<CompressState>): Promise<void>;
  /** Waits for the last write. @throws StorageQuotaError */
  settled(): Promise<void>;
  /** Marks the document as read to its end. */
  ready(): Promise<DocumentManifest>;
  /** Milliseconds that reading waited for the store. */
  readonly waitedMs: number;
}

/** Continues the document that `first` describes; its manifest is stored with its first chunk. */
export function createPersister(store: DocumentStore, first: DocumentManifest): Persister {
  let manifest = first;
  let waitedMs = 0;
  let pending: Promise<unknown> = Promise.resolve();
  const settled = async () => {
    const start = performance.now();
    await pending;
    waitedMs += performance.now() - start;
  };
  const write = async (
    record: ChunkRecord,
    text: ChunkText,
    saving: CompressState | Promise<CompressState>,
  ) => {
    const state = await saving;
    manifest = {
      ...manifest,
      numTokens: manifest.numTokens + record.tokenIds.length,
      numChunks: record.index + 1,
      numChars: text.firstChar + text.text.length,
      usedAt: Date.now(),
    };
    await store.commitChunk(manifest, record, text, state);
  };
  return {
    get manifest() {
      return manifest;
    },
    get waitedMs() {
      return waitedMs;
    },
    settled,
    chunk: async (record, text, state) => {
      await settled();
      pending = write(record, text, state);
      pending.catch(() => undefined); // seen at the next `settled`
    },
    ready: async () => {
      await settled();
      manifest = await store.updateManifest({ ...manifest, state: 'ready', usedAt: Date.now() });
      return manifest;
    },
  };
}

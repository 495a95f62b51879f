// Stage 7, persist: brings whole chunks from the device to the store while the next ones are read; one write at a time.
import type { CompressState, DocumentManifest } from '@longread/core';
import type { DocumentStore, ReadChunk } from '@longread/store';

export interface Persister {
  /** The manifest as of the last write, or the one under way. */
  readonly manifest: DocumentManifest;
  /** Takes a chunk that was read: the next write has it. */
  add(chunk: ReadChunk): void;
  /** Whether chunks wait for a write. */
  readonly isBehind: boolean;
  /** Whether they should wait no longer. */
  readonly isDue: boolean;
  /**
   * Starts writing what waits and the state after it, which may still be on its way from the device, once the write before has ended.
   * @throws StorageQuotaError | DeviceLostError of the write before
   */
  write(state: Promise<CompressState>): Promise<void>;
  /** Waits for the last write. @throws StorageQuotaError */
  settled(): Promise<void>;
  /** Marks the document as read to its end. */
  ready(): Promise<DocumentManifest>;
  /** Milliseconds that reading waited for the store. */
  readonly waitedMs: number;
}

/**
 * A write begins so long after the last one, in milliseconds: the state is 50 times the size of a chunk, and a GPU reads many chunks in
 * that time. What a tab that dies loses is no more than that.
 */
const interval = 1000;
/** Bytes of chunks that may wait: past that reading waits for the store. */
const mostWaiting = 32 * 1024 * 1024;

/** Continues the document that `first` describes; its manifest is stored with its first chunks. */
export function createPersister(store: DocumentStore, first: DocumentManifest): Persister {
  let manifest = first;
  let waitedMs = 0;
  let pending: Promise<unknown> | undefined;
  let waiting: ReadChunk[] = [];
  let waitingBytes = 0;
  let lastAt = performance.now();
  const settled = async () => {
    const start = performance.now();
    await pending;
    waitedMs += performance.now() - start;
  };
  const write = async (chunks: readonly ReadChunk[], saving: Promise<CompressState>) => {
    const state = await saving;
    const last = chunks.at(-1);
    if (last === undefined) return;
    manifest = {
      ...manifest,
      numTokens: chunks.reduce((sum, { record }) => sum + record.tokenIds.length, manifest.numTokens),
      numChunks: last.record.index + 1,
      numChars: last.text.firstChar + last.text.text.length,
      usedAt: Date.now(),
    };
    await store.commitChunks(manifest, chunks, state);
  };
  return {
    get manifest() {
      return manifest;
    },
    get waitedMs() {
      return waitedMs;
    },
    get isBehind() {
      return waiting.length > 0;
    },
    get isDue() {
      if (waitingBytes > mostWaiting) return true;
      return pending === undefined && waiting.length > 0 && performance.now() - lastAt >= interval;
    },
    settled,
    add: (chunk) => {
      waiting.push(chunk);
      waitingBytes += chunk.record.embeddings.quants.byteLength;
    },
    write: async (state) => {
      await settled();
      const writing = write(waiting, state);
      waiting = [];
      waitingBytes = 0;
      lastAt = performance.now();
      pending = writing;
      // A failure is seen at the next `settled`.
      writing.then(
        () => {
          if (pending === writing) pending = undefined;
        },
        () => undefined,
      );
    },
    ready: async () => {
      await settled();
      manifest = await store.updateManifest({ ...manifest, state: 'ready', usedAt: Date.now() });
      return manifest;
    },
  };
}

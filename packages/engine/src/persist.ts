// Stage 7, persist: brings whole chunks from the device to the store while the next ones are read; one write at a time. A state is many
// times the size of a chunk: chunks are stored ahead of it, and the document is whole as of the last state.
import type { CompressState, DocumentManifest } from '@longread/core';
import { tokensBetweenStates } from '@longread/planner';
import type { ChunksAhead, DocumentStore, ReadChunk } from '@longread/store';

export interface Persister {
  /** The manifest as of the last state that was stored, or is on its way. */
  readonly manifest: DocumentManifest;
  /** Takes a chunk that was read: the next write has it. */
  add(chunk: ReadChunk): void;
  /** Whether anything is to be written before all is stored: chunks, or the state after them. */
  readonly isBehind: boolean;
  /** What is to be written by now, if anything: `state` is the chunks that wait and the state after them. */
  readonly due: 'chunks' | 'state' | undefined;
  /**
   * Starts writing what waits, once the write before has ended; with the state after it, which may still be on its way from the device,
   * or without it.
   * @throws StorageQuotaError | DeviceLostError of the write before
   */
  write(state?: Promise<CompressState>): Promise<void>;
  /** Waits for the last write. @throws StorageQuotaError */
  settled(): Promise<void>;
  /** Marks the document as read to its end. */
  ready(): Promise<DocumentManifest>;
  /** Milliseconds that reading waited for the store. */
  readonly waitedMs: number;
}

/** A write begins so long after the last one, in milliseconds: a GPU reads many chunks in that time. */
const interval = 1000;
/** Milliseconds of reading that a dying tab may lose: a state is due by then, whatever it adds to what is written. */
const mostLost = 600_000;
/** Bytes of chunks that wait for a state: past that they are stored ahead of it. */
const mostWaiting = 4 * 1024 * 1024;
/** Bytes of chunks that may wait while a write is under way: past that reading waits for the store. */
const mostBehind = 32 * 1024 * 1024;

/** What is stored ahead of the manifest: the chunks, and the manifest that will count them. */
interface Ahead {
  readonly chunks: ChunksAhead;
  readonly manifest: DocumentManifest;
}

/**
 * Continues the document that `first` describes; its manifest is stored with its first chunks.
 * @param length tokens of the document once all is read, and bytes of a state: states stand as far apart in a reading that goes on as in
 * one that begins.
 */
export function createPersister(
  store: DocumentStore,
  first: DocumentManifest,
  { numTokens, stateBytes }: { readonly numTokens: number; readonly stateBytes: number },
): Persister {
  let manifest = first;
  let ahead: Ahead | undefined;
  let waitedMs = 0;
  let pending: Promise<unknown> | undefined;
  let waiting: ReadChunk[] = [];
  let waitingBytes = 0;
  /** Since the last state: read, and from how many on the next is due. */
  let numSince = 0;
  let every = 0;
  let lastAt = performance.now();
  const settled = async () => {
    const start = performance.now();
    await pending;
    waitedMs += performance.now() - start;
  };
  const writeState = async (chunks: readonly ReadChunk[], saving: Promise<CompressState>) => {
    const state = await saving;
    if (chunks.length === 0 && ahead === undefined) return;
    manifest = { ...counting(ahead?.manifest ?? manifest, chunks), usedAt: Date.now() };
    const before = ahead?.chunks;
    ahead = undefined;
    await store.commitChunks(manifest, chunks, state, before);
  };
  const writeAhead = async (chunks: readonly ReadChunk[]) => {
    const counted = counting(ahead?.manifest ?? manifest, chunks);
    ahead = { chunks: await store.storeAhead(manifest, chunks, ahead?.chunks), manifest: counted };
  };
  return {
    get manifest() {
      return manifest;
    },
    get waitedMs() {
      return waitedMs;
    },
    get isBehind() {
      return numSince > 0;
    },
    get due() {
      if (waiting.length === 0 || (pending !== undefined && waitingBytes <= mostBehind)) return undefined;
      const isMuch = waitingBytes > mostWaiting;
      const since = performance.now() - lastAt;
      const isLate = since >= interval;
      const isBegun = manifest.numChunks > 0; // a document begins with a state
      const isFar = numSince >= every || since >= mostLost;
      if (isBegun ? isLate && isFar : isLate || isMuch) return 'state';
      return isMuch ? 'chunks' : undefined;
    },
    settled,
    add: (chunk) => {
      waiting.push(chunk);
      waitingBytes += chunk.record.embeddings.quants.byteLength;
      numSince += chunk.record.tokenIds.length;
      every = tokensBetweenStates(numTokens, tokenBytes(chunk), stateBytes);
    },
    write: async (state) => {
      await settled();
      const writing = state === undefined ? writeAhead(waiting) : writeState(waiting, state);
      waiting = [];
      waitingBytes = 0;
      if (state !== undefined) {
        numSince = 0;
        lastAt = performance.now();
      }
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

function counting(before: DocumentManifest, chunks: readonly ReadChunk[]): DocumentManifest {
  const last = chunks.at(-1);
  if (last === undefined) return before;
  return {
    ...before,
    numTokens: chunks.reduce((sum, { record }) => sum + record.tokenIds.length, before.numTokens),
    numChunks: last.record.index + 1,
    numChars: last.text.firstChar + last.text.text.length,
  };
}

/** Stored of a token; a character of its text counts as one byte. */
function tokenBytes({ record, text }: ReadChunk): number {
  const { tokenIds, charEnds, embeddings } = record;
  const { quants, scales } = embeddings;
  const bytes = [tokenIds, charEnds, quants, scales].reduce((sum, array) => sum + array.byteLength, 0);
  return (bytes + text.text.length) / tokenIds.length;
}

// The document store over a storage driver. Checksums are computed before a transaction starts: one that waits for anything
// but its own requests is committed early by the browser.
import {
  invariant,
  type ChunkRecord,
  type ChunkText,
  type CompressState,
  type DocumentManifest,
} from '@longread/core';
import { chunkChecksum, stateChecksum, textChecksum } from './checksum.ts';
import { deleteDocument, evictLeastRecentlyUsed } from './delete.ts';
import type {
  DocumentChange,
  DocumentHold,
  DocumentMatch,
  DocumentStore,
  ExpectedReading,
  HoldOptions,
  ImportOptions,
  OpenedDocument,
  StorageUsage,
} from './document-store.ts';
import type { StorageDriver } from './driver.ts';
import { exportDocument } from './export.ts';
import { Holds } from './holds.ts';
import { importDocument } from './import.ts';
import { chunkKey, manifestPrefix, otherSlot, stateKey, stateSlot, textKey } from './keys.ts';
import { changeManifest, readWithManifest, replaceManifest } from './manifest-table.ts';
import { storedBytes, type StoredManifest } from './manifest-record.ts';
import { createNotices, type Notices } from './notices.ts';
import { readChunk, readChunks, readText, readTexts } from './read-chunks.ts';
import { chunkBytes, stateBytes, storableChunk, storableState } from './records.ts';
import { reading } from './driver-errors.ts';
import { encodeText } from './text-record.ts';
import { storageUsage } from './usage.ts';
import { checkReading, checkReplacement, listedManifests, verifiedState } from './verify.ts';

/** A store over any driver; it closes the driver with itself. */
export function openStore(driver: StorageDriver): DocumentStore {
  return new DriverStore(driver);
}

class DriverStore implements DocumentStore {
  readonly #driver: StorageDriver;
  readonly #holds: Holds;
  readonly #notices: Notices;

  constructor(driver: StorageDriver) {
    this.#driver = driver;
    this.#holds = new Holds(driver);
    this.#notices = createNotices(driver);
  }

  async list(): Promise<readonly DocumentManifest[]> {
    const records = await reading(this.#driver, () => this.#driver.records.entries(manifestPrefix));
    return (await listedManifests(records)).flatMap(({ manifest }) => manifest ?? []);
  }

  async manifest(id: string): Promise<DocumentManifest> {
    return (await readWithManifest(this.#driver, id)).stored.manifest;
  }

  async find(match: DocumentMatch): Promise<DocumentManifest | undefined> {
    const { fingerprint, sourceHash, maxTokens, state = 'ready' } = match;
    return (await this.list()).find(
      (manifest) =>
        manifest.state === state &&
        manifest.fingerprint === fingerprint &&
        manifest.sourceHash === sourceHash &&
        manifest.maxTokens === maxTokens,
    );
  }

  async open(id: string, expected?: ExpectedReading): Promise<OpenedDocument> {
    const { stored, records } = await readWithManifest(this.#driver, id, ({ numChunks }) => [
      stateKey(id, stateSlot(numChunks)),
    ]);
    const { manifest } = stored;
    if (expected !== undefined) checkReading(manifest, expected);
    if (manifest.numChunks === 0) return { manifest, state: undefined };
    const { record } = await verifiedState(manifest, records[0], stored);
    return { manifest, state: record };
  }

  readChunks(manifest: DocumentManifest): AsyncIterable<ChunkRecord> {
    return readChunks(this.#driver, manifest);
  }

  readChunk(manifest: DocumentManifest, index: number): Promise<ChunkRecord> {
    return readChunk(this.#driver, manifest, index);
  }

  readTexts(manifest: DocumentManifest): AsyncIterable<ChunkText> {
    return readTexts(this.#driver, manifest);
  }

  async readText(manifest: DocumentManifest, index: number): Promise<ChunkText> {
    return (await readText(this.#driver, manifest, index)).record;
  }

  async commitChunk(
    manifest: DocumentManifest,
    chunk: ChunkRecord,
    text: ChunkText,
    state: CompressState,
  ): Promise<DocumentManifest> {
    const { id, numChunks, title } = manifest;
    const { index } = chunk;
    invariant(index + 1 === numChunks, `chunk ${index} is committed as number ${numChunks}`);
    invariant(text.index === index, `chunk ${index} is committed with the text of ${text.index}`);
    invariant(
      state.numChunks === numChunks,
      `state after ${state.numChunks} chunks, manifest of ${numChunks}`,
    );
    const encoded = encodeText(text);
    const checksums = {
      chunk: await chunkChecksum(chunk),
      text: await textChecksum(encoded),
      state: await stateChecksum(state),
    };
    const slot = stateSlot(numChunks);
    const puts = [
      [chunkKey(id, index), storableChunk(chunk, checksums.chunk)],
      [textKey(id, index), { ...encoded, checksum: checksums.text }],
      [stateKey(id, slot), storableState(state, checksums.state)],
    ] as const;
    const textBytes = encoded.bytes.length;
    const neededBytes = chunkBytes(chunk) + textBytes + stateBytes(state);
    const subject = { action: `store chunk ${index} of "${title}"`, document: id, neededBytes };
    return this.#replace(manifest, index, subject, (stored) => {
      return {
        content: {
          chunkChecksums: [...(stored?.chunkChecksums ?? []), checksums.chunk],
          textChecksums: [...(stored?.textChecksums ?? []), checksums.text],
          stateChecksum: checksums.state,
          chunkBytes: (stored?.chunkBytes ?? 0) + chunkBytes(chunk),
          textBytes: (stored?.textBytes ?? 0) + textBytes,
          stateBytes: stateBytes(state),
        },
        deletes: [stateKey(id, otherSlot(slot))],
        puts,
      };
    });
  }

  updateManifest(manifest: DocumentManifest): Promise<DocumentManifest> {
    const { id, title, numChunks } = manifest;
    const subject = { action: `update "${title}"`, document: id, neededBytes: 0 };
    return this.#replace(manifest, numChunks, subject, (stored) => ({ content: stored ?? noContent }));
  }

  async touch(id: string): Promise<DocumentManifest> {
    const subject = { action: `update document ${id}`, document: id, neededBytes: 0 };
    const manifest = await changeManifest(this.#driver, id, subject, (stored) => ({
      stored: { ...stored, manifest: { ...stored.manifest, usedAt: Date.now() } },
    }));
    this.#notices.send({ id, kind: 'stored' });
    return manifest;
  }

  hold(id: string, mode: DocumentHold['mode'], options?: HoldOptions): Promise<DocumentHold> {
    return this.#holds.take(id, mode, options);
  }

  async delete(id: string): Promise<void> {
    await this.#holds.alone(id, () => deleteDocument(this.#driver, id));
    this.#notices.send({ id, kind: 'deleted' });
  }

  usage(): Promise<StorageUsage> {
    return storageUsage(this.#driver, this.#holds);
  }

  async evictLeastRecentlyUsed(bytes: number): Promise<readonly DocumentManifest[]> {
    const evicted = await evictLeastRecentlyUsed(this.#driver, this.#holds, bytes);
    for (const { id } of evicted) this.#notices.send({ id, kind: 'deleted' });
    return evicted;
  }

  exportDocument(id: string): ReadableStream<Uint8Array<ArrayBuffer>> {
    return exportDocument(this.#driver, this.#holds, id);
  }

  async importDocument(
    source: Blob | ReadableStream<Uint8Array<ArrayBuffer>>,
    options: ImportOptions = {},
  ): Promise<DocumentManifest> {
    const manifest = await importDocument(this.#driver, this.#holds, source, options);
    this.#notices.send({ id: manifest.id, kind: 'stored' });
    return manifest;
  }

  onChange(listener: (change: DocumentChange) => void): () => void {
    return this.#notices.listen(listener);
  }

  close(): void {
    this.#holds.releaseAll();
    this.#notices.close();
    this.#driver.close();
  }

  /** Stores `manifest` where the stored document counts `expectedChunks`, with the content that `plan` makes; one transaction. */
  async #replace(
    manifest: DocumentManifest,
    expectedChunks: number,
    subject: Parameters<typeof replaceManifest>[2],
    plan: (stored: StoredManifest | undefined) => ContentChange,
  ): Promise<DocumentManifest> {
    const { id } = manifest;
    const replaced = await replaceManifest(this.#driver, id, subject, (stored) => {
      checkReplacement(manifest, stored?.manifest, expectedChunks);
      const { content, ...write } = plan(stored);
      return { stored: { ...content, manifest: { ...manifest, sizeBytes: storedBytes(content) } }, ...write };
    });
    this.#notices.send({ id, kind: 'stored' });
    return replaced;
  }
}

type Content = Omit<StoredManifest, 'manifest'>;

/** Of a document that has no chunk yet. */
const noContent: Content = {
  chunkChecksums: [],
  textChecksums: [],
  stateChecksum: '',
  chunkBytes: 0,
  textBytes: 0,
  stateBytes: 0,
};

interface ContentChange {
  readonly content: Content;
  readonly puts?: readonly (readonly [string, unknown])[];
  readonly deletes?: readonly string[];
}

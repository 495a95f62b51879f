// The document store over a storage driver: each operation, and who is told of it.
import type { ChunkRecord, ChunkText, CompressState, DocumentManifest } from '@longread/core';
import { commitOf, type ContentChange } from './commit.ts';
import type {
  DocumentChange,
  DocumentHold,
  DocumentMatch,
  DocumentStore,
  ExpectedReading,
  HoldOptions,
  ImportOptions,
  OpenedDocument,
  ReadChunk,
  StorageUsage,
} from './document-store.ts';
import type { StorageDriver } from './drivers/driver.ts';
import { Holds } from './holds.ts';
import { createNotices, type Notices } from './notices.ts';
import * as read from './read.ts';
import { checkReading, checkReplacement } from './schema/agreement.ts';
import { noContent, storedBytes, type ManifestContent } from './schema/manifest.ts';
import { deleteDocument, evictLeastRecentlyUsed, storageUsage } from './space.ts';
import { exportDocument } from './transfer/export.ts';
import { importDocument } from './transfer/import.ts';
import { changeManifest, replaceManifest, type WriteSubject } from './write.ts';

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
    return (await read.readManifests(this.#driver)).flatMap(({ manifest }) => manifest ?? []);
  }

  async manifest(id: string): Promise<DocumentManifest> {
    return (await read.readWithManifest(this.#driver, id)).stored.manifest;
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
    const { stored, state } = await read.readState(this.#driver, id, (manifest) => {
      if (expected !== undefined) checkReading(manifest, expected);
    });
    return { manifest: stored.manifest, state };
  }

  readChunks(manifest: DocumentManifest): AsyncIterable<ChunkRecord> {
    return read.readChunks(this.#driver, manifest);
  }

  readChunk(manifest: DocumentManifest, index: number): Promise<ChunkRecord> {
    return read.readChunk(this.#driver, manifest, index);
  }

  readTexts(manifest: DocumentManifest): AsyncIterable<ChunkText> {
    return read.readTexts(this.#driver, manifest);
  }

  async readText(manifest: DocumentManifest, index: number): Promise<ChunkText> {
    return (await read.readText(this.#driver, manifest, index)).text;
  }

  async commitChunks(
    manifest: DocumentManifest,
    chunks: readonly ReadChunk[],
    state: CompressState,
  ): Promise<DocumentManifest> {
    const { subject, plan } = await commitOf(manifest, chunks, state);
    return this.#replace(manifest, manifest.numChunks - chunks.length, subject, plan);
  }

  updateManifest(manifest: DocumentManifest): Promise<DocumentManifest> {
    const { id, title, numChunks } = manifest;
    const subject = { action: `update "${title}"`, document: id, neededBytes: 0 };
    return this.#replace(manifest, numChunks, subject, (content = noContent) => ({ content }));
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
    subject: WriteSubject,
    plan: (before: ManifestContent | undefined) => ContentChange,
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

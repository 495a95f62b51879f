// The document store over a storage driver: each operation, and who is told of it.
import type {
  ChunkEmbeddings,
  ChunkRecord,
  ChunkText,
  ChunkTokens,
  CompressState,
  DocumentManifest,
} from '@longread/core';
import { chunksAdded, commitOf, storingChunks, type ContentChange } from './commit.ts';
import type {
  ChunksAhead,
  DocumentChange,
  DocumentHold,
  DocumentMatch,
  DocumentStore,
  ExpectedReading,
  HoldOptions,
  ImportOptions,
  KnownChecksums,
  OpenedDocument,
  ReadChunk,
  StorageUsage,
} from './document-store.ts';
import type { StorageDriver } from './drivers/driver.ts';
import { Holds } from './holds.ts';
import { createNotices, type Notices } from './notices.ts';
import * as read from './read.ts';
import { checkReading, checkReplacement, checkStillCounted } from './schema/agreement.ts';
import { storedBytes, type ManifestContent } from './schema/content.ts';
import { manifestKey } from './schema/keys.ts';
import type { Layout } from './schema/layout.ts';
import { layoutOf } from './schema/layouts.ts';
import { deleteDocument, evictLeastRecentlyUsed, storageUsage } from './space.ts';
import { exportDocument } from './transfer/export.ts';
import { importDocument } from './transfer/import.ts';
import { changeManifest, notStored, replaceManifest, writing } from './write.ts';

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

  async *readChunks(manifest: DocumentManifest): AsyncGenerator<ChunkRecord> {
    for await (const { value } of read.readChunks(this.#driver, manifest)) yield value;
  }

  async readChunk(manifest: DocumentManifest, index: number): Promise<ChunkRecord> {
    return (await read.readOne(this.#driver, manifest, index, ({ chunk }) => chunk)).value;
  }

  readEmbeddings(manifest: DocumentManifest, known?: KnownChecksums): AsyncIterable<ChunkEmbeddings> {
    return read.readEmbeddings(this.#driver, manifest, known);
  }

  async readEmbeddingsOf(
    manifest: DocumentManifest,
    index: number,
    known?: KnownChecksums,
  ): Promise<ChunkEmbeddings> {
    const kind = ({ embeddings }: Layout) => embeddings;
    return (await read.readOne(this.#driver, manifest, index, kind, known)).value;
  }

  async readTokensOf(manifest: DocumentManifest, index: number): Promise<ChunkTokens> {
    return (await read.readOne(this.#driver, manifest, index, ({ tokens }) => tokens)).value;
  }

  readTexts(manifest: DocumentManifest): AsyncIterable<ChunkText> {
    return read.readTexts(this.#driver, manifest);
  }

  async readText(manifest: DocumentManifest, index: number): Promise<ChunkText> {
    return (await read.readOne(this.#driver, manifest, index, ({ text }) => text)).value.text;
  }

  async commitChunks(
    manifest: DocumentManifest,
    chunks: readonly ReadChunk[],
    state: CompressState,
    ahead?: ChunksAhead,
  ): Promise<DocumentManifest> {
    const { title, numChunks } = manifest;
    const expected = numChunks - chunks.length - (ahead?.numChunks ?? 0);
    return this.#replace(manifest, expected, storingChunks(title, chunks), (before) =>
      commitOf(manifest, ahead?.content ?? before, chunks, state),
    );
  }

  async storeAhead(
    manifest: DocumentManifest,
    chunks: readonly ReadChunk[],
    ahead?: ChunksAhead,
  ): Promise<ChunksAhead> {
    const { id, title, numChunks } = manifest;
    const numAhead = ahead?.numChunks ?? 0;
    const { stored } = await read.readWithManifest(this.#driver, id);
    checkReplacement(manifest, stored.manifest, numChunks);
    const before = ahead?.content ?? stored.content;
    const { content, puts } = await chunksAdded(manifest, before, numChunks + numAhead, chunks);
    const needed = storedBytes(content) - storedBytes(before);
    await writing(
      this.#driver,
      { action: storingChunks(title, chunks), document: id, neededBytes: needed },
      {
        expect: { key: manifestKey(id), check: (current) => checkStillCounted(manifest, current) },
        puts: await notStored(this.#driver, puts),
      },
    );
    return { numChunks: numAhead + chunks.length, content };
  }

  updateManifest(manifest: DocumentManifest): Promise<DocumentManifest> {
    const { title, numChunks } = manifest;
    return this.#replace(manifest, numChunks, `update "${title}"`, (content) => ({ content }));
  }

  async touch(id: string): Promise<DocumentManifest> {
    const subject = { action: `update document ${id}`, document: id };
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
    action: string,
    plan: (before: ManifestContent) => ContentChange | Promise<ContentChange>,
  ): Promise<DocumentManifest> {
    const { id } = manifest;
    const replaced = await replaceManifest(this.#driver, id, { action, document: id }, async (stored) => {
      checkReplacement(manifest, stored?.manifest, expectedChunks);
      const before = stored?.content ?? layoutOf(manifest).nothing;
      const { content, ...write } = await plan(before);
      return {
        stored: { content, manifest: { ...manifest, sizeBytes: storedBytes(content) } },
        ...write,
      };
    });
    this.#notices.send({ id, kind: 'stored' });
    return replaced;
  }
}

// The document store over IndexedDB. Checksums are computed before a transaction starts: one that waits for anything but
// its own requests is committed early by the browser.
import { invariant, type ChunkRecord, type CompressState, type DocumentManifest } from '@longread/core';
import { chunkChecksum, stateChecksum } from './checksum.ts';
import { openDatabase, storageUsage, type Database, type WriteSubject } from './database.ts';
import type { DocumentMatch, DocumentStore, StorageUsage } from './document-store.ts';
import { chunkKey, documentRanges, keysUnder, manifestKey, manifestPrefix, stateKey } from './keys.ts';
import { chunkBytes, stateBytes, storableChunk, storableState } from './records.ts';
import { readableManifest, replacementError, verifiedChunk, verifiedManifest } from './verify.ts';
import { verifiedState, verifyTokenCount } from './verify.ts';

/** Documents of one database name are shared by all pages and workers of the origin. Nothing opens before first use. */
export function openDocumentStore(databaseName: string): DocumentStore {
  return new IdbDocumentStore(openDatabase(databaseName));
}

class IdbDocumentStore implements DocumentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<readonly DocumentManifest[]> {
    const records = await this.#database.read<unknown[]>((store) => store.getAll(keysUnder(manifestPrefix)));
    return records.flatMap((record) => readableManifest(record) ?? []).sort((a, b) => b.usedAt - a.usedAt);
  }

  async manifest(id: string): Promise<DocumentManifest> {
    return verifiedManifest(id, await this.#record(manifestKey(id)));
  }

  async commitChunk(manifest: DocumentManifest, chunk: ChunkRecord, state: CompressState): Promise<void> {
    const { id, numChunks, title } = manifest;
    invariant(chunk.index + 1 === numChunks, `chunk ${chunk.index} is committed as number ${numChunks}`);
    invariant(
      state.numChunks === numChunks,
      `state after ${state.numChunks} chunks, manifest of ${numChunks}`,
    );
    const storedChunk = storableChunk(chunk, await chunkChecksum(chunk));
    const storedState = storableState(state, await stateChecksum(state));
    const action = `store chunk ${chunk.index} of "${title}"`;
    const neededBytes = chunkBytes(chunk) + stateBytes(state);
    await this.#replaceManifest(manifest, chunk.index, { action, document: id, neededBytes }, (store) => {
      store.put(storedChunk, chunkKey(id, chunk.index));
      store.put(storedState, stateKey(id, numChunks));
    });
  }

  async updateManifest(manifest: DocumentManifest): Promise<void> {
    const subject = { action: `update "${manifest.title}"`, document: manifest.id, neededBytes: 0 };
    await this.#replaceManifest(manifest, manifest.numChunks, subject);
  }

  async *readChunks(id: string): AsyncGenerator<ChunkRecord> {
    const manifest = await this.manifest(id);
    let numTokens = 0;
    for (let index = 0; index < manifest.numChunks; index++) {
      const chunk = await verifiedChunk(manifest, index, await this.#record(chunkKey(id, index)));
      numTokens += chunk.tokenIds.length;
      yield chunk;
    }
    verifyTokenCount(manifest, numTokens);
  }

  async readChunk(id: string, index: number): Promise<ChunkRecord> {
    return verifiedChunk(await this.manifest(id), index, await this.#record(chunkKey(id, index)));
  }

  async readState(id: string): Promise<CompressState | undefined> {
    const manifest = await this.manifest(id);
    if (manifest.numChunks === 0) return undefined;
    return verifiedState(manifest, await this.#record(stateKey(id, manifest.numChunks)));
  }

  async delete(id: string): Promise<void> {
    const ranges = documentRanges(id);
    const subject = { action: `delete document ${id}`, document: id, neededBytes: 0 };
    await this.#database.write(subject, (store) => {
      for (const range of ranges) store.delete(range);
    });
  }

  async find(match: DocumentMatch): Promise<DocumentManifest | undefined> {
    const manifests = await this.list();
    return manifests.find(
      (manifest) =>
        manifest.state === 'ready' &&
        manifest.fingerprint === match.fingerprint &&
        manifest.sourceHash === match.sourceHash &&
        manifest.maxTokens === match.maxTokens,
    );
  }

  async requestPersistence(): Promise<boolean> {
    const storage: StorageManager & { persist?: () => Promise<boolean> } = navigator.storage;
    return storage.persist ? await storage.persist() : await storage.persisted();
  }

  usage(): Promise<StorageUsage> {
    return storageUsage();
  }

  close(): void {
    this.#database.close();
  }

  #record(key: string): Promise<unknown> {
    return this.#database.read<unknown>((store) => store.get(key));
  }

  /** Puts the manifest, and what `puts` adds, where the stored document counts `expectedChunks`; one transaction. */
  async #replaceManifest(
    manifest: DocumentManifest,
    expectedChunks: number,
    subject: WriteSubject,
    puts?: (store: IDBObjectStore) => void,
  ): Promise<void> {
    const key = manifestKey(manifest.id);
    await this.#database.write(subject, (store, guard) => {
      const current: IDBRequest<unknown> = store.get(key);
      current.onsuccess = guard(() => {
        const problem = replacementError(manifest, current.result, expectedChunks);
        if (problem) throw problem;
        puts?.(store);
        store.put(manifest, key);
      });
    });
  }
}

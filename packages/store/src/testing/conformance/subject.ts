// What the conformance suite runs on: the tabs of one origin, and a document store in one of them for each test.
import { afterEach, beforeEach, expect } from 'vitest';
import type { ChunkRecord, DocumentManifest } from '@longread/core';
import type { StorageDriver } from '../../drivers/driver.ts';
import { openStore } from '../../store.ts';
import type { DocumentStore } from '../../document-store.ts';
import { makeChunk, makeManifest, makeState, makeText } from '../fixtures.ts';

/** One origin with empty storage, to open tabs of. */
export interface Origin {
  open(): StorageDriver;
  /** Takes every lock away from its holder. */
  stealLocks(): Promise<void>;
  /** Removes everything; no driver is open any more. */
  clear(): Promise<void>;
}

export interface Bench {
  /** The store under test. */
  readonly store: DocumentStore;
  /** Records behind the store's back. */
  readonly records: StorageDriver['records'];
  readonly origin: Origin;
  /** Closes the store and opens it again. */
  reopen(): void;
  /** A store in another tab; closed after the test. */
  otherTab(): DocumentStore;
  /** Commits chunk `index`, all values seeded. */
  commit(id: string, index: number, seed?: number, changes?: Partial<DocumentManifest>): Promise<void>;
  readAll(id: string): Promise<ChunkRecord[]>;
  keys(): Promise<string[]>;
  /** Changes a stored record; undefined removes it. */
  tamper(key: string, change: (record: Record<string, unknown>) => unknown): Promise<void>;
}

/** Sets up a bench before each test of the current suite and clears it after. */
export function useBench(createOrigin: () => Origin): Bench {
  let origin: Origin;
  let drivers: StorageDriver[] = [];
  let stores: DocumentStore[] = [];
  const open = (): StorageDriver => {
    const driver = origin.open();
    drivers.push(driver);
    return driver;
  };
  const openTab = (): DocumentStore => {
    const store = openStore(open());
    stores.push(store);
    return store;
  };
  let store: DocumentStore;
  let records: StorageDriver['records'];
  beforeEach(() => {
    origin = createOrigin();
    records = open().records;
    store = openTab();
  });
  afterEach(async () => {
    stores.forEach((opened) => opened.close());
    drivers.forEach((driver) => driver.close());
    stores = [];
    drivers = [];
    await origin.clear();
  });
  return {
    get store() {
      return store;
    },
    get records() {
      return records;
    },
    get origin() {
      return origin;
    },
    reopen() {
      store.close();
      store = openTab();
    },
    otherTab: openTab,
    async commit(id, index, seed = 1, changes = {}) {
      await store.commitChunks(
        makeManifest(id, index + 1, changes),
        [{ record: makeChunk(seed, index), text: makeText(makeChunk(seed, index)) }],
        makeState(seed, index + 1, changes.formatVersion),
      );
    },
    async readAll(id) {
      return collected(store.readChunks(await store.manifest(id)));
    },
    async keys() {
      const kinds = ['manifest', 'chunk', 'embeddings', 'tokens', 'text', 'state', 'import'];
      const prefixes = kinds.map((kind) => `${kind}/`);
      const entries = await Promise.all(prefixes.map((prefix) => records.entries(prefix)));
      return entries.flat().map(([key]) => key);
    },
    async tamper(key, change) {
      const [record] = await records.get([key]);
      const changed = change((record ?? {}) as Record<string, unknown>);
      await records.write(changed === undefined ? { deletes: [key] } : { puts: [[key, changed]] });
    },
  };
}

/** The error that `action` rejects with; fails when it does not. */
export async function failure(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );
}

/** All that an iterable gives. */
export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

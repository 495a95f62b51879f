// Conformance of the IndexedDB store. Named .gpu.test.ts because it needs a real browser's IndexedDB (it needs no GPU).
import { clear, createStore, get, keys, set, type UseStore } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IntegrityError, InvalidInputError, StorageQuotaError, type ChunkRecord } from '@longread/core';
import { openDocumentStore, type DocumentStore } from './index.ts';
import { makeChunk, makeManifest, makeState } from './testing/fixtures.ts';

const databaseName = 'longread-store-test';
const raw: UseStore = createStore(databaseName, 'records');
let store: DocumentStore;

beforeEach(() => {
  store = openDocumentStore(databaseName);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  store.close();
  await clear(raw);
});

async function commit(id: string, index: number, seed = 1): Promise<void> {
  await store.commitChunk(makeManifest(id, index + 1), makeChunk(seed, index), makeState(seed, index + 1));
}

async function readAll(id: string): Promise<ChunkRecord[]> {
  const chunks: ChunkRecord[] = [];
  for await (const chunk of store.readChunks(id)) chunks.push(chunk);
  return chunks;
}

/** The error that `action` rejects with; fails when it does not. */
async function failure(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );
}

/** Chromium's storage buckets, which the DOM types do not have yet. */
const { storageBuckets: buckets } = navigator as unknown as {
  storageBuckets: {
    open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
    delete(name: string): Promise<void>;
  };
};

/** Changes a stored record behind the store's back. */
async function tamper(key: string, change: (record: Record<string, unknown>) => unknown): Promise<void> {
  const record = await get<Record<string, unknown>>(key, raw);
  await set(key, change(record ?? {}), raw);
}

describe('saving and opening', () => {
  test('what was committed comes back bit for bit after closing and opening', async () => {
    for (const index of [0, 1, 2]) await commit('moby', index);
    store.close();
    store = openDocumentStore(databaseName);
    expect(await store.manifest('moby')).toEqual(makeManifest('moby', 3));
    expect(await readAll('moby')).toEqual([0, 1, 2].map((index) => makeChunk(1, index)));
    expect(await store.readState('moby')).toEqual(makeState(1, 3));
    const state = await store.readState('moby');
    expect(new Uint8Array(state?.keys.buffer ?? new ArrayBuffer())).toEqual(
      new Uint8Array(makeState(1, 3).keys.buffer),
    );
  });

  test('two state slots are all that is kept, and a ragged last chunk is fine', async () => {
    for (const index of [0, 1, 2]) await commit('moby', index);
    const manifest = makeManifest('moby', 4, { numTokens: 27 });
    await store.commitChunk(manifest, makeChunk(1, 3, 3), makeState(1, 4));
    expect((await keys<string>(raw)).filter((key) => key.startsWith('state/'))).toHaveLength(2);
    expect((await readAll('moby'))[3]).toEqual(makeChunk(1, 3, 3));
  });

  test('a view on a larger buffer stores only what it shows', async () => {
    const { tokenIds, ...rest } = makeChunk(1, 0);
    const large = new Uint32Array(100_000);
    large.set(tokenIds, 500);
    const chunk = { ...rest, tokenIds: large.subarray(500, 500 + tokenIds.length) };
    await store.commitChunk(makeManifest('moby', 1), chunk, makeState(1, 1));
    const stored = await get<ChunkRecord>('chunk/moby/0', raw);
    expect(stored?.tokenIds.buffer.byteLength).toBe(tokenIds.byteLength);
    expect(await readAll('moby')).toEqual([makeChunk(1, 0)]);
  });

  test('a document without chunks has no state and no chunks', async () => {
    await store.updateManifest(makeManifest('empty', 0));
    expect(await store.readState('empty')).toBeUndefined();
    expect(await readAll('empty')).toEqual([]);
  });

  test('an unknown document is named', async () => {
    expect(await failure(store.manifest('nobody'))).toBeInstanceOf(InvalidInputError);
    expect(await failure(readAll('nobody'))).toMatchObject({ details: { document: 'nobody' } });
    expect(await failure(store.updateManifest(makeManifest('nobody', 2)))).toBeInstanceOf(InvalidInputError);
    expect(await failure(store.manifest('no/body'))).toBeInstanceOf(InvalidInputError);
  });
});

describe('several documents', () => {
  test('they do not mix, even when one id begins like the other', async () => {
    await commit('a', 0, 1);
    await commit('a.b', 0, 2);
    await commit('a', 1, 1);
    await store.delete('a');
    expect(await readAll('a.b')).toEqual([makeChunk(2, 0)]);
    expect(await store.readState('a.b')).toEqual(makeState(2, 1));
  });

  test('delete leaves no key behind, and an unknown id is fine', async () => {
    for (const index of [0, 1, 2]) await commit('moby', index);
    await store.delete('moby');
    expect(await keys(raw)).toEqual([]);
    await store.delete('moby');
  });

  test('list gives the newest used first and leaves other format versions alone', async () => {
    await store.updateManifest(makeManifest('old', 0, { usedAt: 1 }));
    await store.updateManifest(makeManifest('new', 0, { usedAt: 2 }));
    await set('manifest/future', { ...makeManifest('future', 0), formatVersion: 2 }, raw);
    await set('manifest/broken', { formatVersion: 1, id: 7 }, raw);
    expect((await store.list()).map(({ id }) => id)).toEqual(['new', 'old']);
    expect(await keys(raw)).toContain('manifest/future');
    expect(await failure(store.manifest('future'))).toMatchObject({ code: 'Integrity' });
    expect(await failure(store.manifest('broken'))).toBeInstanceOf(IntegrityError);
  });

  test('find wants a ready document with the same source, model, settings and limit', async () => {
    const match = { fingerprint: 'f'.repeat(64), sourceHash: 'a'.repeat(64), maxTokens: 0 };
    await commit('moby', 0);
    expect(await store.find(match)).toBeUndefined();
    await store.updateManifest(makeManifest('moby', 1, { state: 'ready', title: 'Moby Dick' }));
    expect(await store.find(match)).toMatchObject({ id: 'moby', title: 'Moby Dick' });
    expect(await store.find({ ...match, fingerprint: '' })).toBeUndefined();
    expect(await store.find({ ...match, sourceHash: '' })).toBeUndefined();
    expect(await store.find({ ...match, maxTokens: 5 })).toBeUndefined();
  });
});

describe('damage', () => {
  beforeEach(async () => {
    for (const index of [0, 1, 2]) await commit('moby', index);
  });

  test('a damaged chunk is named and the ones before it are read', async () => {
    await tamper('chunk/moby/1', (record) => {
      (record as unknown as ChunkRecord).tokenIds[3] = 7;
      return record;
    });
    const read: number[] = [];
    const error = await failure(
      (async () => {
        for await (const chunk of store.readChunks('moby')) read.push(chunk.index);
      })(),
    );
    expect(read).toEqual([0]);
    expect(await failure(store.readChunk('moby', 1))).toMatchObject({ details: { chunk: 1 } });
    expect(await store.readChunk('moby', 2)).toEqual(makeChunk(1, 2));
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ details: { document: 'moby', chunk: 1 } });
    expect((error as Error).message).toContain('Chunk 1 of "The book moby"');
  });

  test.for<[string, string, (record: Record<string, unknown>) => unknown]>([
    ['a missing chunk', 'chunk/moby/1', () => undefined],
    ['a chunk in the wrong place', 'chunk/moby/1', () => makeChunk(1, 2)],
    ['a chunk without embeddings', 'chunk/moby/1', (record) => ({ ...record, embeddings: null })],
    ['ids of another type', 'chunk/moby/1', (record) => ({ ...record, tokenIds: [1, 2, 3] })],
    ['a shortened array', 'chunk/moby/1', (record) => ({ ...record, charEnds: new Uint32Array(3) })],
    ['a manifest that counts other tokens', 'manifest/moby', (record) => ({ ...record, numTokens: 99 })],
  ])('%s is refused', async ([, key, change]) => {
    await tamper(key, change);
    expect(await failure(readAll('moby'))).toBeInstanceOf(IntegrityError);
  });

  test.for<[string, string, (record: Record<string, unknown>) => unknown]>([
    ['a changed score', 'state/moby/b', (record) => ({ ...record, scores: makeState(9, 3).scores })],
    ['a missing state', 'state/moby/b', () => undefined],
    ['the state of another chunk', 'state/moby/b', () => makeState(1, 1)],
    ['a manifest that is ahead of the state', 'manifest/moby', (record) => ({ ...record, numChunks: 5 })],
    ['more slots than the budget', 'state/moby/b', (record) => ({ ...record, numSlots: 7 })],
  ])('%s is refused', async ([, key, change]) => {
    await tamper(key, change);
    const error = await failure(store.readState('moby'));
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ details: { document: 'moby' } });
  });
});

describe('writing', () => {
  /** Makes every put from the `n`th on fail as `fail` says. */
  function failPut(n: number, fail: (store: IDBObjectStore) => void): void {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with `this` below
    const put = IDBObjectStore.prototype.put;
    let count = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (++count >= n) fail(this);
      return put.call(this, value, key);
    });
  }

  async function expectWholeAsOfTwoChunks(): Promise<void> {
    vi.restoreAllMocks();
    expect(await store.manifest('moby')).toMatchObject({ numChunks: 2 });
    expect(await readAll('moby')).toHaveLength(2);
    expect(await store.readState('moby')).toEqual(makeState(1, 2));
    expect(await keys(raw)).not.toContain('chunk/moby/2');
    await commit('moby', 2);
    expect(await readAll('moby')).toHaveLength(3);
  }

  beforeEach(async () => {
    await commit('moby', 0);
    await commit('moby', 1);
  });

  test.for([1, 2, 3])('an abort at put %i leaves the document whole as of the chunk before', async (n) => {
    failPut(n, (objectStore) => objectStore.transaction.abort());
    expect(await failure(commit('moby', 2))).toMatchObject({ code: 'StorageQuota' });
    await expectWholeAsOfTwoChunks();
  });

  test.for([1, 2, 3])('a put %i that throws leaves the document whole as of the chunk before', async (n) => {
    failPut(n, () => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const error = await failure(commit('moby', 2));
    expect(error).toBeInstanceOf(StorageQuotaError);
    expect((error as Error).message).toMatch(/chunk 2 of "The book moby".*QuotaExceededError.*Delete/);
    await expectWholeAsOfTwoChunks();
  });

  test('a quota that the browser itself enforces is a typed error and nothing is stored', async () => {
    // A bucket of one byte: the smallest that there is.
    const bucket = await buckets.open('tiny', { quota: 1 });
    vi.stubGlobal('indexedDB', bucket.indexedDB);
    const full = openDocumentStore(databaseName);
    const error = await failure(full.commitChunk(makeManifest('moby', 1), makeChunk(1, 0), makeState(1, 1)));
    expect(error).toBeInstanceOf(StorageQuotaError);
    expect(error).toMatchObject({ details: { document: 'moby', failure: 'QuotaExceededError' } });
    expect(await full.list()).toEqual([]);
    await full.delete('moby');
    full.close();
    await buckets.delete('tiny');
  });

  test('a chunk that another tab has written already is refused', async () => {
    const other = openDocumentStore(databaseName);
    await other.commitChunk(makeManifest('moby', 3), makeChunk(2, 2), makeState(2, 3));
    other.close();
    expect(await failure(commit('moby', 2))).toMatchObject({
      code: 'Integrity',
      details: { document: 'moby' },
    });
    expect(await failure(commit('moby', 5))).toBeInstanceOf(IntegrityError);
    expect((await readAll('moby'))[2]).toEqual(makeChunk(2, 2));
  });

  test('usage and persistence are told', async () => {
    const usage = await store.usage();
    expect(usage.quotaBytes).toBeGreaterThan(0);
    expect(usage.usedBytes).toBeGreaterThan(0);
    expect(typeof (await store.requestPersistence())).toBe('boolean');
  });
});

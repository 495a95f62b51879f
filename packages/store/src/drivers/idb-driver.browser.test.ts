// The browser's driver: the conformance suite, and what only it can show: transactions that fail in the middle, and a quota that
// the browser enforces.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StorageQuotaError } from '@longread/core';
import { idbDriver } from './idb-driver.ts';
import { openDocumentStore, type DocumentStore } from '../index.ts';
import { describeConformance } from '../testing/conformance/index.ts';
import { failure, useBench, type Origin } from '../testing/conformance/subject.ts';
import { makeChunk, makeManifest, makeState, makeText } from '../testing/fixtures.ts';

const databaseName = 'longread-store-test';

function createOrigin(): Origin {
  return {
    open: () => idbDriver(databaseName),
    stealLocks: async () => {
      const { held = [] } = await navigator.locks.query();
      for (const { name = '' } of held)
        await navigator.locks.request(name, { steal: true }, () => Promise.resolve());
    },
    clear: () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(databaseName);
        request.onsuccess = () => resolve();
        request.onerror = () =>
          reject(new Error('the database could not be deleted', { cause: request.error }));
      }),
  };
}

describeConformance(createOrigin);

describe('a worker that dies', () => {
  const bench = useBench(createOrigin);

  test('frees the document that it was writing', async () => {
    const lock = JSON.stringify(`longread/${databaseName}/write/moby`);
    const script = `navigator.locks.request(${lock}, () => { postMessage('held'); return new Promise(() => {}); })`;
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const writer = new Worker(url);
    await new Promise((resolve) => writer.addEventListener('message', resolve, { once: true }));
    expect(await failure(bench.store.hold('moby', 'write'))).toMatchObject({ code: 'DocumentInUse' });
    const next = bench.store.hold('moby', 'write', { wait: true });
    writer.terminate();
    expect((await next).mode).toBe('write');
    URL.revokeObjectURL(url);
  });
});

/** Chromium's storage buckets, which the DOM types do not have yet. */
const { storageBuckets: buckets } = navigator as unknown as {
  storageBuckets: {
    open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
    delete(name: string): Promise<void>;
  };
};

describe('writing', () => {
  const bench = useBench(createOrigin);

  /** Makes every put from the `n`th on fail as `fail` says. */
  function failPut(n: number, fail: (store: IDBObjectStore) => void): void {
    // oxlint-disable-next-line typescript/unbound-method -- called with `this` below
    const put = IDBObjectStore.prototype.put;
    let count = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (++count >= n) fail(this);
      return put.call(this, value, key);
    });
  }

  async function expectWholeAsOfTwoChunks(): Promise<void> {
    vi.restoreAllMocks();
    const { manifest, state } = await bench.store.open('moby');
    expect(manifest).toMatchObject({ numChunks: 2 });
    expect(state).toEqual(makeState(1, 2));
    expect(await bench.readAll('moby')).toHaveLength(2);
    expect(await bench.keys()).not.toContain('chunk/moby/2');
    await bench.commit('moby', 2);
    expect(await bench.readAll('moby')).toHaveLength(3);
  }

  beforeEach(async () => {
    await bench.commit('moby', 0);
    await bench.commit('moby', 1);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  test.for([1, 2, 3, 4])('an abort at put %i leaves the document whole as of the chunk before', async (n) => {
    failPut(n, (objectStore) => objectStore.transaction.abort());
    expect(await failure(bench.commit('moby', 2))).toMatchObject({ code: 'StorageQuota' });
    await expectWholeAsOfTwoChunks();
  });

  test.for([1, 2, 3, 4])(
    'a put %i that throws leaves the document whole as of the chunk before',
    async (n) => {
      failPut(n, () => {
        throw new DOMException('full', 'QuotaExceededError');
      });
      const error = await failure(bench.commit('moby', 2));
      expect(error).toBeInstanceOf(StorageQuotaError);
      expect((error as Error).message).toMatch(/chunk 2 of "The book moby".*QuotaExceededError/);
      await expectWholeAsOfTwoChunks();
    },
  );
});

describe('a quota that the browser enforces', () => {
  const quota = 8_000_000;
  let store: DocumentStore;
  beforeEach(async () => {
    const bucket = await buckets.open('small', { quota });
    vi.stubGlobal('indexedDB', bucket.indexedDB);
    store = openDocumentStore(databaseName);
  });
  afterEach(async () => {
    store.close();
    vi.unstubAllGlobals();
    await buckets.delete('small');
  });

  /** A document of one chunk whose state takes a megabyte more, or as many as told. */
  const commit = (id: string, usedAt: number, megabytes = 1) =>
    store.commitChunks(
      makeManifest(id, 1, { usedAt }),
      [{ record: makeChunk(1, 0), text: makeText(makeChunk(1, 0)) }],
      {
        ...makeState(1, 1),
        moments: Float64Array.from({ length: (megabytes * 1e6) / 8 }, (_, i) => Math.sin(i)),
      },
    );

  test('is a typed error that names what to delete; nothing is stored, and deleting makes room at once', async () => {
    await commit('large', 1000, 1.5);
    let error: unknown;
    let count = 0;
    while (error === undefined && count < 10) {
      const id = `doc-${count}`;
      error = await commit(id, count + 1).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      if (error === undefined) count++;
    }
    expect(error).toBeInstanceOf(StorageQuotaError);
    expect(count).toBeGreaterThan(1);
    expect(error).toMatchObject({
      details: {
        document: `doc-${count}`,
        failure: 'QuotaExceededError',
        otherDocuments: count + 1,
        largestDocument: 'large',
        leastRecentDocument: 'doc-0',
      },
    });
    expect((error as Error).message).toMatch(
      /Delete stored documents \("The book large" with 1.5 MB, the largest/,
    );
    expect(await store.list()).toHaveLength(count + 1);
    // Before a transaction Chromium asks for once to twice what it writes: three megabytes gone are room for one more.
    await store.delete('large');
    await store.delete('doc-0');
    await store.delete('doc-1');
    await commit(`doc-${count}`, count + 1);
    expect(await store.list()).toHaveLength(count - 1);
  });
});

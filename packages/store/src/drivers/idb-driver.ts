// The browser as a storage driver: one IndexedDB database with one object store, opened by idb-keyval; locks and notices of
// the same name. idb-keyval's setMany is not used for writes: a put that throws would leave the puts before it to be
// committed, and a transaction that fails rejects with null there.
import { createStore } from 'idb-keyval';
import { invariant } from '@longread/core';
import {
  prefixEnd,
  type NoticeDriver,
  type RecordDriver,
  type RecordWrite,
  type StorageDriver,
} from './driver.ts';
import { webLocks } from './web-locks.ts';

const objectStoreName = 'records';

/** Nothing opens before first use. */
export function idbDriver(databaseName: string): StorageDriver {
  const records = openRecords(databaseName);
  const notices = openNotices(`longread/${databaseName}`);
  return {
    name: databaseName,
    records,
    locks: webLocks(`longread/${databaseName}/`),
    notices,
    estimate: async () => {
      const { usage = 0, quota = 0 } = await navigator.storage.estimate();
      return { usedBytes: usage, quotaBytes: quota, persisted: await navigator.storage.persisted() };
    },
    close: () => {
      records.close();
      notices.close();
    },
  };
}

function openRecords(databaseName: string): RecordDriver & { close(): void } {
  const useStore = createStore(databaseName, objectStoreName);
  let isOpen = true;
  let isUsed = false;
  function run<T>(mode: IDBTransactionMode, body: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    invariant(isOpen, 'the document store was used after close()');
    isUsed = true;
    return useStore(mode, body);
  }
  return {
    get: (keys) =>
      run('readonly', (store) => Promise.all(keys.map((key) => requestResult<unknown>(store.get(key))))),
    entries: (prefix) =>
      run('readonly', async (store) => {
        const [keys, records] = await Promise.all([
          requestResult(store.getAllKeys(rangeOf(prefix))),
          requestResult<unknown[]>(store.getAll(rangeOf(prefix))),
        ]);
        return keys.map((key, i) => [typeof key === 'string' ? key : '', records[i]] as const);
      }),
    write: (write) => run('readwrite', (store) => transactionEnd(store, write)),
    close() {
      if (isOpen && isUsed) {
        // Rejects only where the database never opened: then there is nothing to close.
        useStore('readonly', (store) => store.transaction.db.close()).catch(() => undefined);
      }
      isOpen = false;
    },
  };
}

/** The channel opens with the first notice or listener. */
function openNotices(name: string): NoticeDriver & { close(): void } {
  let channel: BroadcastChannel | undefined;
  return {
    send: (change) => (channel ??= new BroadcastChannel(name)).postMessage(change),
    listen: (listener) => {
      (channel ??= new BroadcastChannel(name)).addEventListener('message', ({ data }) => listener(data));
    },
    close: () => channel?.close(),
  };
}

function rangeOf(key: string): IDBKeyRange {
  return key.endsWith('/') ? IDBKeyRange.bound(key, prefixEnd(key), false, true) : IDBKeyRange.only(key);
}

function requestResult<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB request failed without a reason'));
  });
}

function transactionEnd(store: IDBObjectStore, { expect, deletes, puts }: RecordWrite): Promise<void> {
  const { transaction } = store;
  const change = () => {
    for (const key of deletes ?? []) store.delete(rangeOf(key));
    for (const [key, record] of puts ?? []) store.put(record, key);
  };
  return new Promise((resolve, reject) => {
    let thrown: Error | undefined;
    /** What an event handler throws aborts the transaction and rejects. */
    const guarded = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        thrown = error instanceof Error ? error : new Error(String(error));
        abort(transaction);
      }
    };
    transaction.oncomplete = () => resolve();
    transaction.onabort = () =>
      reject(thrown ?? transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError'));
    if (expect === undefined) {
      guarded(change);
      return;
    }
    const current: IDBRequest<unknown> = store.get(expect.key);
    current.onsuccess = () =>
      guarded(() => {
        expect.check(current.result);
        change();
      });
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch (error) {
    // InvalidStateError: it has ended already, which is what was wanted.
    if (!(error instanceof DOMException)) throw error;
  }
}

// One IndexedDB database with one object store, opened by idb-keyval, and transactions that settle with typed errors.
// idb-keyval's setMany is not used for writes: a put that throws would leave the puts before it to be committed, and a
// transaction that fails rejects with null there.
import { createStore } from 'idb-keyval';
import { IntegrityError, StorageQuotaError, invariant } from '@longread/core';
import type { StorageUsage } from './document-store.ts';

const objectStoreName = 'records';

/** What a write was about, for the message when it fails. */
export interface WriteSubject {
  /** As in "Could not {action}". */
  readonly action: string;
  readonly document: string;
  readonly neededBytes: number;
}

/** Wraps an event handler inside a transaction: what it throws aborts the transaction and rejects its promise. */
type Guard = (handler: () => void) => () => void;

/** Reads and writes of one object store. Errors: IntegrityError on failed reads, StorageQuotaError on failed writes. */
export interface Database {
  /** Resolves to the result of the request that `start` makes. */
  read<T>(start: (store: IDBObjectStore) => IDBRequest<T>): Promise<T>;
  /** Runs `start` in one transaction and resolves when it is committed; nothing of it stays when it fails. */
  write(subject: WriteSubject, start: (store: IDBObjectStore, guard: Guard) => void): Promise<void>;
  close(): void;
}

/** The connection opens on first use. */
export function openDatabase(name: string): Database {
  const useStore = createStore(name, objectStoreName);
  let isOpen = true;
  let isUsed = false;

  function run<T>(mode: IDBTransactionMode, body: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    invariant(isOpen, 'the document store was used after close()');
    isUsed = true;
    return useStore(mode, body);
  }

  return {
    async read(start) {
      try {
        return await run('readonly', (store) => requestResult(start(store)));
      } catch (error) {
        throw isStorageFailure(error) ? readError(name, error) : error;
      }
    },
    async write(subject, start) {
      try {
        await run('readwrite', (store) => transactionEnd(store, start));
      } catch (error) {
        throw isStorageFailure(error) ? await writeError(name, subject, error) : error;
      }
    },
    close() {
      if (isOpen && isUsed) {
        // Rejects only where the database never opened: then there is nothing to close.
        useStore('readonly', (store) => store.transaction.db.close()).catch(() => undefined);
      }
      isOpen = false;
    },
  };
}

/** The browser's own figures for this origin; 0 where it does not tell. */
export async function storageUsage(): Promise<StorageUsage> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { usedBytes: usage, quotaBytes: quota };
}

function requestResult<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB request failed without a reason'));
  });
}

function transactionEnd(
  store: IDBObjectStore,
  start: (store: IDBObjectStore, guard: Guard) => void,
): Promise<void> {
  const { transaction } = store;
  return new Promise((resolve, reject) => {
    let thrown: Error | undefined;
    const guard: Guard = (handler) => () => {
      try {
        handler();
      } catch (error) {
        thrown = error instanceof Error ? error : new Error(String(error));
        abort(transaction);
      }
    };
    transaction.oncomplete = () => resolve();
    transaction.onabort = () =>
      reject(thrown ?? transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError'));
    guard(() => start(store, guard))();
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

/** The browser's own failures are DOMExceptions; typed errors and our bugs (a value that cannot be cloned) are not. */
function isStorageFailure(error: unknown): error is DOMException {
  return error instanceof DOMException && error.name !== 'DataCloneError';
}

function readError(database: string, cause: DOMException): IntegrityError {
  const message =
    `The stored documents could not be read (${cause.name}: ${cause.message}). ` +
    'Reload the page; if that does not help, let this site store data, or clear what it stored.';
  return new IntegrityError(message, { database, failure: cause.name }, { cause });
}

async function writeError(
  database: string,
  subject: WriteSubject,
  cause: DOMException,
): Promise<StorageQuotaError> {
  const { action, document, neededBytes } = subject;
  const { usedBytes, quotaBytes } = await storageUsage();
  const message =
    `Could not ${action}: the browser refused (${cause.name}). It needs ${megabytes(neededBytes)}; this site uses ` +
    `${megabytes(usedBytes)} of the ${megabytes(quotaBytes)} it may. What was stored before is whole. ` +
    'Delete stored documents or let this site store more, then try again.';
  const details = { database, document, failure: cause.name, neededBytes, usedBytes, quotaBytes };
  return new StorageQuotaError(message, details, { cause });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

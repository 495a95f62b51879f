// What a document store needs of a platform: records with transactions, locks, notices and storage figures. Two drivers:
// idb-driver.ts (the browser) and memory-driver.ts (this process alone); both pass testing/conformance.
import { IntegrityError } from '@longread/core';
import type { DocumentChange } from '../document-store.ts';

/** One atomic change of the records. `deletes` go before `puts`. */
export interface RecordWrite {
  /** Called with the record now under `key`, inside the transaction; what it throws aborts the write. */
  readonly expect?: { readonly key: string; readonly check: (current: unknown) => void };
  /** Keys, or prefixes that end in a slash. */
  readonly deletes?: readonly string[];
  readonly puts?: readonly (readonly [key: string, record: unknown])[];
}

/** Rejects with the platform's DOMException when it fails; the store makes it a typed error. */
export interface RecordDriver {
  /** The records under these keys, undefined where there is none, all as of one moment. */
  get(keys: readonly string[]): Promise<readonly unknown[]>;
  /** All records whose keys start with `prefix` (which ends in a slash), as of one moment, in key order. */
  entries(prefix: string): Promise<readonly (readonly [key: string, record: unknown])[]>;
  /** All or nothing; resolves once it is committed. */
  write(write: RecordWrite): Promise<void>;
}

export interface LockRequest {
  readonly mode: 'shared' | 'exclusive';
  /** Wait until the lock is free; otherwise a taken lock is told at once. */
  readonly wait: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface HeldLock {
  /** Fires when the lock was taken away. */
  readonly lost: AbortSignal;
  release(): void;
}

/** Locks shared by all pages and workers of an origin; a holder that dies frees its own. */
export interface LockDriver {
  /** Undefined when the lock is taken and the request does not wait. Rejects with AbortError when the signal fires. */
  acquire(name: string, request: LockRequest): Promise<HeldLock | undefined>;
  /** Names of the locks that are held by anyone. */
  held(): Promise<ReadonlySet<string>>;
}

/** Notices among the stores of one database; a sender does not hear its own. */
export interface NoticeDriver {
  send(change: DocumentChange): void;
  listen(listener: (change: unknown) => void): void;
}

export interface StorageEstimate {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly persisted: boolean;
}

export interface StorageDriver {
  /** Names the database in messages. */
  readonly name: string;
  readonly records: RecordDriver;
  readonly locks: LockDriver;
  readonly notices: NoticeDriver;
  /** The browser's own figures for this origin, all storage together; 0 where it does not tell, Infinity where nothing limits it. */
  estimate(): Promise<StorageEstimate>;
  close(): void;
}

/** The first key after all those that start with `prefix`, which ends in a slash. */
export function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode('/'.charCodeAt(0) + 1);
}

/** The platform's own failures are DOMExceptions; typed errors and our bugs (a value that cannot be cloned) are not. */
export function isStorageFailure(error: unknown): error is DOMException {
  return error instanceof DOMException && error.name !== 'DataCloneError';
}

/** Runs a read; a failure of the platform is an IntegrityError. */
export async function reading<T>(driver: StorageDriver, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isStorageFailure(error) ? readError(driver.name, error) : error;
  }
}

function readError(database: string, cause: DOMException): IntegrityError {
  const message =
    `What this site stored could not be read (${cause.name}: ${cause.message}). ` +
    'Reload the page; if that does not help, let this site store data, or clear what it stored.';
  return new IntegrityError(message, { database, failure: cause.name }, { cause });
}

// Which failures are the platform's, and reads of a driver with typed errors.
import { IntegrityError } from '@longread/core';
import type { StorageDriver } from './driver.ts';

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

// Writes of a driver with typed errors: what the platform refuses becomes a StorageQuotaError that says what to delete.
import { StorageQuotaError, type DocumentManifest } from '@longread/core';
import { isStorageFailure } from './driver-errors.ts';
import type { RecordWrite, StorageDriver } from './driver.ts';
import { manifestPrefix } from './keys.ts';
import { listedManifests } from './verify.ts';

/** What a write was about, for the message when it fails. */
export interface WriteSubject {
  /** As in "Could not {action}". */
  readonly action: string;
  readonly document: string;
  readonly neededBytes: number;
}

/** Writes; nothing of it stays when it fails. @throws StorageQuotaError, which names what could be deleted. */
export async function writing(
  driver: StorageDriver,
  subject: WriteSubject,
  write: RecordWrite,
): Promise<void> {
  try {
    await driver.records.write(write);
  } catch (error) {
    throw isStorageFailure(error) ? await writeError(driver, subject, error) : error;
  }
}

async function writeError(
  driver: StorageDriver,
  { action, document, neededBytes }: WriteSubject,
  cause: DOMException,
): Promise<StorageQuotaError> {
  const { usedBytes, quotaBytes } = await driver.estimate();
  const { advice, details } = await whatToDelete(driver, document);
  const message =
    `Could not ${action}: the browser refused (${cause.name}). It needs ${megabytes(neededBytes)}; this site uses ` +
    `${megabytes(usedBytes)} of the ${megabytes(quotaBytes)} it may. What was stored before is whole. ` +
    `${advice}, then try again.`;
  const facts = {
    database: driver.name,
    document,
    failure: cause.name,
    neededBytes,
    usedBytes,
    quotaBytes,
  };
  return new StorageQuotaError(message, { ...facts, ...details }, { cause });
}

/** The largest and the least recently used of the other documents. */
async function whatToDelete(driver: StorageDriver, document: string) {
  const listed = await listedManifests(await driver.records.entries(manifestPrefix)).catch(() => []);
  const others = listed.flatMap(({ manifest }) =>
    manifest === undefined || manifest.id === document ? [] : [manifest],
  );
  const largest = others.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
  const oldest = others.toSorted((a, b) => a.usedAt - b.usedAt)[0];
  if (largest === undefined || oldest === undefined) {
    return { advice: 'Let this site store more', details: { otherDocuments: 0 } };
  }
  const choice =
    largest === oldest
      ? `${titleAndSize(largest)}, the largest and least recently used`
      : `${titleAndSize(largest)}, the largest, or ${titleAndSize(oldest)}, the least recently used`;
  return {
    advice: `Delete stored documents (${choice}) or let this site store more`,
    details: {
      otherDocuments: others.length,
      largestDocument: largest.id,
      largestBytes: largest.sizeBytes,
      leastRecentDocument: oldest.id,
      leastRecentBytes: oldest.sizeBytes,
    },
  };
}

function titleAndSize({ title, sizeBytes }: DocumentManifest): string {
  return `"${title}" with ${megabytes(sizeBytes)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

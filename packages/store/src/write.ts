// Writes with typed errors, and the replacement of a manifest. A replacement says what it saw: when somebody else wrote in between, it is
// planned again on what is there now, so that a reader's note of use never undoes a writer's chunk, nor the other way round.
import { StorageQuotaError, type DocumentManifest } from '@longread/core';
import { isStorageFailure, reading, type RecordWrite, type StorageDriver } from './drivers/driver.ts';
import { changesTooOften, maxAttempts, readManifests, readWithManifest } from './read.ts';
import { manifestKey } from './schema/keys.ts';
import type { Put } from './schema/layout.ts';
import { isSameManifest, storableManifest, unknownDocument, type StoredManifest } from './schema/manifest.ts';

/** A manifest to store and what to write with it, in one transaction. */
export interface Replacement extends Omit<RecordWrite, 'expect'> {
  readonly stored: StoredManifest;
  /** Bytes that the other records take, for the message when they are refused. */
  readonly neededBytes?: number;
}

/** What a write was about, for the message when it fails. */
export interface WriteSubject {
  /** As in "Could not {action}". */
  readonly action: string;
  readonly document: string;
  readonly neededBytes: number;
}

class ChangedMeanwhile extends Error {}

/** Stores what `plan` makes of the manifest now stored (undefined: none), and what it adds to it. */
export async function replaceManifest(
  driver: StorageDriver,
  id: string,
  subject: Omit<WriteSubject, 'neededBytes'>,
  plan: (stored: StoredManifest | undefined) => Replacement | Promise<Replacement>,
): Promise<DocumentManifest> {
  const key = manifestKey(id);
  for (let attempt = 1; ; attempt++) {
    const [record] = await reading(driver, () => driver.records.get([key]));
    const stored = record === undefined ? undefined : (await readWithManifest(driver, id)).stored;
    const replacement = await plan(stored);
    const seen = stored && (await storableManifest(stored));
    if (await tryReplace(driver, subject, seen, replacement)) return replacement.stored.manifest;
    if (attempt === maxAttempts) throw changesTooOften(id);
  }
}

/** Like {@link replaceManifest} for a document that must be there. */
export function changeManifest(
  driver: StorageDriver,
  id: string,
  subject: Omit<WriteSubject, 'neededBytes'>,
  plan: (stored: StoredManifest) => Replacement,
): Promise<DocumentManifest> {
  return replaceManifest(driver, id, subject, (stored) => {
    if (stored === undefined) throw unknownDocument(id);
    return plan(stored);
  });
}

/** False when the stored record is not `seen` any more. */
async function tryReplace(
  driver: StorageDriver,
  subject: Omit<WriteSubject, 'neededBytes'>,
  seen: unknown,
  { stored, puts = [], deletes = [], neededBytes = 0 }: Replacement,
): Promise<boolean> {
  const key = manifestKey(stored.manifest.id);
  const record = await storableManifest(stored);
  const check = (current: unknown): void => {
    if (!isSameManifest(current, seen)) throw new ChangedMeanwhile();
  };
  try {
    const write = { expect: { key, check }, deletes, puts: [...puts, [key, record] as const] };
    await writing(driver, { ...subject, neededBytes }, write);
    return true;
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return false;
    throw error;
  }
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

/**
 * Those that are not stored yet, byte for byte: a reading that goes on after a crash makes again what was stored ahead of its state.
 * @throws IntegrityError when the platform cannot read
 */
export async function notStored(driver: StorageDriver, puts: readonly Put[]): Promise<readonly Put[]> {
  const stored = await reading(driver, () => driver.records.get(puts.map(([key]) => key)));
  return puts.filter(([, record], i) => !isSame(stored[i], record));
}

/** Whether what is stored has all that `value` has: texts, numbers, typed arrays, and objects of these. */
function isSame(stored: unknown, value: unknown): boolean {
  if (!isObject(stored) || !isObject(value)) return stored === value;
  if (ArrayBuffer.isView(stored) && ArrayBuffer.isView(value)) return isSameBytes(stored, value);
  const found = new Map(Object.entries(stored));
  return Object.entries(value).every(([field, inner]) => isSame(found.get(field), inner));
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function isSameBytes(...views: readonly [ArrayBufferView, ArrayBufferView]): boolean {
  const [a, b] = views.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return a?.length === b?.length && a?.every((byte, i) => byte === b?.[i]) === true;
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
  const listed = await readManifests(driver).catch(() => []);
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

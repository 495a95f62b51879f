// Reads and replaces manifests. A replacement says what it saw: when somebody else wrote in between, it is planned again on
// what is there now, so that a reader's note of use never undoes a writer's chunk, nor the other way round.
import { DocumentInUseError, type DocumentManifest } from '@longread/core';
import type { StorageDriver } from './driver.ts';
import { manifestKey } from './keys.ts';
import { storableManifest, type Replacement, type StoredManifest } from './manifest-record.ts';
import { reading } from './driver-errors.ts';
import { writing, type WriteSubject } from './storage-errors.ts';
import { unknownDocument, verifiedManifest } from './verify.ts';

/** Attempts to replace a manifest that others replace too. */
const maxAttempts = 20;

class ChangedMeanwhile extends Error {}

/** The manifest and, of the same moment, the records under `keys`. */
export async function readWithManifest(
  driver: StorageDriver,
  id: string,
  keys: (manifest: DocumentManifest) => readonly string[] = () => [],
): Promise<{ readonly stored: StoredManifest; readonly records: readonly unknown[] }> {
  const key = manifestKey(id);
  // Which records belong to it is only known from the manifest: read again when it has changed since.
  let [record] = await reading(driver, () => driver.records.get([key]));
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const stored = await verifiedManifest(id, record);
    const wanted = keys(stored.manifest);
    if (wanted.length === 0) return { stored, records: [] };
    const [current, ...records] = await reading(driver, () => driver.records.get([key, ...wanted]));
    if (isSame(current, record)) return { stored, records };
    record = current;
  }
  throw changesTooOften(id);
}

/** Stores what `plan` makes of the manifest now stored (undefined: none), and what it adds to it. */
export async function replaceManifest(
  driver: StorageDriver,
  id: string,
  subject: WriteSubject,
  plan: (stored: StoredManifest | undefined) => Replacement,
): Promise<DocumentManifest> {
  const key = manifestKey(id);
  for (let attempt = 1; ; attempt++) {
    const [record] = await reading(driver, () => driver.records.get([key]));
    const stored = record === undefined ? undefined : (await readWithManifest(driver, id)).stored;
    const replacement = plan(stored);
    const seen = stored && (await storableManifest(stored));
    if (await tryReplace(driver, subject, seen, replacement)) return replacement.stored.manifest;
    if (attempt === maxAttempts) throw changesTooOften(id);
  }
}

/** Like {@link replaceManifest} for a document that must be there. */
export function changeManifest(
  driver: StorageDriver,
  id: string,
  subject: WriteSubject,
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
  subject: WriteSubject,
  seen: unknown,
  { stored, puts = [], deletes = [] }: Replacement,
): Promise<boolean> {
  const key = manifestKey(stored.manifest.id);
  const record = await storableManifest(stored);
  const check = (current: unknown): void => {
    if (!isSame(current, seen)) throw new ChangedMeanwhile();
  };
  try {
    await writing(driver, subject, { expect: { key, check }, deletes, puts: [...puts, [key, record]] });
    return true;
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return false;
    throw error;
  }
}

function changesTooOften(id: string): DocumentInUseError {
  return new DocumentInUseError(
    `Document ${id} changed ${maxAttempts} times while it was used here. Wait until other tabs are done with it.`,
    { document: id, attempts: maxAttempts },
  );
}

/** Two records of one manifest key. */
function isSame(a: unknown, b: unknown): boolean {
  return checksumOf(a) === checksumOf(b);
}

function checksumOf(record: unknown): unknown {
  return typeof record === 'object' && record !== null && 'checksum' in record ? record.checksum : undefined;
}

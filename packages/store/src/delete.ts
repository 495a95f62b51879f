// Deleting a document, and deleting the least recently used ones when the caller asked for space.
import { DocumentInUseError, type DocumentManifest } from '@longread/core';
import type { StorageDriver } from './driver.ts';
import type { Holds } from './holds.ts';
import { documentKeys, manifestPrefix } from './keys.ts';
import { reading } from './driver-errors.ts';
import { writing } from './storage-errors.ts';
import { listedManifests } from './verify.ts';

/** Removes every record of the document in one transaction. The caller sees to it that nobody holds it. */
export function deleteDocument(driver: StorageDriver, id: string): Promise<void> {
  const subject = { action: `delete document ${id}`, document: id, neededBytes: 0 };
  return writing(driver, subject, { deletes: documentKeys(id) });
}

/** Deletes until `bytes` are freed by the manifests' sizes; documents that anyone holds are passed over. */
export async function evictLeastRecentlyUsed(
  driver: StorageDriver,
  holds: Holds,
  bytes: number,
): Promise<readonly DocumentManifest[]> {
  const records = await reading(driver, () => driver.records.entries(manifestPrefix));
  const oldestFirst = (await listedManifests(records)).flatMap(({ manifest }) => manifest ?? []).reverse();
  const evicted: DocumentManifest[] = [];
  let freed = 0;
  for (const manifest of oldestFirst) {
    if (freed >= bytes) break;
    try {
      await holds.alone(manifest.id, () => deleteDocument(driver, manifest.id));
    } catch (error) {
      if (error instanceof DocumentInUseError) continue;
      throw error;
    }
    evicted.push(manifest);
    freed += manifest.sizeBytes;
  }
  return evicted;
}

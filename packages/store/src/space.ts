// What the documents take, each and in all, and deleting them: one, or the least recently used when the caller asked for space.
import { DocumentInUseError, type DocumentManifest } from '@longread/core';
import type { StorageUsage } from './document-store.ts';
import type { StorageDriver } from './drivers/driver.ts';
import type { Holds } from './holds.ts';
import { readManifests } from './read.ts';
import { documentKeys } from './schema/keys.ts';
import { sweepImports } from './transfer/import.ts';
import { writing } from './write.ts';

/** What the browser tells of its storage goes beside it. */
export async function storageUsage(driver: StorageDriver, holds: Holds): Promise<StorageUsage> {
  await sweepImports(driver, holds);
  const listed = await readManifests(driver);
  const inUse = await holds.documentsInUse();
  const documents = listed.flatMap(({ manifest }) => {
    if (manifest === undefined) return [];
    const { id, title, sizeBytes, usedAt } = manifest;
    return [{ id, title, sizeBytes, usedAt, inUse: inUse.has(id) }];
  });
  return {
    ...(await driver.estimate()),
    documentBytes: documents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    documents,
    unreadable: listed.flatMap((entry) =>
      entry.manifest === undefined ? [{ id: entry.id, reason: entry.reason }] : [],
    ),
  };
}

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
  const oldestFirst = (await readManifests(driver)).flatMap(({ manifest }) => manifest ?? []).reverse();
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

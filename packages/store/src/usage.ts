// What the documents take, each and in all, beside the browser's own figures.
import type { StorageUsage } from './document-store.ts';
import type { StorageDriver } from './driver.ts';
import type { Holds } from './holds.ts';
import { sweepImports } from './import.ts';
import { manifestPrefix } from './keys.ts';
import { reading } from './driver-errors.ts';
import { listedManifests } from './verify.ts';

export async function storageUsage(driver: StorageDriver, holds: Holds): Promise<StorageUsage> {
  await sweepImports(driver, holds);
  const records = await reading(driver, () => driver.records.entries(manifestPrefix));
  const listed = await listedManifests(records);
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

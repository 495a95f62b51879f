// Chunks as a manifest counts them. Chunks are only ever added, so a document that grows in another tab stays readable by the
// manifest it was opened with.
import { invariant, type ChunkRecord, type DocumentManifest } from '@longread/core';
import type { StorageDriver } from './driver.ts';
import { chunkKey } from './keys.ts';
import { readWithManifest } from './manifest-table.ts';
import { reading } from './storage-errors.ts';
import { addChunk, verifyTotals, type ChunkTotals } from './totals.ts';
import { checkReplacement, verifiedChunk } from './verify.ts';

/** Verifies each chunk, and at the end what they add up to. */
export async function* readChunks(
  driver: StorageDriver,
  manifest: DocumentManifest,
): AsyncGenerator<ChunkRecord> {
  const { id } = manifest;
  const { stored } = await readWithManifest(driver, id);
  checkGrown(manifest, stored.manifest);
  let totals: ChunkTotals = { numTokens: 0, lastCharEnd: 0, bytes: 0 };
  for (let index = 0; index < manifest.numChunks; index++) {
    const [record] = await reading(driver, () => driver.records.get([chunkKey(id, index)]));
    const verified = await verifiedChunk(manifest, index, record, stored.chunkChecksums[index]);
    totals = addChunk(manifest, totals, verified.record);
    yield verified.record;
  }
  const isWhole = manifest.numChunks === stored.manifest.numChunks;
  verifyTotals(manifest, totals, isWhole ? stored.chunkBytes : undefined);
}

export async function readChunk(
  driver: StorageDriver,
  manifest: DocumentManifest,
  index: number,
): Promise<ChunkRecord> {
  invariant(index < manifest.numChunks, `chunk ${index} of ${manifest.numChunks} was asked for`);
  const { stored, records } = await readWithManifest(driver, manifest.id, () => [
    chunkKey(manifest.id, index),
  ]);
  checkGrown(manifest, stored.manifest);
  const verified = await verifiedChunk(manifest, index, records[0], stored.chunkChecksums[index]);
  return verified.record;
}

/** The stored document may have more chunks than the manifest that was opened, never fewer, nor another's. */
function checkGrown(manifest: DocumentManifest, stored: DocumentManifest): void {
  const numChunks = Math.min(stored.numChunks, manifest.numChunks);
  checkReplacement(manifest, { ...stored, numChunks }, manifest.numChunks);
}

// From format version 1 to 2: chunks and the last state stay as they are; the manifest gets their checksums, its parts, sizes
// and a checksum of its own. The state before the last goes: one transaction replaces it, nothing ever reads it. Done when a
// document is first used, after every record was verified once: a pass over its chunks.
import type { DocumentManifest } from '@longread/core';
import type { StorageDriver } from './driver.ts';
import { chunkKey, otherSlot, stateKey, stateSlot } from './keys.ts';
import { storedBytes, type Replacement } from './manifest-record.ts';
import { stateBytes } from './records.ts';
import { reading } from './storage-errors.ts';
import { addChunk, verifyTotals, type ChunkTotals } from './totals.ts';
import { verifiedChunk, verifiedState } from './verify.ts';

/** What replaces a version 1 manifest. Errors: IntegrityError naming what is damaged; nothing changes then. */
export async function migrate(driver: StorageDriver, manifest: DocumentManifest): Promise<Replacement> {
  const { id, numChunks } = manifest;
  const get = async (key: string) => (await reading(driver, () => driver.records.get([key])))[0];
  const chunkChecksums: string[] = [];
  let totals: ChunkTotals = { numTokens: 0, lastCharEnd: 0, bytes: 0 };
  for (let index = 0; index < numChunks; index++) {
    const { record, checksum } = await verifiedChunk(manifest, index, await get(chunkKey(id, index)));
    totals = addChunk(manifest, totals, record);
    chunkChecksums.push(checksum);
  }
  verifyTotals(manifest, totals);
  let state = { checksum: '', bytes: 0 };
  if (numChunks > 0) {
    const last = await get(stateKey(id, stateSlot(numChunks)));
    const { record, checksum } = await verifiedState(manifest, last);
    state = { checksum, bytes: stateBytes(record) };
  }
  const bytes = {
    chunkChecksums,
    stateChecksum: state.checksum,
    chunkBytes: totals.bytes,
    stateBytes: state.bytes,
  };
  const stored = { manifest: { ...manifest, sizeBytes: storedBytes(bytes) }, ...bytes };
  return { stored, deletes: [stateKey(id, otherSlot(stateSlot(numChunks)))] };
}

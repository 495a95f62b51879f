// Chunks and their text as a manifest counts them. Chunks are only ever added, so a document that grows in another tab stays readable by the
// manifest it was opened with.
import { invariant, type ChunkRecord, type ChunkText, type DocumentManifest } from '@longread/core';
import type { StorageDriver } from './driver.ts';
import { chunkKey, textKey } from './keys.ts';
import type { StoredManifest } from './manifest-record.ts';
import { readWithManifest } from './manifest-table.ts';
import { reading } from './driver-errors.ts';
import type { EncodedText } from './text-record.ts';
import {
  addChunk,
  addText,
  verifyTextTotals,
  verifyTotals,
  type ChunkTotals,
  type TextTotals,
} from './totals.ts';
import { checkReplacement, verifiedChunk, verifiedText } from './verify.ts';

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
  const { stored, record } = await recordOf(driver, manifest, index, chunkKey(manifest.id, index));
  return (await verifiedChunk(manifest, index, record, stored.chunkChecksums[index])).record;
}

/** The text of chunk `index`, and as it is stored. */
export async function readText(
  driver: StorageDriver,
  manifest: DocumentManifest,
  index: number,
): Promise<{ readonly record: ChunkText; readonly encoded: EncodedText }> {
  const { stored, record } = await recordOf(driver, manifest, index, textKey(manifest.id, index));
  return verifiedText(manifest, index, record, stored.textChecksums[index]);
}

/** Like {@link readChunks}, the texts. */
export async function* readTexts(
  driver: StorageDriver,
  manifest: DocumentManifest,
): AsyncGenerator<ChunkText> {
  const { id } = manifest;
  const { stored } = await readWithManifest(driver, id);
  checkGrown(manifest, stored.manifest);
  let totals: TextTotals = { numChars: 0, bytes: 0 };
  for (let index = 0; index < manifest.numChunks; index++) {
    const [found] = await reading(driver, () => driver.records.get([textKey(id, index)]));
    const { record, encoded } = await verifiedText(manifest, index, found, stored.textChecksums[index]);
    totals = addText(manifest, totals, record, encoded.bytes.length);
    yield record;
  }
  const isWhole = manifest.numChunks === stored.manifest.numChunks;
  verifyTextTotals(manifest, totals, isWhole ? stored.textBytes : undefined);
}

/** A record of chunk `index`, and the manifest that is stored with it. */
async function recordOf(
  driver: StorageDriver,
  manifest: DocumentManifest,
  index: number,
  key: string,
): Promise<{ readonly stored: StoredManifest; readonly record: unknown }> {
  invariant(index < manifest.numChunks, `chunk ${index} of ${manifest.numChunks} was asked for`);
  const { stored, records } = await readWithManifest(driver, manifest.id, () => [key]);
  checkGrown(manifest, stored.manifest);
  return { stored, record: records[0] };
}

/** The stored document may have more chunks than the manifest that was opened, never fewer, nor another's. */
function checkGrown(manifest: DocumentManifest, stored: DocumentManifest): void {
  const numChunks = Math.min(stored.numChunks, manifest.numChunks);
  checkReplacement(manifest, { ...stored, numChunks }, manifest.numChunks);
}

// Reads what a manifest counts, as of one moment, and verifies it. Chunks are only ever added, so a document that grows in another tab
// stays readable by the manifest it was opened with.
import {
  DocumentInUseError,
  invariant,
  type ChunkRecord,
  type ChunkText,
  type CompressState,
  type DocumentManifest,
} from '@longread/core';
import { reading, type StorageDriver } from './drivers/driver.ts';
import { checkReplacement } from './schema/agreement.ts';
import { addChunk, noChunks, verifiedChunk, verifyTotals } from './schema/chunk.ts';
import { chunkKey, manifestKey, manifestPrefix, stateKey, stateSlot, textKey } from './schema/keys.ts';
import {
  isSameManifest,
  listedManifests,
  verifiedManifest,
  type ListedManifest,
  type StoredManifest,
} from './schema/manifest.ts';
import { verifiedState } from './schema/state.ts';
import { addText, noTexts, verifiedText, verifyTextTotals, type EncodedText } from './schema/text.ts';

/** Times that a manifest may change while something that belongs to it is read or written. */
export const maxAttempts = 20;

/** Verifies each chunk, and at the end what they add up to. */
export async function* readChunks(
  driver: StorageDriver,
  manifest: DocumentManifest,
): AsyncGenerator<ChunkRecord> {
  const stored = await readGrown(driver, manifest);
  let totals = noChunks;
  for (let index = 0; index < manifest.numChunks; index++) {
    const [record] = await reading(driver, () => driver.records.get([chunkKey(manifest.id, index)]));
    const chunk = await verifiedChunk(manifest, index, record, stored.chunkChecksums[index]);
    totals = addChunk(manifest, totals, chunk);
    yield chunk;
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
  return verifiedChunk(manifest, index, record, stored.chunkChecksums[index]);
}

/** Like {@link readChunks}, the texts. */
export async function* readTexts(
  driver: StorageDriver,
  manifest: DocumentManifest,
): AsyncGenerator<ChunkText> {
  const stored = await readGrown(driver, manifest);
  let totals = noTexts;
  for (let index = 0; index < manifest.numChunks; index++) {
    const [record] = await reading(driver, () => driver.records.get([textKey(manifest.id, index)]));
    const { text, encoded } = await verifiedText(manifest, index, record, stored.textChecksums[index]);
    totals = addText(manifest, totals, text, encoded.bytes.length);
    yield text;
  }
  const isWhole = manifest.numChunks === stored.manifest.numChunks;
  verifyTextTotals(manifest, totals, isWhole ? stored.textBytes : undefined);
}

/** The text of chunk `index`, and as it is stored. */
export async function readText(
  driver: StorageDriver,
  manifest: DocumentManifest,
  index: number,
): Promise<{ readonly text: ChunkText; readonly encoded: EncodedText }> {
  const { stored, record } = await recordOf(driver, manifest, index, textKey(manifest.id, index));
  return verifiedText(manifest, index, record, stored.textChecksums[index]);
}

/** A manifest and the state after its last chunk; undefined while there is none. */
export async function readState(
  driver: StorageDriver,
  id: string,
  check: (manifest: DocumentManifest) => void = () => undefined,
): Promise<{ readonly stored: StoredManifest; readonly state: CompressState | undefined }> {
  const { stored, records } = await readWithManifest(driver, id, ({ numChunks }) => [
    stateKey(id, stateSlot(numChunks)),
  ]);
  check(stored.manifest);
  if (stored.manifest.numChunks === 0) return { stored, state: undefined };
  return { stored, state: await verifiedState(stored.manifest, records[0], stored) };
}

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
    if (isSameManifest(current, record)) return { stored, records };
    record = current;
  }
  throw changesTooOften(id);
}

/** Every document's manifest, the most recently used first. */
export async function readManifests(driver: StorageDriver): Promise<readonly ListedManifest[]> {
  return listedManifests(await reading(driver, () => driver.records.entries(manifestPrefix)));
}

export function changesTooOften(id: string): DocumentInUseError {
  return new DocumentInUseError(
    `Document ${id} changed ${maxAttempts} times while it was used here. Wait until other tabs are done with it.`,
    { document: id, attempts: maxAttempts },
  );
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

/** The manifest that is stored now where the caller opened `manifest`. */
async function readGrown(driver: StorageDriver, manifest: DocumentManifest): Promise<StoredManifest> {
  const { stored } = await readWithManifest(driver, manifest.id);
  checkGrown(manifest, stored.manifest);
  return stored;
}

/** The stored document may have more chunks than the manifest that was opened, never fewer, nor another's. */
function checkGrown(manifest: DocumentManifest, stored: DocumentManifest): void {
  const numChunks = Math.min(stored.numChunks, manifest.numChunks);
  checkReplacement(manifest, { ...stored, numChunks }, manifest.numChunks);
}

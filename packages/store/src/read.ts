// Reads what a manifest counts, as of one moment, and verifies it. Chunks are only ever added, so a document that grows in another tab
// stays readable by the manifest it was opened with.
import {
  DocumentInUseError,
  invariant,
  type ChunkEmbeddings,
  type ChunkRecord,
  type ChunkText,
  type CompressState,
  type DocumentManifest,
} from '@longread/core';
import type { KnownChecksums } from './document-store.ts';
import { reading, type StorageDriver } from './drivers/driver.ts';
import { checkReplacement } from './schema/agreement.ts';
import { addChunk, noChunks, verifyBytes, verifyTotals } from './schema/chunk.ts';
import { manifestKey, manifestPrefix, stateKey, stateSlot } from './schema/keys.ts';
import type { Kind, Layout, Opened } from './schema/layout.ts';
import { layoutOf } from './schema/layouts.ts';
import {
  isSameManifest,
  listedManifests,
  verifiedManifest,
  type ListedManifest,
  type StoredManifest,
} from './schema/manifest.ts';
import type { Verified } from './schema/record.ts';
import { addText, noTexts, verifyTextTotals } from './schema/text.ts';

/** Times that a manifest may change while something that belongs to it is read or written. */
export const maxAttempts = 20;

/** Chunks whose records are read at once, in one transaction: one each took twice as long. */
const chunksAtOnce = 4;

/** Verifies each chunk, and at the end what they add up to. */
export async function* readChunks(
  driver: StorageDriver,
  manifest: DocumentManifest,
): AsyncGenerator<Verified<ChunkRecord>> {
  let totals = noChunks;
  for await (const verified of readEach(driver, manifest, ({ chunk }) => chunk)) {
    totals = addChunk(manifest, totals, verified.value);
    yield verified;
  }
  verifyTotals(manifest, totals);
}

/** Verifies each chunk's, one behind the other, that is not known yet. */
export async function* readEmbeddings(
  driver: StorageDriver,
  manifest: DocumentManifest,
  known?: KnownChecksums,
): AsyncGenerator<ChunkEmbeddings> {
  for await (const { value } of readEach(driver, manifest, ({ embeddings }) => embeddings, known))
    yield value;
}

/** Verifies each text, and at the end what they add up to. */
export async function* readTexts(
  driver: StorageDriver,
  manifest: DocumentManifest,
): AsyncGenerator<ChunkText> {
  let totals = noTexts;
  for await (const { value } of readEach(driver, manifest, ({ text }) => text)) {
    totals = addText(manifest, totals, value.text);
    yield value.text;
  }
  verifyTextTotals(manifest, totals);
}

/** What is read of each chunk that `manifest` counts, in order. The bytes of all are verified where the document has not grown since. */
async function* readEach<T>(
  driver: StorageDriver,
  manifest: DocumentManifest,
  kindIn: (layout: Layout) => Kind<T>,
  known?: KnownChecksums,
): AsyncGenerator<Verified<T>> {
  const stored = await readGrown(driver, manifest);
  const kind = kindIn(layoutOf(stored.manifest));
  let [bytes, before]: [number, readonly string[]] = [0, []];
  for (let first = 0; first < manifest.numChunks; first += chunksAtOnce) {
    const count = Math.min(chunksAtOnce, manifest.numChunks - first);
    const keys = Array.from({ length: count }, (_, i) => kind.keys(manifest.id, first + i));
    const records = await reading(driver, () => driver.records.get(keys.flat()));
    let end = 0;
    for (const [i, { length }] of keys.entries()) {
      const index = first + i;
      const ofChunk = records.slice(end, (end += length));
      const verified = await kind.verified({ manifest, stored }, index, ofChunk, before, known?.get(index));
      before = verified.checksums;
      note(known, index, verified);
      bytes += verified.bytes;
      yield verified;
    }
  }
  if (manifest.numChunks === stored.manifest.numChunks)
    verifyBytes(manifest, bytes, kind.bytesOf(stored.content));
}

/** What is read of chunk `index` alone. */
export async function readOne<T>(
  driver: StorageDriver,
  manifest: DocumentManifest,
  index: number,
  kindIn: (layout: Layout) => Kind<T>,
  known?: KnownChecksums,
): Promise<Verified<T>> {
  invariant(index < manifest.numChunks, `chunk ${index} of ${manifest.numChunks} was asked for`);
  const { stored, records } = await readWithManifest(driver, manifest.id, (now) =>
    kindIn(layoutOf(now)).keys(now.id, index),
  );
  checkGrown(manifest, stored.manifest);
  const kind = kindIn(layoutOf(stored.manifest));
  const verified = await kind.verified({ manifest, stored }, index, records, undefined, known?.get(index));
  note(known, index, verified);
  return verified;
}

function note(
  known: KnownChecksums | undefined,
  index: number,
  { checksums: [checksum] }: Verified<unknown>,
): void {
  if (checksum !== undefined) known?.set(index, checksum);
}

/**
 * A manifest and, of the same moment, the state after its last chunk; undefined while there is none. The records of the last chunk are
 * verified too, by which each chain is known to end as the manifest says; those before are verified when they are read.
 */
export async function readState(
  driver: StorageDriver,
  id: string,
  check: (manifest: DocumentManifest) => void = () => undefined,
): Promise<{ readonly stored: StoredManifest; readonly state: CompressState | undefined }> {
  const keysOf = (manifest: DocumentManifest) => {
    const { chunk, text } = layoutOf(manifest);
    const last = manifest.numChunks - 1;
    return last < 0
      ? []
      : [stateKey(id, stateSlot(last + 1)), ...text.keys(id, last), ...chunk.keys(id, last)];
  };
  const { stored, records } = await readWithManifest(driver, id, keysOf);
  const { manifest } = stored;
  check(manifest);
  if (manifest.numChunks === 0) return { stored, state: undefined };
  const [ofState, ofText, ...ofChunk] = records;
  await verifyLast({ manifest, stored }, [ofText], ofChunk);
  return { stored, state: await layoutOf(manifest).state.verified(manifest, ofState, stored.content) };
}

/** @throws IntegrityError unless the last chunk and its text are those of the manifest and end where it does */
async function verifyLast(
  opened: Opened,
  ofText: readonly unknown[],
  ofChunk: readonly unknown[],
): Promise<void> {
  const { manifest } = opened;
  const layout = layoutOf(manifest);
  const last = manifest.numChunks - 1;
  const chunk = await layout.chunk.verified(opened, last, ofChunk);
  const { text } = (await layout.text.verified(opened, last, ofText)).value;
  verifyTextTotals(manifest, addText(manifest, { numChars: text.firstChar }, text, chunk.value));
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

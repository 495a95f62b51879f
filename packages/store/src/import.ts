// Import: an exported file is untrusted to its last byte. Chunks and state are stored as they come, under a mark that says they
// belong to no document yet; the manifest takes the mark's place at the end. What fails is removed, and what died is swept.
import { DocumentInUseError, InvalidInputError, type DocumentManifest } from '@longread/core';
import { readBytes, type ByteReader } from './byte-reader.ts';
import { readFileChunk, readFileStart, readFileState, readFileText } from './container-reader.ts';
import type { ImportOptions } from './document-store.ts';
import type { StorageDriver } from './driver.ts';
import type { Holds } from './holds.ts';
import {
  chunkKey,
  contentKeys,
  importKey,
  importPrefix,
  manifestKey,
  stateKey,
  stateSlot,
  textKey,
} from './keys.ts';
import { storableManifest, type StoredManifest } from './manifest-record.ts';
import { chunkBytes, stateBytes, storableChunk, storableState } from './records.ts';
import { reading } from './driver-errors.ts';
import { writing } from './storage-errors.ts';
import {
  addChunk,
  addText,
  verifyTextTotals,
  verifyTotals,
  type ChunkTotals,
  type TextTotals,
} from './totals.ts';

export async function importDocument(
  driver: StorageDriver,
  holds: Holds,
  source: Blob | ReadableStream<Uint8Array<ArrayBuffer>>,
  { signal, onProgress }: ImportOptions,
): Promise<DocumentManifest> {
  const isBlob = source instanceof Blob;
  const file = readBytes(isBlob ? source.stream() : source, signal);
  const report = () => onProgress?.({ done: file.offset, total: isBlob ? source.size : 0, unit: 'bytes' });
  try {
    const stored = await readFileStart(file);
    report();
    await sweepImports(driver, holds);
    const hold = await holds.take(stored.manifest.id, 'write', signal && { signal });
    try {
      return await storeFile(driver, file, stored, report);
    } finally {
      hold.release();
    }
  } finally {
    await file.cancel();
  }
}

/** Removes what imports that died left behind; those still under way hold their document and are passed over. */
export async function sweepImports(driver: StorageDriver, holds: Holds): Promise<void> {
  for (const [key] of await reading(driver, () => driver.records.entries(importPrefix))) {
    const id = key.slice(importPrefix.length);
    try {
      await holds.alone(id, () => removeContent(driver, id));
    } catch (error) {
      if (!(error instanceof DocumentInUseError)) throw error;
    }
  }
}

/** The caller holds the document for writing. */
async function storeFile(
  driver: StorageDriver,
  file: ByteReader,
  stored: StoredManifest,
  report: () => void,
): Promise<DocumentManifest> {
  const { id, title } = stored.manifest;
  const write = (what: string, neededBytes: number, puts: readonly (readonly [string, unknown])[]) =>
    writing(driver, { action: `import ${what} of "${title}"`, document: id, neededBytes }, { puts });
  const key = manifestKey(id);
  const refuseExisting = (current: unknown): void => {
    if (current !== undefined) throw existsAlready(id, title);
  };
  refuseExisting((await reading(driver, () => driver.records.get([key])))[0]);
  try {
    await write('the start', 0, [[importKey(id), { id }]]);
    await storeSections(file, stored, report, write);
    await file.end();
    const manifest = { ...stored.manifest, usedAt: Date.now() };
    await writing(
      driver,
      { action: `import "${title}"`, document: id, neededBytes: 0 },
      {
        expect: { key, check: refuseExisting },
        deletes: [importKey(id)],
        puts: [[key, await storableManifest({ ...stored, manifest })]],
      },
    );
    return manifest;
  } catch (error) {
    await removeContent(driver, id);
    throw error;
  }
}

/** Stores state, chunks and their text. */
async function storeSections(
  file: ByteReader,
  stored: StoredManifest,
  report: () => void,
  write: (what: string, bytes: number, puts: readonly (readonly [string, unknown])[]) => Promise<void>,
): Promise<void> {
  const { manifest } = stored;
  const { id, numChunks } = manifest;
  if (numChunks > 0) {
    const { record, checksum } = await readFileState(file, stored);
    const key = stateKey(id, stateSlot(numChunks));
    await write('the state', stateBytes(record), [[key, storableState(record, checksum)]]);
    report();
  }
  let totals: ChunkTotals = { numTokens: 0, lastCharEnd: 0, bytes: 0 };
  let texts: TextTotals = { numChars: 0, bytes: 0 };
  for (let index = 0; index < numChunks; index++) {
    const { record, checksum } = await readFileChunk(file, stored, index);
    totals = addChunk(manifest, totals, record);
    const { text, record: textRecord } = await readFileText(file, stored, index);
    const textBytes = textRecord.bytes.length;
    texts = addText(manifest, texts, text, textBytes, record);
    await write(`chunk ${index}`, chunkBytes(record) + textBytes, [
      [chunkKey(id, index), storableChunk(record, checksum)],
      [textKey(id, index), textRecord],
    ]);
    report();
  }
  verifyTotals(manifest, totals, stored.chunkBytes);
  verifyTextTotals(manifest, texts, stored.textBytes);
}

/** Removes chunks and states that no manifest points to, and the mark. */
async function removeContent(driver: StorageDriver, id: string): Promise<void> {
  const [manifest] = await reading(driver, () => driver.records.get([manifestKey(id)]));
  const deletes = manifest === undefined ? contentKeys(id) : [importKey(id)];
  const subject = { action: `clean up an import of ${id}`, document: id, neededBytes: 0 };
  await writing(driver, subject, { deletes });
}

function existsAlready(id: string, title: string): InvalidInputError {
  return new InvalidInputError(
    `"${title}" is stored already (document ${id}). Open that one, or delete it before importing the file.`,
    { document: id },
  );
}

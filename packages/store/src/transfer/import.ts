// Import: an exported file is untrusted to its last byte. Chunks and state are stored as they come, under a mark that says they
// belong to no document yet; the manifest takes the mark's place at the end. What fails is removed, and what died is swept.
import { DocumentInUseError, InvalidInputError, type DocumentManifest } from '@longread/core';
import type { ImportOptions } from '../document-store.ts';
import { reading, type StorageDriver } from '../drivers/driver.ts';
import type { Holds } from '../holds.ts';
import { addChunk, noChunks, verifyBytes, verifyTotals } from '../schema/chunk.ts';
import * as keys from '../schema/keys.ts';
import { layoutOf } from '../schema/layouts.ts';
import { storableManifest, verifiedManifest, type StoredManifest } from '../schema/manifest.ts';
import { RecordShapeError } from '../schema/record.ts';
import { addText, noTexts, verifyTextTotals } from '../schema/text.ts';
import { writing } from '../write.ts';
import { readChunkSections } from './chunk-sections.ts';
import { containerVersions, decodeManifest } from './container.ts';
import { ExportedFile } from './exported-file.ts';
import { decodeState } from './state-section.ts';

export async function importDocument(
  driver: StorageDriver,
  holds: Holds,
  source: Blob | ReadableStream<Uint8Array<ArrayBuffer>>,
  { signal, onProgress }: ImportOptions,
): Promise<DocumentManifest> {
  const isBlob = source instanceof Blob;
  const file = new ExportedFile(isBlob ? source.stream() : source, signal);
  const report = () => onProgress?.({ done: file.offset, total: isBlob ? source.size : 0, unit: 'bytes' });
  try {
    const stored = await readManifest(file);
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
  for (const [key] of await reading(driver, () => driver.records.entries(keys.importPrefix))) {
    const id = key.slice(keys.importPrefix.length);
    try {
      await holds.alone(id, () => removeContent(driver, id));
    } catch (error) {
      if (!(error instanceof DocumentInUseError)) throw error;
    }
  }
}

/** The header and the manifest, whose own checksum and fields are verified. */
async function readManifest(file: ExportedFile): Promise<StoredManifest> {
  const version = await file.readHeader();
  return file.readSection('manifest', 0, async (bytes) => {
    const record = decodeManifest(bytes);
    const id = typeof record === 'object' && record !== null && 'id' in record ? record.id : undefined;
    if (typeof id !== 'string') throw new RecordShapeError('it has no id');
    const stored = await verifiedManifest(id, record);
    const { formatVersion } = stored.manifest;
    if (containerVersions[formatVersion] !== version)
      throw new RecordShapeError(`its format version is ${formatVersion} in a file of version ${version}`);
    return stored;
  });
}

/** The caller holds the document for writing. */
async function storeFile(
  driver: StorageDriver,
  file: ExportedFile,
  stored: StoredManifest,
  report: () => void,
): Promise<DocumentManifest> {
  const { id, title } = stored.manifest;
  const write = (what: string, neededBytes: number, puts: readonly (readonly [string, unknown])[]) =>
    writing(driver, { action: `import ${what} of "${title}"`, document: id, neededBytes }, { puts });
  const key = keys.manifestKey(id);
  const refuseExisting = (current: unknown): void => {
    if (current !== undefined) throw existsAlready(id, title);
  };
  refuseExisting((await reading(driver, () => driver.records.get([key])))[0]);
  try {
    await write('the start', 0, [[keys.importKey(id), { id }]]);
    await storeSections(file, stored, report, write);
    await file.readEnd();
    const manifest = { ...stored.manifest, usedAt: Date.now() };
    await writing(
      driver,
      { action: `import "${title}"`, document: id, neededBytes: 0 },
      {
        expect: { key, check: refuseExisting },
        deletes: [keys.importKey(id)],
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
  file: ExportedFile,
  stored: StoredManifest,
  report: () => void,
  write: (what: string, bytes: number, puts: readonly (readonly [string, unknown])[]) => Promise<void>,
): Promise<void> {
  const { manifest, content } = stored;
  const { id, numChunks, formatVersion } = manifest;
  const layout = layoutOf(manifest);
  if (numChunks > 0) {
    const state = await file.readSection('state', 0, async (bytes) => {
      const fields = decodeState(formatVersion, bytes, numChunks);
      const record = { ...fields, checksum: content.stateChecksum };
      await layout.state.verified(manifest, record, content);
      return record;
    });
    const key = keys.stateKey(id, keys.stateSlot(numChunks));
    await write('the state', content.stateBytes, [[key, state]]);
    report();
  }
  let [chunks, texts] = [noChunks, noTexts];
  let bytes = { chunks: 0, texts: 0 };
  let before: readonly string[] = [];
  for (let index = 0; index < numChunks; index++) {
    const read = await readChunkSections(file, { manifest, stored }, index, before);
    chunks = addChunk(manifest, chunks, read.tokens);
    texts = addText(manifest, texts, read.text, read.tokens);
    bytes = { chunks: bytes.chunks + read.chunkBytes, texts: bytes.texts + read.textBytes };
    before = read.checksums;
    await write(`chunk ${index}`, read.chunkBytes + read.textBytes, read.puts);
    report();
  }
  verifyTotals(manifest, chunks);
  verifyTextTotals(manifest, texts);
  verifyBytes(manifest, bytes.chunks, layout.chunk.bytesOf(content));
  verifyBytes(manifest, bytes.texts, layout.text.bytesOf(content));
}

/** Removes chunks and states that no manifest points to, and the mark. */
async function removeContent(driver: StorageDriver, id: string): Promise<void> {
  const [manifest] = await reading(driver, () => driver.records.get([keys.manifestKey(id)]));
  const deletes = manifest === undefined ? keys.contentKeys(id) : [keys.importKey(id)];
  const subject = { action: `clean up an import of ${id}`, document: id, neededBytes: 0 };
  await writing(driver, subject, { deletes });
}

function existsAlready(id: string, title: string): InvalidInputError {
  return new InvalidInputError(
    `"${title}" is stored already (document ${id}). Open that one, or delete it before importing the file.`,
    { document: id },
  );
}

// From records as they were read to data or to a typed error that names the document and what is wrong with it.
import { IntegrityError, InvalidInputError } from '@longread/core';
import type { ChunkRecord, ChunkText, CompressState, DocumentManifest } from '@longread/core';
import { canonicalJson } from './canonical-json.ts';
import { chunkChecksum, stateChecksum, textChecksum } from './checksum.ts';
import type { ExpectedReading } from './document-store.ts';
import { RecordShapeError } from './fields.ts';
import { manifestPrefix } from './keys.ts';
import { parseManifest, type StoredManifest } from './manifest-record.ts';
import { parseChunk, parseState, stateBytes } from './records.ts';
import { sourceHashOf } from './source-parts.ts';
import { decodeText, parseText, type EncodedText } from './text-record.ts';

/** A stored manifest as a list shows it, or why it cannot be shown. */
export type ListedManifest =
  | { readonly id: string; readonly manifest: DocumentManifest }
  | { readonly id: string; readonly manifest?: undefined; readonly reason: string };

/** From the records under `manifest/`, the most recently used first. */
export async function listedManifests(
  entries: readonly (readonly [key: string, record: unknown])[],
): Promise<readonly ListedManifest[]> {
  const listed = await Promise.all(
    entries.map(async ([key, record]): Promise<ListedManifest> => {
      const id = key.slice(manifestPrefix.length);
      try {
        const { manifest } = await parseManifest(record);
        return manifest.id === id ? { id, manifest } : { id, reason: `it is that of ${manifest.id}` };
      } catch (error) {
        if (error instanceof RecordShapeError) return { id, reason: error.message };
        throw error;
      }
    }),
  );
  return listed.sort((a, b) => (b.manifest?.usedAt ?? 0) - (a.manifest?.usedAt ?? 0));
}

/** Errors: InvalidInputError when there is no record, IntegrityError when it cannot be read or is another document's. */
export async function verifiedManifest(id: string, record: unknown): Promise<StoredManifest> {
  if (record === undefined) throw unknownDocument(id);
  const what = `The manifest of document ${id}`;
  const where = { document: id };
  const stored = await namingDocument(what, where, () => parseManifest(record));
  const { manifest } = stored;
  if (manifest.id !== id) throw damaged(what, where, `it is that of document ${manifest.id}`);
  if ((await sourceHashOf(manifest.parts)) !== manifest.sourceHash)
    throw damaged(what, where, 'its source hash is not that of its parts');
  return stored;
}

/** A record as it was committed, and the checksum of its content. */
export interface Verified<Record> {
  readonly record: Record;
  readonly checksum: string;
}

/** `expected` is the checksum that the manifest has for this chunk. Errors: IntegrityError naming document and chunk. */
export async function verifiedChunk(
  manifest: DocumentManifest,
  index: number,
  record: unknown,
  expected: string | undefined,
): Promise<Verified<ChunkRecord>> {
  const what = `Chunk ${index} of "${manifest.title}"`;
  const where = { document: manifest.id, chunk: index };
  if (record === undefined) throw damaged(what, where, 'it is missing');
  const { checksum, ...chunk } = await namingDocument(what, where, () =>
    parseChunk(record, index, manifest.settings),
  );
  const actual = await chunkChecksum(chunk);
  if (actual !== checksum) throw damaged(what, where, 'its checksum does not match');
  if (actual !== expected) throw damaged(what, where, notThisDocuments);
  return { record: chunk, checksum };
}

/** Like {@link verifiedChunk}, for the chunk's text; as it is stored beside it. */
export async function verifiedText(
  manifest: DocumentManifest,
  index: number,
  record: unknown,
  expected: string | undefined,
): Promise<Verified<ChunkText> & { readonly encoded: EncodedText }> {
  const what = `The text of chunk ${index} of "${manifest.title}"`;
  const where = { document: manifest.id, chunk: index };
  if (record === undefined) throw damaged(what, where, 'it is missing');
  return namingDocument(what, where, async () => {
    const { checksum, ...encoded } = parseText(record, index);
    const actual = await textChecksum(encoded);
    if (actual !== checksum) throw new RecordShapeError('its checksum does not match');
    if (actual !== expected) throw new RecordShapeError(notThisDocuments);
    return { record: decodeText(encoded), checksum, encoded };
  });
}

/** Errors: IntegrityError when it is missing, damaged, or not the state after the manifest's last chunk. */
export async function verifiedState(
  manifest: DocumentManifest,
  record: unknown,
  expected: { readonly stateChecksum: string; readonly stateBytes: number },
): Promise<Verified<CompressState>> {
  const what = `The compressed state of "${manifest.title}"`;
  const where = { document: manifest.id };
  if (record === undefined) throw damaged(what, where, 'it is missing');
  const { checksum, ...state } = await namingDocument(what, where, () => parseState(record, manifest));
  const actual = await stateChecksum(state);
  if (actual !== checksum) throw damaged(what, where, 'its checksum does not match');
  if (actual !== expected.stateChecksum) throw damaged(what, where, notThisDocuments);
  const bytes = stateBytes(state);
  if (bytes !== expected.stateBytes)
    throw damaged(what, where, `it takes ${bytes} bytes and its manifest says ${expected.stateBytes}`);
  return { record: state, checksum };
}

const notThisDocuments = 'it was not written with this manifest';

/**
 * Throws when `manifest` is about to replace a stored document that does not count `expected` chunks. Another tab may have
 * written since the caller last looked.
 */
export function checkReplacement(
  manifest: DocumentManifest,
  stored: DocumentManifest | undefined,
  expected: number,
): void {
  const { id, title } = manifest;
  if (stored === undefined) {
    if (expected > 0) throw unknownDocument(id);
    return;
  }
  if (stored.numChunks === expected && stored.fingerprint === manifest.fingerprint) return;
  const reason =
    stored.numChunks === expected
      ? `it was read with fingerprint ${stored.fingerprint}, not ${manifest.fingerprint}`
      : `it holds ${stored.numChunks} chunks and ${expected} were expected`;
  throw damaged(`"${title}" was changed by another tab or damaged`, { document: id }, reason);
}

/** Errors: IntegrityError that tells both fingerprints, or that the settings are not those of the fingerprint. */
export function checkReading(manifest: DocumentManifest, expected: ExpectedReading): void {
  const { id, title, fingerprint, settings } = manifest;
  if (fingerprint === expected.fingerprint) {
    const isSame =
      expected.settings === undefined || canonicalJson(settings) === canonicalJson(expected.settings);
    if (!isSame)
      throw damaged(`"${title}"`, { document: id }, 'its settings are not those of its fingerprint');
    return;
  }
  throw new IntegrityError(
    `"${title}" was read with another model, calibration or settings: its fingerprint is ${fingerprint}, ` +
      `this engine's is ${expected.fingerprint}. Read the document again with this engine.`,
    { document: id, stored: fingerprint, engine: expected.fingerprint },
  );
}

export function unknownDocument(id: string): InvalidInputError {
  return new InvalidInputError(
    `No stored document has the id ${id}; list the documents for those there are.`,
    {
      document: id,
    },
  );
}

async function namingDocument<T>(
  what: string,
  where: Readonly<Record<string, string | number>>,
  parse: () => T | Promise<T>,
): Promise<T> {
  try {
    return await parse();
  } catch (error) {
    if (error instanceof RecordShapeError) throw damaged(what, where, error.message, error);
    throw error;
  }
}

/** The error for a record that cannot be used. */
export function damaged(
  what: string,
  where: Readonly<Record<string, string | number>>,
  reason: string,
  cause?: Error,
): IntegrityError {
  const message = `${what} cannot be used: ${reason}. Delete the document and read its source again.`;
  return new IntegrityError(message, { ...where, reason }, cause && { cause });
}

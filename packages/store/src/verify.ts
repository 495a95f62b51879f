// From records as they were read to data or to a typed error that names the document and what is wrong with it.
import { IntegrityError, InvalidInputError } from '@longread/core';
import type { ChunkRecord, CompressState, DocumentManifest } from '@longread/core';
import { chunkChecksum, stateChecksum } from './checksum.ts';
import { RecordShapeError } from './fields.ts';
import { parseChunk, parseManifest, parseState } from './records.ts';

/** The manifest, or undefined when it cannot be read: of another format version or damaged. */
export function readableManifest(record: unknown): DocumentManifest | undefined {
  try {
    return parseManifest(record);
  } catch (error) {
    if (error instanceof RecordShapeError) return undefined;
    throw error;
  }
}

/** Errors: InvalidInputError when there is no record, IntegrityError when it cannot be read. */
export function verifiedManifest(id: string, record: unknown): DocumentManifest {
  if (record === undefined) throw unknownDocument(id);
  return namingDocument(`The manifest of document ${id}`, { document: id }, () => parseManifest(record));
}

/** Errors: IntegrityError naming document and chunk. */
export async function verifiedChunk(
  manifest: DocumentManifest,
  index: number,
  record: unknown,
): Promise<ChunkRecord> {
  const what = `Chunk ${index} of "${manifest.title}"`;
  const where = { document: manifest.id, chunk: index };
  if (record === undefined) throw damaged(what, where, 'it is missing');
  const { checksum, ...chunk } = namingDocument(what, where, () =>
    parseChunk(record, index, manifest.settings),
  );
  if ((await chunkChecksum(chunk)) !== checksum) throw damaged(what, where, 'its checksum does not match');
  return chunk;
}

/** Errors: IntegrityError when it is missing, damaged, or not the state after the manifest's last chunk. */
export async function verifiedState(manifest: DocumentManifest, record: unknown): Promise<CompressState> {
  const what = `The compressed state of "${manifest.title}"`;
  const where = { document: manifest.id };
  if (record === undefined) throw damaged(what, where, 'it is missing');
  const { checksum, ...state } = namingDocument(what, where, () => parseState(record, manifest));
  if ((await stateChecksum(state)) !== checksum) throw damaged(what, where, 'its checksum does not match');
  return state;
}

/** Errors: IntegrityError when the chunks that were read do not add up to what the manifest counts. */
export function verifyTokenCount(manifest: DocumentManifest, numTokens: number): void {
  if (numTokens === manifest.numTokens) return;
  const reason = `its chunks hold ${numTokens} tokens and its manifest counts ${manifest.numTokens}`;
  throw damaged(`"${manifest.title}"`, { document: manifest.id }, reason);
}

/**
 * What to throw, if anything, when `manifest` is about to replace a stored record that should count `expected` chunks.
 * Another tab may have written since the caller last looked.
 */
export function replacementError(
  manifest: DocumentManifest,
  stored: unknown,
  expected: number,
): Error | undefined {
  const { id, title } = manifest;
  if (stored === undefined) return expected === 0 ? undefined : unknownDocument(id);
  const found = readableManifest(stored)?.numChunks;
  if (found === expected) return undefined;
  const reason =
    found === undefined
      ? 'its manifest cannot be read'
      : `it holds ${found} chunks and ${expected} were expected`;
  return damaged(`"${title}" was changed by another tab or damaged`, { document: id }, reason);
}

function unknownDocument(id: string): InvalidInputError {
  return new InvalidInputError(
    `No stored document has the id ${id}; list the documents for those there are.`,
    {
      document: id,
    },
  );
}

function namingDocument<T>(
  what: string,
  where: Readonly<Record<string, string | number>>,
  parse: () => T,
): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RecordShapeError) throw damaged(what, where, error.message, error);
    throw error;
  }
}

function damaged(
  what: string,
  where: Readonly<Record<string, string | number>>,
  reason: string,
  cause?: Error,
): IntegrityError {
  const message = `${what} cannot be used: ${reason}. Delete the document and read its source again.`;
  return new IntegrityError(message, { ...where, reason }, cause && { cause });
}

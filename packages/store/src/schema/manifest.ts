// A stored manifest, format version 3. The manifest is the root of a document's checksums: its own covers every field, and its
// fields hold the checksum of every chunk, of its text, and of the state. No IndexedDB here.
import {
  InvalidInputError,
  noteLimits,
  outlineFault,
  outlineLimits,
  placeKinds,
  type DocumentManifest,
  type SourcePart,
} from '@longread/core';
import type { InferOutput } from 'valibot';
import { sourceHashOf } from './identity.ts';
import { manifestPrefix } from './keys.ts';
import * as record from './record.ts';
import { hashJson, RecordShapeError } from './record.ts';

/** Version of how records are laid out; see docs/storage-format.md. Versions 1 and 2 had no text and cannot be used any more. */
export const formatVersion = 3;

const place = record.objectOf({
  start: record.count,
  kind: record.oneOf(placeKinds),
  label: record.textOf(outlineLimits.labelChars),
  level: record.optional(record.count),
});

const part = record.objectOf({
  textHash: record.string,
  maxTokens: record.count,
  firstChunk: record.count,
  firstToken: record.count,
  firstChar: record.count,
  notes: record.listOf(
    record.objectOf({
      kind: record.oneOf(['utf-16', 'windows-1252', 'html', 'rtf', 'unread', 'reader']),
      count: record.count,
      first: record.count,
      text: record.optional(record.textOf(noteLimits.chars)),
    }),
  ),
  outline: record.optional(record.listOf(place)),
});

const settings = record.objectOf({
  chunkSize: record.count,
  budget: record.count,
  recent: record.count,
  exitLayer: record.count,
  heads: record.listOf(
    record.objectOf({ layer: record.count, type: record.oneOf(['Q', 'K', 'V']), head: record.count }),
  ),
});

const versionShape = record.objectOf({ formatVersion: record.count });

/** Of the manifest itself; what follows from other fields (`maxTokens`, `sizeBytes`) is not stored. */
const described = {
  ...versionShape.entries,
  id: record.string,
  title: record.string,
  fingerprint: record.string,
  sourceHash: record.string,
  parts: record.listOf(part),
  numTokens: record.count,
  numChunks: record.count,
  numChars: record.count,
  settings,
  createdAt: record.amount,
  usedAt: record.amount,
  state: record.oneOf(['reading', 'ready']),
};

/** What binds the document's other records to it. */
const content = {
  /** Checksum of each chunk, in order. */
  chunkChecksums: record.listOf(record.string),
  /** Checksum of each chunk's text, in order. */
  textChecksums: record.listOf(record.string),
  /** Checksum of the state after the last chunk; empty while there is none. */
  stateChecksum: record.string,
  /** Bytes of all chunks' arrays. */
  chunkBytes: record.count,
  /** Bytes of all chunks' text as stored. */
  textBytes: record.count,
  /** Bytes of the state's arrays; 0 while there is none. */
  stateBytes: record.count,
};

/** Plain JSON data, in the order in which it is stored. */
const uncheckedShape = record.objectOf({ ...described, ...content });
const shape = record.objectOf({ ...uncheckedShape.entries, checksum: record.string });

export type ManifestContent = Readonly<InferOutput<ReturnType<typeof record.objectOf<typeof content>>>>;

/** A manifest and what binds the document's other records to it. */
export interface StoredManifest extends ManifestContent {
  readonly manifest: DocumentManifest;
}

/** Of a document that has no chunk yet. */
export const noContent: ManifestContent = {
  chunkChecksums: [],
  textChecksums: [],
  stateChecksum: '',
  chunkBytes: 0,
  textBytes: 0,
  stateBytes: 0,
};

/** Bytes of a document's records. */
export function storedBytes({ chunkBytes, textBytes, stateBytes }: ManifestContent): number {
  return chunkBytes + textBytes + stateBytes;
}

/** The record to store; its checksum is of the canonical JSON of its other fields. */
export async function storableManifest(stored: StoredManifest): Promise<Readonly<Record<string, unknown>>> {
  const { manifest, ...bound } = stored;
  const unchecked = record.parseShape(uncheckedShape, { ...manifest, ...bound }, 'manifest');
  return { ...unchecked, checksum: await hashJson(unchecked) };
}

/** Throws RecordShapeError unless `stored` is a whole manifest of a version that this build reads. */
async function parseManifest(stored: unknown): Promise<StoredManifest> {
  const { formatVersion: version } = record.parseShape(versionShape, stored, 'manifest');
  if (version !== formatVersion)
    throw new RecordShapeError(`its format version is ${version} and this build reads ${formatVersion}`);
  const { checksum, ...fields } = record.parseShape(shape, stored, 'manifest');
  const { chunkChecksums, textChecksums, stateChecksum, chunkBytes, textBytes, stateBytes, ...own } = fields;
  checkCounts(fields);
  checkParts(own.parts, [own.numChunks, own.numTokens, own.numChars]);
  if (checksum !== (await hashJson(fields))) throw new RecordShapeError('its checksum does not match');
  const bound = { chunkChecksums, textChecksums, stateChecksum, chunkBytes, textBytes, stateBytes };
  const maxTokens = own.parts[0]?.maxTokens ?? 0;
  return { manifest: { ...own, maxTokens, sizeBytes: storedBytes(bound) }, ...bound };
}

function checkCounts(fields: InferOutput<typeof uncheckedShape>): void {
  const { numChunks, numTokens, chunkChecksums, textChecksums } = fields;
  const { chunkSize } = fields.settings;
  if (numTokens < numChunks || numTokens > numChunks * chunkSize)
    throw new RecordShapeError(
      `it counts ${numTokens} tokens in ${numChunks} chunks of at most ${chunkSize}`,
    );
  for (const [name, { length }] of Object.entries({ chunkChecksums, textChecksums }))
    if (length !== numChunks)
      throw new RecordShapeError(`it counts ${numChunks} chunks and has ${length} ${name}`);
}

/** The parts start at 0, never fall, and stay within the document. */
function checkParts(
  parts: readonly SourcePart[],
  ends: readonly [chunk: number, token: number, char: number],
): void {
  if (parts.length === 0) throw new RecordShapeError('it has no parts');
  let last: readonly number[] = [0, 0, 0];
  for (const [i, { firstChunk, firstToken, firstChar }] of parts.entries()) {
    const starts = [firstChunk, firstToken, firstChar];
    const isInOrder = starts.every(
      (start, k) => start >= (last[k] ?? 0) && start <= (i === 0 ? 0 : (ends[k] ?? 0)),
    );
    if (!isInOrder) throw new RecordShapeError(`part ${i} starts outside the document or before another`);
    last = starts;
  }
  // Places behind what is read so far come with the chunks that are to follow.
  const outline = parts.flatMap((one) => one.outline ?? []);
  const fault = outlineFault(outline);
  if (fault !== undefined) throw new RecordShapeError(`its outline ${fault}`);
}

/** @throws InvalidInputError when there is no record, IntegrityError when it cannot be read or is another document's */
export async function verifiedManifest(id: string, stored: unknown): Promise<StoredManifest> {
  if (stored === undefined) throw unknownDocument(id);
  return record.inRecord(`The manifest of document ${id}`, { document: id }, async () => {
    const parsed = await parseManifest(stored);
    const { manifest } = parsed;
    if (manifest.id !== id) throw new RecordShapeError(`it is that of document ${manifest.id}`);
    if ((await sourceHashOf(manifest.parts)) !== manifest.sourceHash)
      throw new RecordShapeError('its source hash is not that of its parts');
    return parsed;
  });
}

/** A stored manifest as a list shows it, or why it cannot be shown. */
export type ListedManifest =
  | { readonly id: string; readonly manifest: DocumentManifest }
  | { readonly id: string; readonly manifest?: undefined; readonly reason: string };

/** From the records under `manifest/`, the most recently used first. */
export async function listedManifests(
  entries: readonly (readonly [key: string, record: unknown])[],
): Promise<readonly ListedManifest[]> {
  const listed = await Promise.all(
    entries.map(async ([key, stored]): Promise<ListedManifest> => {
      const id = key.slice(manifestPrefix.length);
      try {
        const { manifest } = await parseManifest(stored);
        return manifest.id === id ? { id, manifest } : { id, reason: `it is that of ${manifest.id}` };
      } catch (error) {
        if (error instanceof RecordShapeError) return { id, reason: error.message };
        throw error;
      }
    }),
  );
  return listed.sort((a, b) => (b.manifest?.usedAt ?? 0) - (a.manifest?.usedAt ?? 0));
}

export function unknownDocument(id: string): InvalidInputError {
  const message = `No stored document has the id ${id}; list the documents for those there are.`;
  return new InvalidInputError(message, { document: id });
}

/** Whether two records of one manifest key, of whatever shape, are the same by their checksums. */
export function isSameManifest(a: unknown, b: unknown): boolean {
  return checksumOf(a) === checksumOf(b);
}

function checksumOf(stored: unknown): unknown {
  return typeof stored === 'object' && stored !== null && 'checksum' in stored ? stored.checksum : undefined;
}

// A stored manifest. The manifest is the root of a document's checksums: its own covers every field, and its fields hold what binds the
// document's other records to it (content.ts). No IndexedDB here.
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
import { chained, isListed, listed, storedBytes, type ManifestContent } from './content.ts';
import { sourceHashOf } from './identity.ts';
import { manifestPrefix } from './keys.ts';
import * as record from './record.ts';
import { hashJson, RecordShapeError } from './record.ts';

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
  removed: record.optional(
    record.listOf(
      record.objectOf({
        firstToken: record.count,
        endToken: record.count,
        firstChar: record.count,
        endChar: record.count,
      }),
    ),
  ),
  state: record.oneOf(['reading', 'ready']),
};

/** Plain JSON data, in the order in which it is stored. */
const uncheckedShapes = {
  listed: record.objectOf({ ...described, ...listed }),
  chained: record.objectOf({ ...described, ...chained }),
};
const contentShapes = { listed: record.objectOf(listed), chained: record.objectOf(chained) };
const ownShape = record.objectOf(described);
const checksumShape = record.objectOf({ checksum: record.string });

/** Of the versions that this build reads. Versions 1 and 2 had no text and cannot be used any more. */
const contentKinds: Readonly<Record<number, keyof typeof contentShapes>> = {
  3: 'listed',
  4: 'chained',
  5: 'chained',
};

/** A manifest and what binds the document's other records to it. */
export interface StoredManifest {
  readonly manifest: DocumentManifest;
  readonly content: ManifestContent;
}

/** The record to store; its checksum is of the canonical JSON of its other fields. */
export async function storableManifest({
  manifest,
  content,
}: StoredManifest): Promise<Readonly<Record<string, unknown>>> {
  const shape = uncheckedShapes[kindOf(manifest.formatVersion)];
  const unchecked = record.parseShape(shape, { ...manifest, ...content }, 'manifest');
  return { ...unchecked, checksum: await hashJson(unchecked) };
}

/** Throws RecordShapeError for a version that this build does not read. */
function kindOf(version: number): keyof typeof contentShapes {
  const kind = contentKinds[version];
  if (kind !== undefined) return kind;
  const read = new Intl.ListFormat('en').format(Object.keys(contentKinds));
  throw new RecordShapeError(`its format version is ${version} and this build reads ${read}`);
}

/** Throws RecordShapeError unless `stored` is a whole manifest of a version that this build reads. */
async function parseManifest(stored: unknown): Promise<StoredManifest> {
  const { formatVersion: version } = record.parseShape(versionShape, stored, 'manifest');
  const kind = kindOf(version);
  const own = record.parseShape(ownShape, stored, 'manifest');
  const content = record.parseShape(contentShapes[kind], stored, 'manifest');
  const { checksum } = record.parseShape(checksumShape, stored, 'manifest');
  checkCounts(own, content);
  checkParts(own.parts, [own.numChunks, own.numTokens, own.numChars]);
  checkChunks(own);
  checkRemoved(own);
  if (checksum !== (await hashJson({ ...own, ...content })))
    throw new RecordShapeError('its checksum does not match');
  const maxTokens = own.parts[0]?.maxTokens ?? 0;
  return { manifest: { ...own, maxTokens, sizeBytes: storedBytes(content) }, content };
}

function checkCounts(own: InferOutput<typeof ownShape>, content: ManifestContent): void {
  const { numChunks, numTokens } = own;
  const { chunkSize } = own.settings;
  if (numTokens < numChunks || numTokens > numChunks * chunkSize)
    throw new RecordShapeError(
      `it counts ${numTokens} tokens in ${numChunks} chunks of at most ${chunkSize}`,
    );
  if (!isListed(content)) return;
  const { chunkChecksums, textChecksums } = content;
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

/** What was removed rises, lies in the document, and leaves some of it. */
function checkRemoved({ removed = [], numTokens, numChars }: InferOutput<typeof ownShape>): void {
  let [token, char, left] = [0, 0, numTokens];
  for (const [i, { firstToken, endToken, firstChar, endChar }] of removed.entries()) {
    const isInOrder =
      token <= firstToken && firstToken < endToken && char <= firstChar && firstChar <= endChar;
    if (!isInOrder || endToken > numTokens || endChar > numChars)
      throw new RecordShapeError(`removed stretch ${i} lies outside the document or before another`);
    [token, char] = [endToken, endChar];
    left -= endToken - firstToken;
  }
  if (removed.length > 0 && left === 0) throw new RecordShapeError('all of it was removed');
}

/** Each part has as many chunks as its tokens fill: where a chunk begins follows from the manifest alone. */
function checkChunks({ parts, settings, ...ends }: InferOutput<typeof ownShape>): void {
  for (const [i, { firstChunk, firstToken }] of parts.entries()) {
    const next = parts[i + 1];
    const numChunks = (next?.firstChunk ?? ends.numChunks) - firstChunk;
    const numTokens = (next?.firstToken ?? ends.numTokens) - firstToken;
    if (numChunks !== Math.ceil(numTokens / settings.chunkSize))
      throw new RecordShapeError(`part ${i} has ${numTokens} tokens in ${numChunks} chunks`);
  }
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

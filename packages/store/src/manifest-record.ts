// Stored manifests, format version 2, and version 1 as it was. The manifest is the root of a document's checksums: its own
// covers every field, and its fields hold the checksum of every chunk and of the state. No IndexedDB here.
import type { DocumentManifest, EmbeddingHead, ReadSettings, SourcePart } from '@longread/core';
import { canonicalJson } from './canonical-json.ts';
import { hexDigest } from './checksum.ts';
import type { RecordWrite } from './driver.ts';
import { Fields, RecordShapeError } from './fields.ts';

/** Version of how records are laid out; see docs/storage-format.md. Older ones are migrated (migrate.ts). */
export const formatVersion = 2;

/** A manifest and what binds the document's other records to it. */
export interface StoredManifest {
  readonly manifest: DocumentManifest;
  /** Checksum of each chunk, in order. */
  readonly chunkChecksums: readonly string[];
  /** Checksum of the state after the last chunk; empty while there is none. */
  readonly stateChecksum: string;
  /** Bytes of all chunks' arrays. */
  readonly chunkBytes: number;
  /** Bytes of the state's arrays; 0 while there is none. */
  readonly stateBytes: number;
}

/** A manifest to store and what to write with it, in one transaction. */
export interface Replacement extends Omit<RecordWrite, 'expect'> {
  readonly stored: StoredManifest;
}

/** A manifest that was read: of version 1 it is all there is. */
export type ParsedManifest =
  | { readonly version: 1; readonly manifest: DocumentManifest }
  | { readonly version: 2; readonly stored: StoredManifest };

/** Bytes of a document's records. */
export function storedBytes({ chunkBytes, stateBytes }: Omit<StoredManifest, 'manifest'>): number {
  return chunkBytes + stateBytes;
}

/** The record to store: plain JSON data. What follows from other fields (`maxTokens`, `sizeBytes`) is not in it. */
export async function storableManifest(stored: StoredManifest): Promise<Readonly<Record<string, unknown>>> {
  const { manifest, chunkChecksums, stateChecksum, chunkBytes, stateBytes } = stored;
  const { id, title, fingerprint, sourceHash, parts, numTokens, numChunks, numChars } = manifest;
  const { settings, createdAt, usedAt, state } = manifest;
  const record = {
    formatVersion,
    id,
    title,
    fingerprint,
    sourceHash,
    parts,
    numTokens,
    numChunks,
    numChars,
    settings,
    createdAt,
    usedAt,
    state,
    chunkChecksums,
    stateChecksum,
    chunkBytes,
    stateBytes,
  };
  return { ...record, checksum: await manifestChecksum(record) };
}

/** SHA-256, hex, of the UTF-8 canonical JSON of the record without its `checksum`. */
function manifestChecksum(record: object): Promise<string> {
  return hexDigest(new TextEncoder().encode(canonicalJson(record)));
}

/** Throws RecordShapeError unless `record` is a whole manifest of a version that this build reads. */
export async function parseManifest(record: unknown): Promise<ParsedManifest> {
  const fields = new Fields(record, 'manifest');
  const version = fields.count('formatVersion');
  if (version === 1) return { version, manifest: parseVersion1(fields) };
  if (version !== formatVersion) {
    throw new RecordShapeError(
      `its format version is ${version} and this build reads up to ${formatVersion}`,
    );
  }
  const stored = parseVersion2(fields);
  const { checksum } = await storableManifest(stored);
  if (fields.string('checksum') !== checksum) throw new RecordShapeError('its checksum does not match');
  return { version, stored };
}

function parseVersion2(fields: Fields): StoredManifest {
  const numChunks = fields.count('numChunks');
  const numTokens = fields.count('numTokens');
  const numChars = fields.count('numChars');
  const settings = parseSettings(fields.object('settings'));
  const chunkChecksums = fields.list('chunkChecksums');
  if (!chunkChecksums.every((checksum) => typeof checksum === 'string')) {
    throw new RecordShapeError('manifest.chunkChecksums is not a list of strings');
  }
  if (chunkChecksums.length !== numChunks) {
    throw new RecordShapeError(`it counts ${numChunks} chunks and has ${chunkChecksums.length} checksums`);
  }
  if (numTokens < numChunks || numTokens > numChunks * settings.chunkSize) {
    throw new RecordShapeError(
      `it counts ${numTokens} tokens in ${numChunks} chunks of at most ${settings.chunkSize}`,
    );
  }
  const parts = parseParts(fields, [numChunks, numTokens, numChars]);
  const bytes = {
    chunkChecksums,
    stateChecksum: fields.string('stateChecksum'),
    chunkBytes: fields.count('chunkBytes'),
    stateBytes: fields.count('stateBytes'),
  };
  const manifest: DocumentManifest = {
    ...parseCommon(fields),
    sourceHash: fields.string('sourceHash'),
    maxTokens: parts[0]?.maxTokens ?? 0,
    parts,
    numTokens,
    numChunks,
    numChars,
    settings,
    sizeBytes: storedBytes(bytes),
  };
  return { manifest, ...bytes };
}

/** Version 1 had no checksum, one part, and sizes as the engine counted them. */
function parseVersion1(fields: Fields): DocumentManifest {
  const textHash = fields.string('sourceHash');
  const maxTokens = fields.count('maxTokens');
  return {
    ...parseCommon(fields),
    sourceHash: textHash,
    maxTokens,
    parts: [{ textHash, maxTokens, firstChunk: 0, firstToken: 0, firstChar: 0 }],
    numTokens: fields.count('numTokens'),
    numChunks: fields.count('numChunks'),
    numChars: fields.count('numChars'),
    settings: parseSettings(fields.object('settings')),
    sizeBytes: fields.count('sizeBytes'),
  };
}

function parseCommon(fields: Fields) {
  return {
    formatVersion,
    id: fields.string('id'),
    title: fields.string('title'),
    fingerprint: fields.string('fingerprint'),
    createdAt: fields.number('createdAt'),
    usedAt: fields.number('usedAt'),
    state: fields.oneOf('state', ['reading', 'ready']),
  };
}

function parseSettings(fields: Fields): ReadSettings {
  return {
    chunkSize: fields.count('chunkSize'),
    budget: fields.count('budget'),
    recent: fields.count('recent'),
    exitLayer: fields.count('exitLayer'),
    heads: fields.list('heads').map((head): EmbeddingHead => {
      const parts = new Fields(head, 'manifest.settings.heads');
      return {
        layer: parts.count('layer'),
        type: parts.oneOf('type', ['Q', 'K', 'V']),
        head: parts.count('head'),
      };
    }),
  };
}

/** The parts start at 0, never fall, and stay within the document. */
function parseParts(fields: Fields, ends: readonly [chunk: number, token: number, char: number]) {
  let last: readonly number[] = [0, 0, 0];
  const parts = fields.list('parts').map((record, i): SourcePart => {
    const part = new Fields(record, 'manifest.parts');
    const [firstChunk, firstToken, firstChar] = [
      part.count('firstChunk'),
      part.count('firstToken'),
      part.count('firstChar'),
    ];
    const starts = [firstChunk, firstToken, firstChar];
    const isInOrder = starts.every(
      (start, k) => start >= (last[k] ?? 0) && start <= (i === 0 ? 0 : (ends[k] ?? 0)),
    );
    if (!isInOrder) throw new RecordShapeError(`part ${i} starts outside the document or before another`);
    last = starts;
    return {
      textHash: part.string('textHash'),
      maxTokens: part.count('maxTokens'),
      firstChunk,
      firstToken,
      firstChar,
    };
  });
  if (parts.length === 0) throw new RecordShapeError('it has no parts');
  return parts;
}

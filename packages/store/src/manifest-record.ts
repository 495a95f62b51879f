// Stored manifests, format version 3. The manifest is the root of a document's checksums: its own covers every field, and its
// fields hold the checksum of every chunk, of its text, and of the state. No IndexedDB here.
import type { DocumentManifest, EmbeddingHead, ReadSettings, SourceNote, SourcePart } from '@longread/core';
import { canonicalJson } from './canonical-json.ts';
import { hexDigest } from './checksum.ts';
import type { RecordWrite } from './driver.ts';
import { Fields, RecordShapeError } from './fields.ts';

/** Version of how records are laid out; see docs/storage-format.md. Versions 1 and 2 had no text and cannot be used any more. */
export const formatVersion = 3;

/** A manifest and what binds the document's other records to it. */
export interface StoredManifest {
  readonly manifest: DocumentManifest;
  /** Checksum of each chunk, in order. */
  readonly chunkChecksums: readonly string[];
  /** Checksum of each chunk's text, in order. */
  readonly textChecksums: readonly string[];
  /** Checksum of the state after the last chunk; empty while there is none. */
  readonly stateChecksum: string;
  /** Bytes of all chunks' arrays. */
  readonly chunkBytes: number;
  /** Bytes of all chunks' text as stored. */
  readonly textBytes: number;
  /** Bytes of the state's arrays; 0 while there is none. */
  readonly stateBytes: number;
}

/** A manifest to store and what to write with it, in one transaction. */
export interface Replacement extends Omit<RecordWrite, 'expect'> {
  readonly stored: StoredManifest;
}

/** Bytes of a document's records. */
export function storedBytes({
  chunkBytes,
  textBytes,
  stateBytes,
}: Pick<StoredManifest, 'chunkBytes' | 'textBytes' | 'stateBytes'>): number {
  return chunkBytes + textBytes + stateBytes;
}

/** The record to store: plain JSON data. What follows from other fields (`maxTokens`, `sizeBytes`) is not in it. */
export async function storableManifest(stored: StoredManifest): Promise<Readonly<Record<string, unknown>>> {
  const { manifest, ...content } = stored;
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
    ...content,
  };
  return { ...record, checksum: await manifestChecksum(record) };
}

/** SHA-256, hex, of the UTF-8 canonical JSON of the record without its `checksum`. */
function manifestChecksum(record: object): Promise<string> {
  return hexDigest(new TextEncoder().encode(canonicalJson(record)));
}

/** Throws RecordShapeError unless `record` is a whole manifest of a version that this build reads. */
export async function parseManifest(record: unknown): Promise<StoredManifest> {
  const fields = new Fields(record, 'manifest');
  const version = fields.count('formatVersion');
  if (version !== formatVersion)
    throw new RecordShapeError(`its format version is ${version} and this build reads ${formatVersion}`);
  const stored = parseFields(fields);
  const { checksum } = await storableManifest(stored);
  if (fields.string('checksum') !== checksum) throw new RecordShapeError('its checksum does not match');
  return stored;
}

function parseFields(fields: Fields): StoredManifest {
  const numChunks = fields.count('numChunks');
  const numTokens = fields.count('numTokens');
  const numChars = fields.count('numChars');
  const settings = parseSettings(fields.object('settings'));
  if (numTokens < numChunks || numTokens > numChunks * settings.chunkSize) {
    throw new RecordShapeError(
      `it counts ${numTokens} tokens in ${numChunks} chunks of at most ${settings.chunkSize}`,
    );
  }
  const parts = parseParts(fields, [numChunks, numTokens, numChars]);
  const content = {
    chunkChecksums: parseChecksums(fields, 'chunkChecksums', numChunks),
    textChecksums: parseChecksums(fields, 'textChecksums', numChunks),
    stateChecksum: fields.string('stateChecksum'),
    chunkBytes: fields.count('chunkBytes'),
    textBytes: fields.count('textBytes'),
    stateBytes: fields.count('stateBytes'),
  };
  const manifest: DocumentManifest = {
    formatVersion,
    id: fields.string('id'),
    title: fields.string('title'),
    fingerprint: fields.string('fingerprint'),
    createdAt: fields.number('createdAt'),
    usedAt: fields.number('usedAt'),
    state: fields.oneOf('state', ['reading', 'ready']),
    sourceHash: fields.string('sourceHash'),
    maxTokens: parts[0]?.maxTokens ?? 0,
    parts,
    numTokens,
    numChunks,
    numChars,
    settings,
    sizeBytes: storedBytes(content),
  };
  return { manifest, ...content };
}

/** One a chunk. */
function parseChecksums(fields: Fields, key: string, numChunks: number): readonly string[] {
  const checksums = fields.list(key);
  if (!checksums.every((checksum) => typeof checksum === 'string'))
    throw new RecordShapeError(`manifest.${key} is not a list of strings`);
  if (checksums.length !== numChunks)
    throw new RecordShapeError(`it counts ${numChunks} chunks and has ${checksums.length} ${key}`);
  return checksums;
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
      notes: part.list('notes').map(parseNote),
    };
  });
  if (parts.length === 0) throw new RecordShapeError('it has no parts');
  return parts;
}

function parseNote(record: unknown): SourceNote {
  const note = new Fields(record, 'manifest.parts.notes');
  return {
    kind: note.oneOf('kind', ['utf-16', 'windows-1252', 'html', 'rtf', 'unread']),
    count: note.count('count'),
    first: note.count('first'),
  };
}

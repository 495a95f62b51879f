// Reads an exported file section by section; every failure is an IntegrityError that names the field and its offset.
import { IntegrityError, type ChunkRecord, type ChunkText, type CompressState } from '@longread/core';
import type { ByteReader } from './byte-reader.ts';
import { chunkChecksum, stateChecksum, textChecksum } from './checksum.ts';
import {
  containerVersion,
  decodeChunk,
  decodeManifest,
  decodeState,
  decodeTextSection,
  headerBytes,
  magic,
  maxSectionBytes,
  readWords,
  sectionHeaderBytes,
  sectionKinds,
  type SectionKind,
} from './container.ts';
import { RecordShapeError } from './fields.ts';
import type { StoredManifest } from './manifest-record.ts';
import { storableChunk, storableState } from './records.ts';
import type { TextRecord } from './text-record.ts';
import { verifiedChunk, verifiedManifest, verifiedState, verifiedText, type Verified } from './verify.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The header and the manifest, whose own checksum and fields are verified. */
export async function readFileStart(file: ByteReader): Promise<StoredManifest> {
  const header = await file.take(headerBytes, 'the header');
  if (magic.some((byte, i) => byte !== header[i])) {
    throw new IntegrityError(
      'This is not a document exported by Longread: its first bytes are others. Choose an exported file.',
      { field: 'magic', offset: 0 },
    );
  }
  const [version = 0] = readWords(header.subarray(magic.length), 1);
  if (version !== containerVersion) {
    throw new IntegrityError(
      `The file has version ${version} and this build reads version ${containerVersion}. Use a later build, or export again.`,
      { field: 'version', offset: magic.length, version },
    );
  }
  return readSection(file, 'manifest', 0, async (bytes) => {
    const record = decodeManifest(bytes);
    const id = typeof record === 'object' && record !== null && 'id' in record ? record.id : undefined;
    if (typeof id !== 'string') throw new RecordShapeError('it has no id');
    return verifiedManifest(id, record);
  });
}

/** The state with its checksum, which must be the one in the manifest. */
export function readFileState(file: ByteReader, stored: StoredManifest): Promise<Verified<CompressState>> {
  const { manifest } = stored;
  return readSection(file, 'state', 0, async (bytes) => {
    const state = decodeState(bytes, manifest.numChunks);
    return verifiedState(manifest, storableState(state, await stateChecksum(state)), stored);
  });
}

/** Chunk `index` with its checksum, which must be the one in the manifest. */
export function readFileChunk(
  file: ByteReader,
  { manifest, chunkChecksums }: StoredManifest,
  index: number,
): Promise<Verified<ChunkRecord>> {
  return readSection(file, 'chunk', index, async (bytes) => {
    const chunk = decodeChunk(bytes, index);
    const record = storableChunk(chunk, await chunkChecksum(chunk));
    return verifiedChunk(manifest, index, record, chunkChecksums[index]);
  });
}

/** The text of chunk `index`, and the record of it, whose checksum must be the one in the manifest. */
export function readFileText(
  file: ByteReader,
  { manifest, textChecksums }: StoredManifest,
  index: number,
): Promise<{ readonly text: ChunkText; readonly record: TextRecord }> {
  return readSection(file, 'text', index, async (bytes) => {
    const encoded = decodeTextSection(bytes, index);
    const record = { ...encoded, checksum: await textChecksum(encoded) };
    const { record: text } = await verifiedText(manifest, index, record, textChecksums[index]);
    return { text, record };
  });
}

async function readSection<T>(
  file: ByteReader,
  kind: SectionKind,
  index: number,
  decode: (bytes: Bytes) => Promise<T>,
): Promise<T> {
  const field = {
    manifest: 'the manifest',
    state: 'the state',
    chunk: `chunk ${index}`,
    text: `text ${index}`,
  }[kind];
  const start = file.offset;
  const [foundKind, foundIndex, length = 0] = readWords(
    await file.take(sectionHeaderBytes, `the header of ${field}`),
    3,
  );
  if (foundKind !== sectionKinds[kind] || foundIndex !== index) {
    const found = `section kind ${foundKind}, index ${foundIndex}`;
    throw fileError(field, start, `${found} stands there`);
  }
  const limit = maxSectionBytes[kind];
  if (length > limit)
    throw fileError(field, start, `it says that it takes ${length} bytes; the limit is ${limit}`);
  const bytes = await file.take(length, field);
  try {
    return await decode(bytes);
  } catch (error) {
    if (error instanceof RecordShapeError) throw fileError(field, start, error.message, error);
    if (error instanceof IntegrityError) throw fileError(field, start, error.message, error);
    throw error;
  }
}

function fileError(field: string, offset: number, reason: string, cause?: Error): IntegrityError {
  return new IntegrityError(
    `The file is damaged at byte ${offset}, in ${field}: ${reason}`,
    { ...(cause instanceof IntegrityError && cause.details), field, offset },
    cause && { cause },
  );
}

// The sections of one chunk in an exported file, by the format version of the document: written from what is stored, and read as the records
// to store, each verified before the next.
import type { ChunkRecord, ChunkText, ChunkTokens } from '@longread/core';
import { isListed } from '../schema/content.ts';
import type { Layout, Opened, Put } from '../schema/layout.ts';
import { layoutOf } from '../schema/layouts.ts';
import type { Verified } from '../schema/record.ts';
import * as container from './container.ts';
import type { ExportedFile } from './exported-file.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type VerifiedText = Awaited<ReturnType<Layout['text']['verified']>>;

/** A chunk of a file, verified. */
export interface FileChunk {
  readonly tokens: ChunkTokens;
  readonly text: ChunkText;
  readonly puts: readonly Put[];
  /** Of its arrays, by kind, as a manifest counts them; of its text. */
  readonly chunkBytes: number;
  readonly textBytes: number;
  /** Of its records: what the next chunk's follow. */
  readonly checksums: readonly string[];
}

export function encodeChunkSections(
  formatVersion: number,
  chunk: Verified<ChunkRecord>,
  text: VerifiedText,
): readonly Bytes[] {
  const { value, checksums } = chunk;
  const { encoded } = text.value;
  if (formatVersion === 3) return [...container.encodeChunk(value), ...container.encodeTextSection(encoded)];
  const [ofEmbeddings = '', ofTokens = ''] = checksums;
  return [
    ...container.encodeEmbeddings(value.index, value.embeddings, ofEmbeddings),
    ...container.encodeTokens(value, ofTokens),
    ...container.encodeTextSection(encoded, text.checksums[0]),
  ];
}

/**
 * @param before checksums of the records of the chunk before; empty before the first.
 * @throws IntegrityError with the offset of the section that is wrong
 */
export function readChunkSections(
  file: ExportedFile,
  opened: Opened,
  index: number,
  before: readonly string[],
): Promise<FileChunk> {
  const read = opened.manifest.formatVersion === 3 ? readListed : readChained;
  return read(file, opened, index, before);
}

/** The checksums are in the manifest alone: each record is verified with that one beside it. */
async function readListed(file: ExportedFile, opened: Opened, index: number): Promise<FileChunk> {
  const { manifest, stored } = opened;
  const { chunk, text } = layoutOf(manifest);
  const { content } = stored;
  const [ofChunk = '', ofText = ''] = isListed(content)
    ? [content.chunkChecksums[index], content.textChecksums[index]]
    : [];
  const chunkRecord = await file.readSection('chunk', index, async (bytes) => {
    const record = { ...container.decodeChunk(bytes, index), checksum: ofChunk };
    return { record, ...(await chunk.verified(opened, index, [record])) };
  });
  const textRecord = await file.readSection('text', index, async (bytes) => {
    const record = { ...container.decodeText(bytes, index), checksum: ofText };
    return { record, ...(await text.verified(opened, index, [record])) };
  });
  return {
    tokens: chunkRecord.value,
    text: textRecord.value.text,
    puts: putsOf(opened, index, [
      [chunk, chunkRecord.record],
      [text, textRecord.record],
    ]),
    chunkBytes: chunkRecord.bytes,
    textBytes: textRecord.bytes,
    checksums: [],
  };
}

/** Each section has its record's checksum, and what stands before it is what the file had before. */
async function readChained(
  file: ExportedFile,
  opened: Opened,
  index: number,
  before: readonly string[],
): Promise<FileChunk> {
  const { embeddings, tokens, text } = layoutOf(opened.manifest);
  const [ofEmbeddings = '', ofTokens = '', ofText = ''] = before;
  const first = await file.readSection('embeddings', index, async (bytes) => {
    const { embeddings: block, ...rest } = container.decodeEmbeddings(bytes, index);
    const record = { ...rest, ...block, previous: ofEmbeddings };
    return { record, ...(await embeddings.verified(opened, index, [record], [ofEmbeddings])) };
  });
  const second = await file.readSection('tokens', index, async (bytes) => {
    const record = { ...container.decodeTokens(bytes, index), previous: ofTokens };
    return { record, ...(await tokens.verified(opened, index, [record], [ofTokens])) };
  });
  const third = await file.readSection('text', index, async (bytes) => {
    const record = { ...container.decodeCheckedText(bytes, index), previous: ofText };
    return { record, ...(await text.verified(opened, index, [record], [ofText])) };
  });
  return {
    tokens: second.value,
    text: third.value.text,
    puts: putsOf(opened, index, [
      [embeddings, first.record],
      [tokens, second.record],
      [text, third.record],
    ]),
    chunkBytes: first.bytes + second.bytes,
    textBytes: third.bytes,
    checksums: [...first.checksums, ...second.checksums, ...third.checksums],
  };
}

function putsOf(
  { manifest }: Opened,
  index: number,
  records: readonly (readonly [kind: { keys: Layout['chunk']['keys'] }, record: unknown])[],
): readonly Put[] {
  return records.map(([kind, record]) => [kind.keys(manifest.id, index).join(), record] as const);
}

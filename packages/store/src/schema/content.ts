// What a manifest says of the document's other records, by format version: what binds them to it, and the bytes of their arrays. Version 3
// lists the checksum of every record; from version 4 on the records of a kind are a chain and the manifest has the checksum of the last.
import type { InferOutput } from 'valibot';
import * as record from './record.ts';

/** Version of how records are laid out that new documents get; see docs/storage-format.md. */
export const formatVersion = 5;

const ofState = {
  /** Checksum of the state after the last chunk; empty while there is none. */
  stateChecksum: record.string,
  /** Bytes of the state's arrays; 0 while there is none. */
  stateBytes: record.count,
};

export const listed = {
  /** Checksum of each chunk, in order. */
  chunkChecksums: record.listOf(record.string),
  /** Checksum of each chunk's text, in order. */
  textChecksums: record.listOf(record.string),
  /** Bytes of all chunks' arrays. */
  chunkBytes: record.count,
  /** Bytes of all chunks' text as stored. */
  textBytes: record.count,
  ...ofState,
};

export const chained = {
  /** Checksums of the last chunk's records, one of each kind; empty while there is none. */
  embeddingsChecksum: record.string,
  tokensChecksum: record.string,
  textChecksum: record.string,
  /** Bytes of all chunks' arrays, by kind, and of their text as stored. */
  embeddingsBytes: record.count,
  tokensBytes: record.count,
  textBytes: record.count,
  ...ofState,
};

type ContentOf<E extends Parameters<typeof record.objectOf>[0]> = Readonly<
  InferOutput<ReturnType<typeof record.objectOf<E>>>
>;
/** Of version 3. */
export type ListedContent = ContentOf<typeof listed>;
/** From version 4 on. */
export type ChainedContent = ContentOf<typeof chained>;
export type ManifestContent = ListedContent | ChainedContent;

/** Of a document of version 3 that has no chunk yet. */
export const nothingListed: ListedContent = {
  chunkChecksums: [],
  textChecksums: [],
  stateChecksum: '',
  chunkBytes: 0,
  textBytes: 0,
  stateBytes: 0,
};

/** Of a document from version 4 on that has no chunk yet. */
export const nothingChained: ChainedContent = {
  embeddingsChecksum: '',
  tokensChecksum: '',
  textChecksum: '',
  stateChecksum: '',
  embeddingsBytes: 0,
  tokensBytes: 0,
  textBytes: 0,
  stateBytes: 0,
};

export function isListed(content: ManifestContent): content is ListedContent {
  return 'chunkChecksums' in content;
}

/** Bytes of a document's records: arrays and text as stored. */
export function storedBytes(content: ManifestContent): number {
  const ofChunks = isListed(content) ? content.chunkBytes : content.embeddingsBytes + content.tokensBytes;
  return ofChunks + content.textBytes + content.stateBytes;
}

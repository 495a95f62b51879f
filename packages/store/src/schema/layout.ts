// What a version of the format has to say of a state and of the records of a chunk: where they lie, what they must be, and what a manifest then counts.
import type { ChunkEmbeddings, ChunkRecord, ChunkText, ChunkTokens, DocumentManifest } from '@longread/core';
import type { ReadChunk } from '../document-store.ts';
import type { ManifestContent } from './content.ts';
import type { StoredManifest } from './manifest.ts';
import type { Verified } from './record.ts';
import type { StateKind } from './state.ts';
import type { EncodedText } from './text.ts';

/** A manifest that was opened, and the one that is stored now: it may count more chunks. */
export interface Opened {
  readonly manifest: DocumentManifest;
  readonly stored: StoredManifest;
}

/** What is read of a chunk at once. */
export interface Kind<T> {
  keys(id: string, index: number): readonly string[];
  /**
   * The records under `keys`, as they were committed.
   * @param before checksums of the records of the chunk before, where they were read; empty before the first.
   * @param known checksum of the first record, where it was verified before: the same is not computed again.
   * @throws IntegrityError that names document and chunk
   */
  verified(
    opened: Opened,
    index: number,
    records: readonly unknown[],
    before?: readonly string[],
    known?: string,
  ): Promise<Verified<T>>;
  /** Bytes of all of them by the manifest. */
  bytesOf(content: ManifestContent): number;
}

export type Put = readonly [key: string, record: unknown];

/** What a manifest counts once a chunk is added, and the records of that chunk. */
export interface Added {
  readonly content: ManifestContent;
  readonly puts: readonly Put[];
}

export interface Layout {
  readonly nothing: ManifestContent;
  readonly chunk: Kind<ChunkRecord>;
  readonly embeddings: Kind<ChunkEmbeddings>;
  readonly tokens: Kind<ChunkTokens>;
  readonly text: Kind<{ readonly text: ChunkText; readonly encoded: EncodedText }>;
  readonly state: StateKind;
  /** The state is left as it is. */
  add(manifest: DocumentManifest, content: ManifestContent, chunk: ReadChunk): Promise<Added>;
}

// The documents that are damaged: one of three chunks with an appended part, and a like one that another model read.
import type { ChunkRecord, ChunkText, CompressState, DocumentManifest } from '@longread/core';
import { appendPart, type DocumentStore } from '@longread/store';
import {
  makeChunk,
  makeManifest,
  makeState,
  makeText,
  memoryOrigin,
  openStore,
  settings,
  type MemoryOrigin,
} from '@longread/store/testing';

/** What this engine reads with; `otherId` was read with another model. */
const expectedReading = { fingerprint: 'f'.repeat(64), settings };
export const otherFingerprint = 'e'.repeat(64);
export const documentId = 'moby';
export const otherId = 'dick';

/** All that can be read of a document; the time of use is left out. */
export interface DocumentContent {
  readonly manifest: Omit<DocumentManifest, 'usedAt'>;
  readonly state: CompressState | undefined;
  readonly chunks: readonly ChunkRecord[];
  readonly texts: readonly ChunkText[];
}

/** An origin that holds the documents. */
export async function storeDocuments(): Promise<MemoryOrigin> {
  const origin = memoryOrigin();
  const store = openStore(origin.open());
  for (const [id, seed, fingerprint] of [
    [documentId, 1, expectedReading.fingerprint],
    [otherId, 2, otherFingerprint],
  ] as const) {
    await store.commitChunks(
      makeManifest(id, 1, { fingerprint }),
      [{ record: makeChunk(seed, 0), text: makeText(makeChunk(seed, 0)) }],
      makeState(seed, 1),
    );
    const ragged = makeManifest(id, 2, { fingerprint, numTokens: 11, numChars: 33 });
    const first = await store.commitChunks(
      ragged,
      [{ record: makeChunk(seed, 1, 3), text: makeText(makeChunk(seed, 1, 3)) }],
      makeState(seed, 2),
    );
    const part = {
      textHash: 'b'.repeat(64),
      maxTokens: 100,
      notes: [{ kind: 'unread', count: 2, first: 1 }],
    } as const;
    const added = await appendPart({ ...first, state: 'ready' }, part);
    const last = { ...added, numChunks: 3, numTokens: 19, numChars: 72 };
    const read = await store.commitChunks(
      last,
      [{ record: makeChunk(seed, 2), text: makeText(makeChunk(seed, 2), 33) }],
      makeState(seed, 3),
    );
    await store.updateManifest({ ...read, state: 'ready' });
  }
  store.close();
  return origin;
}

/** Reads a document as the engine does. Throws typed errors. */
export async function readContent(store: DocumentStore, id: string): Promise<DocumentContent> {
  const { manifest, state } = await store.open(id, expectedReading);
  const chunks: ChunkRecord[] = [];
  for await (const chunk of store.readChunks(manifest)) chunks.push(chunk);
  const texts: ChunkText[] = [];
  for await (const text of store.readTexts(manifest)) texts.push(text);
  return { manifest: withoutUse(manifest), state, chunks, texts };
}

function withoutUse({ usedAt, ...manifest }: DocumentManifest): Omit<DocumentManifest, 'usedAt'> {
  if (!Number.isFinite(usedAt)) throw new Error(`a manifest was used at ${usedAt}`);
  return manifest;
}

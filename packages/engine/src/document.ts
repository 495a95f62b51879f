// A document in use: what was read or opened of it, ready for questions. Reading and opening are here; answering is in answer.ts.
import {
  IntegrityError,
  type ChunkRecord,
  type DocumentManifest,
  type ReadSettings,
} from '@longread/core';
import type { Gpu } from '@longread/gpu';
import { planChunks } from '@longread/planner';
import { createManifest, type DocumentStore, type OpenedDocument } from '@longread/store';
import type { CallOptions, PhaseStats } from './api.ts';
import { createCompressor, type Compressor } from './compress.ts';
import type { Transformer } from './forward/transformer.ts';
import type { EmbeddingSource } from './gather.ts';
import { createPersister } from './persist.ts';
import { createPhaseClock } from './phases.ts';
import type { TokenizedSource } from './tokenize.ts';

export interface OpenDocument {
  readonly manifest: DocumentManifest;
  readonly opened: boolean;
  readonly phases: readonly PhaseStats[];
  readonly compressor: Compressor;
  readonly ids: Uint32Array<ArrayBuffer>;
  readonly charEnds: Uint32Array<ArrayBuffer>;
  readonly source: EmbeddingSource;
}

/** What reading and opening documents needs; all documents of an engine share it. */
export interface DocumentContext {
  readonly gpu: Gpu;
  readonly transformer: Transformer;
  readonly store: DocumentStore;
  readonly settings: ReadSettings;
  readonly fingerprint: string;
}

export interface ReadRequest {
  readonly title: string;
  readonly maxTokens: number;
  readonly tokenized: TokenizedSource;
  readonly phases: readonly PhaseStats[];
  /** A document of the same source whose reading was interrupted: continued at its last whole chunk. */
  readonly partial: DocumentManifest | undefined;
}

/**
 * Compresses and stores a source chunk by chunk. After a failure or cancel the document stays, whole as of its last chunk.
 * @throws AbortedError | StorageQuotaError | DeviceLostError | OutOfMemoryError
 */
export async function readDocument(
  context: DocumentContext,
  { title, maxTokens, tokenized, phases, partial }: ReadRequest,
  { signal, onProgress }: CallOptions,
): Promise<OpenDocument> {
  const { gpu, transformer, store, settings, fingerprint } = context;
  const { ids, charEnds, sourceHash } = tokenized;
  const clock = createPhaseClock();
  phases.forEach((phase) => clock.add(phase));
  const persister = createPersister(
    store,
    partial ?? createManifest({ title, fingerprint, settings, textHash: sourceHash, maxTokens }),
  );
  const compressor = await createCompressor(gpu, transformer, settings);
  try {
    if (partial) restore(await store.open(partial.id), compressor);
    const first = partial?.numTokens ?? 0;
    const plan = planChunks(ids.length - first, settings.chunkSize, {
      index: partial?.numChunks ?? 0,
      firstToken: first,
    });
    await clock.run(
      'compress',
      async () => {
        for (const { index, firstToken, numTokens } of plan) {
          onProgress?.({ phase: 'compress', done: firstToken, total: ids.length, unit: 'tokens' });
          const end = firstToken + numTokens;
          const tokenIds = ids.slice(firstToken, end);
          const embeddings = await compressor.compress(tokenIds, {
            during: 'compress',
            signal,
            onTokens: (done) =>
              onProgress?.({
                phase: 'compress',
                done: firstToken + done,
                total: ids.length,
                unit: 'tokens',
              }),
          });
          const record: ChunkRecord = {
            index,
            tokenIds,
            charEnds: charEnds.slice(firstToken, end),
            embeddings,
          };
          await persister.chunk(record, compressor.save());
        }
        onProgress?.({ phase: 'compress', done: ids.length, total: ids.length, unit: 'tokens' });
      },
      () => ids.length - first,
    );
    const start = performance.now();
    const manifest = await persister.ready();
    compressor.endReading();
    clock.add({
      name: 'persist',
      ms: performance.now() - start + persister.waitedMs,
      tokens: manifest.numTokens,
    });
    return openDocument(context, manifest, false, clock.phases, compressor, ids, charEnds);
  } catch (error) {
    await persister.settled().catch(() => undefined); // what is whole is stored before the call ends
    compressor.dispose();
    throw error;
  }
}

/**
 * Opens a stored document: its state goes to the GPU, nothing is read again. Every chunk's checksum is verified.
 * @throws InvalidInputError (unknown id) | IntegrityError (another model or settings, or damaged) | StorageQuotaError
 */
export async function reopenDocument(context: DocumentContext, id: string): Promise<OpenDocument> {
  const { gpu, transformer, store, settings, fingerprint } = context;
  const clock = createPhaseClock();
  const opened = await store.open(id, { fingerprint });
  const stored = opened.manifest;
  const compressor = await createCompressor(gpu, transformer, settings);
  try {
    const ids = new Uint32Array(stored.numTokens);
    const charEnds = new Uint32Array(stored.numTokens);
    await clock.run(
      'open',
      async () => {
        let at = 0;
        for await (const chunk of store.readChunks(stored)) {
          ids.set(chunk.tokenIds, at);
          charEnds.set(chunk.charEnds, at);
          at += chunk.tokenIds.length;
        }
        restore(opened, compressor);
        await store.touch(id);
      },
      () => stored.numTokens,
    );
    return openDocument(context, stored, true, clock.phases, compressor, ids, charEnds);
  } catch (error) {
    compressor.dispose();
    throw error;
  }
}

function restore({ manifest, state }: OpenedDocument, compressor: Compressor): void {
  if (state === undefined) {
    throw new IntegrityError(`"${manifest.title}" has no stored state. Delete it and read it again.`, {
      document: manifest.id,
    });
  }
  compressor.restore(state);
}

function openDocument(
  { transformer, store, settings }: DocumentContext,
  manifest: DocumentManifest,
  opened: boolean,
  phases: readonly PhaseStats[],
  compressor: Compressor,
  ids: Uint32Array<ArrayBuffer>,
  charEnds: Uint32Array<ArrayBuffer>,
): OpenDocument {
  const source: EmbeddingSource = {
    numTokens: manifest.numTokens,
    chunkSize: settings.chunkSize,
    numParts: settings.heads.length,
    headDim: transformer.config.headDim,
    moments: compressor.moments,
    blocks: () => store.readChunks(manifest),
    block: (index) => store.readChunk(manifest, index),
  };
  return { manifest, opened, phases, compressor, ids, charEnds, source };
}

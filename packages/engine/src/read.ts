// Reads a text into a document, chunk by chunk: the first one (ingest) and those that continue it (append). Chunks are tokenized and stored
// while others are compressed; after a failure the document is whole as of the last state that was stored, after a cancel as of its last whole
// chunk, and goes on from there.
import {
  AbortedError,
  invariant,
  type CompressState,
  type DocumentManifest,
  type SourcePart,
} from '@longread/core';
import { stateStorageBytes } from '@longread/planner';
import {
  appendPart,
  createManifest,
  describedAnew,
  isUnfinishedPart,
  type SourceDescription,
} from '@longread/store';
import type { CallOptions, PhaseStats } from './api.ts';
import { createCompressor, type Compressor } from './compress.ts';
import { cutChunks } from './cut-chunks.ts';
import { documentOf, restore, type DocumentContext, type OpenDocument } from './document.ts';
import { createPersister, type Persister } from './persist.ts';
import { createPhaseClock, type PhaseClock } from './phases.ts';
import { readAhead } from './read-ahead.ts';
import type { SurveyedSource } from './survey.ts';

export interface ReadRequest {
  /** Of a document that is new. */
  readonly id: string;
  readonly title: string;
  readonly maxTokens: number;
  readonly source: SurveyedSource;
  readonly description: SourceDescription;
  readonly phases: readonly PhaseStats[];
  /** A document of the same source whose reading was interrupted: continued at its last whole chunk. */
  readonly partial: DocumentManifest | undefined;
}

/**
 * Compresses and stores a source.
 * @throws AbortedError | StorageQuotaError | DeviceLostError | OutOfMemoryError
 */
export async function readDocument(
  context: DocumentContext,
  { id, title, maxTokens, source, description, phases, partial }: ReadRequest,
  call: CallOptions,
): Promise<OpenDocument> {
  const { gpu, transformer, store, settings, fingerprint, beginId } = context;
  const clock = createPhaseClock();
  phases.forEach((phase) => clock.add(phase));
  const compressor = await createCompressor(gpu, transformer, settings, beginId);
  try {
    const opened = partial && (await store.open(partial.id, { fingerprint, settings }));
    if (opened) restore(opened, compressor);
    const { textHash } = source;
    const notes = [...description.notes, ...source.notes];
    const { outline } = description;
    const beginning = { id, title, fingerprint, settings, textHash, maxTokens, notes, outline };
    const first = opened
      ? (describedAnew(opened.manifest, description) ?? opened.manifest)
      : createManifest(beginning);
    const persister = createPersister(store, first, lengthOf(context, source.numTokens));
    const start = { firstToken: 0, firstChar: 0 };
    const manifest = await readChunks(context, compressor, persister, clock, source, start, call);
    return documentOf(context, compressor, manifest, clock.phases, false);
  } catch (error) {
    compressor.dispose();
    throw error;
  }
}

/**
 * Continues `document` with a text that is tokenized on its own; what was read before is not read again. A text whose appending
 * was interrupted goes on at its last whole chunk. After an error the compressor may be ahead of the store: load it again.
 * @throws InvalidInputError (an earlier reading is not whole) | AbortedError | StorageQuotaError | DeviceLostError
 */
export async function appendDocument(
  context: DocumentContext,
  document: OpenDocument,
  source: SurveyedSource,
  description: SourceDescription,
  phases: readonly PhaseStats[],
  call: CallOptions,
): Promise<OpenDocument> {
  const { store } = context;
  const { compressor } = document;
  const clock = createPhaseClock();
  phases.forEach((phase) => clock.add(phase));
  const { textHash } = source;
  const notes = [...description.notes, ...source.notes];
  const text = { textHash, maxTokens: 0, notes, outline: description.outline };
  const { manifest: before } = document;
  const first =
    before.parts.length > 1 && isUnfinishedPart(before, text) ? before : await appendPart(before, text);
  const part = first.parts.at(-1);
  invariant(part, 'a document without parts');
  const persister = createPersister(store, first, lengthOf(context, part.firstToken + source.numTokens));
  const manifest = await readChunks(context, compressor, persister, clock, source, part, call);
  return documentOf(context, compressor, manifest, clock.phases, document.opened);
}

function lengthOf({ transformer, settings }: DocumentContext, numTokens: number) {
  return { numTokens, stateBytes: stateStorageBytes(transformer.config, settings, numTokens) };
}

/** Where a text begins in the document. */
type PartStart = Pick<SourcePart, 'firstToken' | 'firstChar'>;

/** Compresses and stores what the manifest does not count yet of a text that begins in the document where `part` does. */
async function readChunks(
  { settings, tokenizer }: DocumentContext,
  compressor: Compressor,
  persister: Persister,
  clock: PhaseClock,
  source: SurveyedSource,
  part: PartStart,
  { signal, onProgress }: CallOptions,
): Promise<DocumentManifest> {
  const { numTokens: total } = source;
  const { numTokens: stored, numChunks, numChars } = persister.manifest;
  const numRead = stored - part.firstToken;
  const readSoFar = { firstToken: numRead, firstChar: numChars - part.firstChar };
  const chunks = cutChunks(tokenizer, source, settings.chunkSize, readSoFar, signal);
  let saving: Promise<CompressState> | undefined;
  let index = numChunks;
  let firstChar = numChars;
  const write = async () => {
    saving = compressor.save();
    saving.catch(() => undefined); // seen by the write, which waits for the one before first
    await persister.write(saving);
  };
  const report = (done: number) => onProgress?.({ phase: 'compress', done, total, unit: 'tokens' });
  try {
    await clock.run(
      'compress',
      async () => {
        for await (const { firstToken, tokenIds, charEnds: ends, text } of readAhead(chunks)) {
          report(firstToken);
          const embeddings = await compressor.compress(tokenIds, {
            during: 'compress',
            signal,
            onTokens: (done) => report(firstToken + done),
          });
          await saving; // a second chunk would overwrite what it copies
          const charEnds = part.firstChar === 0 ? ends : ends.map((end) => part.firstChar + end);
          persister.add({
            record: { index, tokenIds, charEnds, embeddings },
            text: { index, firstChar, text },
          });
          index += 1;
          firstChar += text.length;
          const { due } = persister;
          if (due === 'state') await write();
          else if (due === 'chunks') await persister.write();
        }
        if (persister.isBehind) await write();
        report(total);
      },
      () => total - numRead,
    );
    const start = performance.now();
    const manifest = await persister.ready();
    compressor.endReading();
    const ms = performance.now() - start + persister.waitedMs;
    clock.add({ name: 'persist', ms, tokens: manifest.numTokens - stored });
    return manifest;
  } catch (error) {
    // What is whole is stored before the call ends: of a lost device or a full store no more than it was.
    if (error instanceof AbortedError && persister.isBehind) await write().catch(() => undefined);
    await persister.settled().catch(() => undefined);
    await saving?.catch(() => undefined); // it reads buffers that the caller is about to let go of
    throw error;
  }
}

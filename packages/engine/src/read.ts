// Reads a text into a document, chunk by chunk: the first one (ingest) and those that continue it (append). Chunks are stored while the
// next are compressed; after a failure the document is whole as of the last state that was stored, after a cancel as of its last whole
// chunk, and goes on from there.
import {
  AbortedError,
  invariant,
  type ChunkText,
  type CompressState,
  type DocumentManifest,
  type SourcePart,
} from '@longread/core';
import { planChunks } from '@longread/planner';
import {
  appendPart,
  createManifest,
  describedAnew,
  isUnfinishedPart,
  type SourceDescription,
} from '@longread/store';
import type { CallOptions, PhaseStats } from './api.ts';
import { createCompressor, type Compressor } from './compress.ts';
import { documentOf, restore, type DocumentContext, type OpenDocument } from './document.ts';
import { createPersister, type Persister } from './persist.ts';
import { createPhaseClock, type PhaseClock } from './phases.ts';
import type { TokenizedSource } from './tokenize.ts';

export interface ReadRequest {
  /** Of a document that is new. */
  readonly id: string;
  readonly title: string;
  readonly maxTokens: number;
  readonly tokenized: TokenizedSource;
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
  { id, title, maxTokens, tokenized, description, phases, partial }: ReadRequest,
  call: CallOptions,
): Promise<OpenDocument> {
  const { gpu, transformer, store, settings, fingerprint, beginId } = context;
  const clock = createPhaseClock();
  phases.forEach((phase) => clock.add(phase));
  const compressor = await createCompressor(gpu, transformer, settings, beginId);
  try {
    const opened = partial && (await store.open(partial.id, { fingerprint, settings }));
    if (opened) restore(opened, compressor);
    const { sourceHash: textHash } = tokenized;
    const notes = [...description.notes, ...tokenized.notes];
    const { outline } = description;
    const beginning = { id, title, fingerprint, settings, textHash, maxTokens, notes, outline };
    const first = opened
      ? (describedAnew(opened.manifest, description) ?? opened.manifest)
      : createManifest(beginning);
    const persister = createPersister(store, first, tokenized.ids.length);
    const start = { firstToken: 0, firstChar: 0 };
    const manifest = await readChunks(context, compressor, persister, clock, tokenized, start, call);
    return documentOf(context, compressor, manifest, clock.phases, false);
  } catch (error) {
    compressor.dispose();
    throw error;
  }
}

/**
 * Continues `document` with a text that was tokenized on its own; what was read before is not read again. A text whose appending
 * was interrupted goes on at its last whole chunk. After an error the compressor may be ahead of the store: load it again.
 * @throws InvalidInputError (an earlier reading is not whole) | AbortedError | StorageQuotaError | DeviceLostError
 */
export async function appendDocument(
  context: DocumentContext,
  document: OpenDocument,
  tokenized: TokenizedSource,
  description: SourceDescription,
  phases: readonly PhaseStats[],
  call: CallOptions,
): Promise<OpenDocument> {
  const { store } = context;
  const { compressor } = document;
  const clock = createPhaseClock();
  phases.forEach((phase) => clock.add(phase));
  const { sourceHash: textHash } = tokenized;
  const notes = [...description.notes, ...tokenized.notes];
  const text = { textHash, maxTokens: 0, notes, outline: description.outline };
  const { manifest: before } = document;
  const first =
    before.parts.length > 1 && isUnfinishedPart(before, text) ? before : await appendPart(before, text);
  const part = first.parts.at(-1);
  invariant(part, 'a document without parts');
  const charEnds = tokenized.charEnds.map((end) => part.firstChar + end);
  const tokens = { ids: tokenized.ids, charEnds, text: tokenized.text };

  const persister = createPersister(store, first, part.firstToken + tokens.ids.length);
  const manifest = await readChunks(context, compressor, persister, clock, tokens, part, call);
  return documentOf(context, compressor, manifest, clock.phases, document.opened);
}

/** Of a text that is read; ends in characters of the document. */
type ReadTokens = Pick<TokenizedSource, 'ids' | 'charEnds' | 'text'>;

/** Where a text begins in the document. */
type PartStart = Pick<SourcePart, 'firstToken' | 'firstChar'>;

/**
 * The text of a chunk that ends with token `end` - 1 of its part, and begins at character `firstChar` of the document. The last one's
 * goes on to the end of the part: behind its last token stands what the model cannot see.
 */
export function textOfChunk(
  { ids, charEnds, text }: ReadTokens,
  part: Pick<PartStart, 'firstChar'>,
  { index, end, firstChar }: { readonly index: number; readonly end: number; readonly firstChar: number },
): ChunkText {
  const nextChar = end === ids.length ? part.firstChar + text.length : (charEnds[end - 1] ?? 0);
  return { index, firstChar, text: text.slice(firstChar - part.firstChar, nextChar - part.firstChar) };
}

/** Compresses and stores what the manifest does not count yet of a text that begins in the document where `part` does. */
async function readChunks(
  { settings }: DocumentContext,
  compressor: Compressor,
  persister: Persister,
  clock: PhaseClock,
  tokenized: ReadTokens,
  part: PartStart,
  { signal, onProgress }: CallOptions,
): Promise<DocumentManifest> {
  const { ids, charEnds } = tokenized;
  const { numTokens: stored, numChunks, numChars } = persister.manifest;
  const numRead = stored - part.firstToken;
  const plan = planChunks(ids.length - numRead, settings.chunkSize, {
    index: numChunks,
    firstToken: numRead,
  });
  let saving: Promise<CompressState> | undefined;
  let nextChar = numChars;
  const write = async () => {
    saving = compressor.save();
    saving.catch(() => undefined); // seen by the write, which waits for the one before first
    await persister.write(saving);
  };
  const report = (done: number) =>
    onProgress?.({ phase: 'compress', done, total: ids.length, unit: 'tokens' });
  try {
    await clock.run(
      'compress',
      async () => {
        for (const { index, firstToken, numTokens } of plan) {
          report(firstToken);
          const end = firstToken + numTokens;
          const tokenIds = ids.slice(firstToken, end);
          const embeddings = await compressor.compress(tokenIds, {
            during: 'compress',
            signal,
            onTokens: (done) => report(firstToken + done),
          });
          await saving; // a second chunk would overwrite what it copies
          const record = { index, tokenIds, charEnds: charEnds.slice(firstToken, end), embeddings };
          const text = textOfChunk(tokenized, part, { index, end, firstChar: nextChar });
          nextChar += text.text.length;
          persister.add({ record, text });
          const { due } = persister;
          if (due === 'state') await write();
          else if (due === 'chunks') await persister.write();
        }
        if (persister.isBehind) await write();
        report(ids.length);
      },
      () => ids.length - numRead,
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

// A document in use: what was read or opened of it, ready for questions. Reading is in read.ts, answering in answer.ts.
import { IntegrityError, type DocumentManifest, type ReadSettings } from '@longread/core';
import type { Tokenizer } from '@longread/formats';
import type { Gpu } from '@longread/gpu';
import type { Calibration } from '@longread/planner';
import { chunkStartsOf, type DocumentStore, type OpenedDocument } from '@longread/store';
import type { PhaseStats } from './api.ts';
import { createCompressor, type Compressor } from './compress.ts';
import type { Transformer } from './forward/transformer.ts';
import { createDocumentText, type DocumentText } from './document-text.ts';
import { createDocumentTokens, type DocumentTokens } from './document-tokens.ts';
import type { EmbeddingSource } from './search.ts';
import { createPhaseClock } from './phases.ts';
import type { Member, RecordReader } from './members.ts';

/** A document as of one moment; appending gives another with the same compressor. */
export interface OpenDocument {
  readonly manifest: DocumentManifest;
  readonly opened: boolean;
  readonly phases: readonly PhaseStats[];
  readonly compressor: Compressor;
  readonly tokens: DocumentTokens;
  readonly text: DocumentText;
  readonly source: EmbeddingSource;
  /** How it is searched: as it was read. */
  readonly calibration: Calibration;
  /** Of several documents that are asked as one: which they are. */
  readonly members?: readonly Member[];
}

/** What reading and opening documents needs; all documents of an engine share it. */
export interface DocumentContext {
  readonly gpu: Gpu;
  readonly transformer: Transformer;
  readonly tokenizer: Tokenizer;
  readonly store: DocumentStore;
  readonly settings: ReadSettings;
  readonly fingerprint: string;
  readonly calibration: Calibration;
  /** What a document begins with before its own tokens, if anything. */
  readonly beginId: number | undefined;
}

/**
 * Opens a stored document: its state goes to the GPU, nothing is read again. Verified are the manifest, the state and the
 * last chunk, however long the document is; every other record when it is read.
 * @throws InvalidInputError (unknown id) | IntegrityError (another model or settings, or damaged) | StorageQuotaError
 */
export async function reopenDocument(context: DocumentContext, id: string): Promise<OpenDocument> {
  const { gpu, transformer, store, settings, fingerprint, beginId } = context;
  const clock = createPhaseClock();
  const opened = await store.open(id, { fingerprint, settings });
  const { manifest } = opened;
  const compressor = await createCompressor(gpu, transformer, settings, beginId);
  try {
    await clock.run(
      'open',
      async () => {
        restore(opened, compressor);
        await store.touch(id);
      },
      () => manifest.numTokens,
    );
    return documentOf(context, compressor, manifest, clock.phases, true);
  } catch (error) {
    compressor.dispose();
    throw error;
  }
}

/** Puts the stored state on the GPU. @throws IntegrityError when there is none */
export function restore({ manifest, state }: OpenedDocument, compressor: Compressor): void {
  if (state === undefined) {
    throw new IntegrityError(`"${manifest.title}" has no stored state. Delete it and read it again.`, {
      document: manifest.id,
    });
  }
  compressor.restore(state);
}

/** The document as of `manifest`: chunks that another handle or tab adds later are not seen. */
export function documentOf(
  {
    transformer,
    store,
    settings,
    calibration,
  }: Pick<DocumentContext, 'transformer' | 'settings' | 'calibration'> & { readonly store: RecordReader },
  compressor: Compressor,
  manifest: DocumentManifest,
  phases: readonly PhaseStats[],
  opened: boolean,
): OpenDocument {
  const chunkStarts = chunkStartsOf(manifest);
  /** Each hop reads the embeddings; they are hashed by the first that does. */
  const known = new Map<number, string>();
  const source: EmbeddingSource = {
    numTokens: manifest.numTokens,
    chunkSize: settings.chunkSize,
    chunkStarts,
    numParts: settings.heads.length,
    headDim: transformer.config.headDim,
    moments: compressor.moments,
    blocks: () => store.readEmbeddings(manifest, known),
    block: (index) => store.readEmbeddingsOf(manifest, index, known),
  };
  const tokens = createDocumentTokens(store, manifest, chunkStarts);
  const text = createDocumentText(store, manifest, tokens, chunkStarts);
  return { manifest, opened, phases, compressor, tokens, text, source, calibration };
}

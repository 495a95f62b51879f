// A document in use: what was read or opened of it, ready for questions. Reading is in read.ts, answering in answer.ts.
import {
  freeBytes,
  IntegrityError,
  outlineOf,
  type CompressState,
  type DocumentManifest,
  type Place,
  type ReadSettings,
} from '@longread/core';
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
import {
  joinedManifest,
  joinedStarts,
  joinedStore,
  membersOf,
  type Member,
  type RecordReader,
} from './members.ts';

/** A document as of one moment; appending gives another with the same compressor. */
export interface OpenDocument {
  readonly manifest: DocumentManifest;
  readonly opened: boolean;
  readonly phases: readonly PhaseStats[];
  readonly compressor: Compressor;
  /** Of what is asked about: all that was not removed. */
  readonly tokens: DocumentTokens;
  readonly text: DocumentText;
  readonly source: EmbeddingSource;
  /** How it is searched: as it was read. */
  readonly calibration: Calibration;
  /** UTF-16 code units of `text`. */
  readonly numChars: number;
  /** Files, pages and headings of it, in characters of `text`. */
  readonly places: readonly Place[];
  /** Where `tokens` and `text` are not those of one whole document: what they are of. */
  readonly members?: readonly Member[];
  /** Whether that is several documents. */
  readonly isSet: boolean;
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

/** The stored state. @throws IntegrityError when there is none */
export function stateOf({ manifest, state }: OpenedDocument): CompressState {
  if (state !== undefined) return state;
  throw new IntegrityError(`"${manifest.title}" has no stored state. Delete it and read it again.`, {
    document: manifest.id,
  });
}

/** Puts the stored state on the GPU. @throws IntegrityError when there is none */
export function restore(opened: OpenedDocument, compressor: Compressor): void {
  compressor.restore(stateOf(opened));
}

/**
 * The document as of `manifest`: chunks that another handle or tab adds later are not seen.
 * @param set what it is of, where that is several documents.
 */
export function documentOf(
  context: Pick<DocumentContext, 'transformer' | 'settings' | 'calibration' | 'store'>,
  compressor: Compressor,
  manifest: DocumentManifest,
  phases: readonly PhaseStats[],
  opened: boolean,
  set?: readonly Member[],
): OpenDocument {
  const { transformer, settings, calibration, store } = context;
  const members = set ?? (manifest.removed === undefined ? undefined : membersOf([manifest]));
  const read: RecordReader = members === undefined ? store : joinedStore(store, members);
  const asked = members === undefined ? manifest : joinedManifest(members);
  const chunkStarts = members === undefined ? chunkStartsOf(manifest) : joinedStarts(members);
  /** Each hop reads the embeddings; they are hashed by the first that does. */
  const known = new Map<number, string>();
  const source: EmbeddingSource = {
    numTokens: asked.numTokens,
    chunkSize: settings.chunkSize,
    chunkStarts,
    numParts: settings.heads.length,
    headDim: transformer.config.headDim,
    moments: compressor.moments,
    blocks: () => read.readEmbeddings(asked, known),
    usedUp: ({ quants, scales }) => {
      freeBytes(quants);
      freeBytes(scales);
    },
    block: (index) => read.readEmbeddingsOf(asked, index, known),
  };
  const tokens = createDocumentTokens(read, asked, chunkStarts);
  const text = createDocumentText(read, asked, tokens, chunkStarts);
  return {
    ...{ manifest, opened, phases, compressor, tokens, text, source, calibration },
    numChars: asked.numChars,
    places: outlineOf(asked),
    ...(members && { members }),
    isSet: set !== undefined,
  };
}

/** All of a stored document, whatever was removed of it. */
export function wholeOf(
  store: RecordReader,
  manifest: DocumentManifest,
): { readonly tokens: DocumentTokens; readonly text: DocumentText } {
  const chunkStarts = chunkStartsOf(manifest);
  const tokens = createDocumentTokens(store, manifest, chunkStarts);
  return { tokens, text: createDocumentText(store, manifest, tokens, chunkStarts) };
}

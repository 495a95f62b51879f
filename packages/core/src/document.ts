// The data of an ingested document: settings that shape it, and the records the store keeps.

import { InvalidInputError } from './errors.ts';
import type { Place } from './outline.ts';

/** One calibrated head: the pre-rotary Q, K or V vector of `head` in `layer` is one part of a token's embedding. */
export interface EmbeddingHead {
  readonly layer: number;
  readonly type: 'Q' | 'K' | 'V';
  readonly head: number;
}

/** Settings that shape what is stored; part of the document's fingerprint. */
export interface ReadSettings {
  /** Tokens per compress step. */
  readonly chunkSize: number;
  /** KV entries kept per layer and KV head after a chunk. */
  readonly budget: number;
  /** Newest entries always kept, within `budget`. */
  readonly recent: number;
  /** Number of layers compress runs: 1 + the highest calibrated layer. */
  readonly exitLayer: number;
  readonly heads: readonly EmbeddingHead[];
}

/**
 * How a token is scored for a question.
 * - `cosine` (arXiv 2506.01215): similarity to the nearest question token, the mean over parts.
 * - `standardised`: the same, each part's similarities with zero mean and unit variance over the document.
 * - `late-interaction` (after ColBERT, arXiv 2004.12832): of each question token the best standardised similarity in the window
 *   around the token, squared and summed; whole windows are gathered.
 */
export type Scoring = (typeof scorings)[number];

export const scorings = ['cosine', 'standardised', 'late-interaction'] as const;

/** Heads `first .. first + count - 1` of a document's. */
export interface HeadRange {
  readonly first: number;
  readonly count: number;
}

/** Settings of one question; nothing stored depends on them. */
export interface GatherSettings {
  /** Tokens of the document that the answer is decoded from: recomputed, or kept in a cache by strategies that keep one. */
  readonly gatherSize: number;
  /** Width over positions, odd: of the max-pool of scores, or of the windows of late interaction. */
  readonly smoothWindow: number;
  /** First and last tokens of the document that are always gathered. */
  readonly keepEnds: number;
  readonly scoring: Scoring;
  /** Whether windows of late interaction are moved to whole sentences, by at most `smoothWindow` tokens at each edge. */
  readonly wholeSentences: boolean;
  /** Which of the document's heads late interaction looks at, in their order; all when absent. */
  readonly lateHeads?: HeadRange | undefined;
  /**
   * When late interaction, in one hop, is followed by two of `standardised`: when its best score is so many standard deviations above
   * the mean of all. Infinity for never.
   */
  readonly followFrom: number;
  /** Searches that share the gather size; a later one is queried with the best spans of the one before. */
  readonly hops: number;
  /** Spans that a hop hands to the next. */
  readonly peaks: number;
  /** Tokens on each side of a peak in its span. */
  readonly peakSpan: number;
  /**
   * A word that stands in at most so many places of the document is looked up by its letters where the question has it, and where an
   * answering sentence names it; 0 to look at embeddings alone.
   */
  readonly rarePlaces: number;
  /**
   * Whether what strategy reform gathers stands in the prompt by its scores, the best right before the question and each passage a
   * paragraph; else in the order of the text, without a break.
   */
  readonly bestLast: boolean;
}

/** Stored embeddings of consecutive tokens: unit parts as int8 with one scale per part. */
export interface EmbeddingBlock {
  readonly numTokens: number;
  /** `[numTokens, numParts, headDim]` */
  readonly quants: Int8Array<ArrayBuffer>;
  /** `[numTokens, numParts]`: part value = scale * quant */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** The tokens of one chunk. */
export interface ChunkTokens {
  readonly index: number;
  readonly tokenIds: Uint32Array<ArrayBuffer>;
  /** End of each token in UTF-16 code units of the source; a token starts where the one before it ends. */
  readonly charEnds: Uint32Array<ArrayBuffer>;
}

/** The embeddings of one chunk's tokens. */
export interface ChunkEmbeddings {
  readonly index: number;
  readonly embeddings: EmbeddingBlock;
}

/** What one chunk of a document leaves behind. */
export interface ChunkRecord extends ChunkTokens, ChunkEmbeddings {}

/** The source's text of one chunk: from where the chunk before it ends to its last token's end, or to the end of its part. */
export interface ChunkText {
  readonly index: number;
  /** Where it starts in the document, in UTF-16 code units. */
  readonly firstChar: number;
  readonly text: string;
}

/** Something about a source that its reader should know: what its text was made of, or what the model cannot see of it. */
export interface SourceNote {
  /**
   * - `utf-16`: its bytes were UTF-16.
   * - `windows-1252`: some of its bytes are not UTF-8 and were read as windows-1252.
   * - `html`, `rtf`: it is markup, read as it is.
   * - `unread`: some of its characters are none to the model's vocabulary.
   * - `reader`: what made it of a file says so, in `text`.
   */
  readonly kind: 'utf-16' | 'windows-1252' | 'html' | 'rtf' | 'unread' | 'reader';
  /** Bytes or characters that it is about; 0 where it is about all. */
  readonly count: number;
  /** Where the first of them is: a byte of the file for `windows-1252`, else a UTF-16 code unit of the text. */
  readonly first: number;
  /** Of `reader`: the sentence, at most `noteLimits.chars` long. */
  readonly text?: string | undefined;
}

/** UTF-16 code units of a title that a document is given later. */
export const titleLimit = 500;

/** A title without the white space around it. @throws InvalidInputError for what is no text, empty, or longer than `titleLimit` */
export function checkedTitle(given: unknown): string {
  const title = typeof given === 'string' ? given.trim() : '';
  if (title !== '' && title.length <= titleLimit) return title;
  const what = title === '' ? 'no text' : `${title.length} characters long`;
  throw new InvalidInputError(`The title is ${what}. Give one of 1 to ${titleLimit} characters.`, {
    setting: 'title',
    value: title.length,
    limit: titleLimit,
  });
}

/** What a reader of files may say of a document: sentences, and UTF-16 code units of each. */
export const noteLimits = { notes: 32, chars: 1000 } as const;

/** What a caller says of a document, as notes. @throws InvalidInputError for what is none, or is beyond `noteLimits` */
export function checkedNotes(given: unknown): readonly SourceNote[] {
  const { notes, chars } = noteLimits;
  const isNote = (text: unknown): text is string => typeof text === 'string' && text.length <= chars;
  if (!Array.isArray(given) || given.length > notes || !given.every(isNote))
    throw new InvalidInputError(
      `The notes on the document are no list of at most ${notes} sentences of at most ${chars} characters each. Give fewer or shorter ones.`,
      { notes, chars },
    );
  return given.map((text) => ({ kind: 'reader', count: 0, first: 0, text }));
}

/** The note as a sentence for the reader. */
export function describeNote({ kind, count, first, text = '' }: SourceNote): string {
  const amount = count.toLocaleString('en-US');
  const place = first.toLocaleString('en-US');
  switch (kind) {
    case 'reader':
      return text;
    case 'utf-16':
      return 'Its bytes are UTF-16, and were decoded as such.';
    case 'windows-1252':
      return `Not all of it is UTF-8: ${amount} ${count === 1 ? 'byte was' : 'bytes were'} read as windows-1252 (Western), the first at byte ${place}.`;
    case 'html':
      return 'It is a web page and was read with its tags, which part sentences and count as text: save it as plain text for better answers.';
    case 'rtf':
      return 'It is RTF and was read with its control words, which count as text: save it as plain text for better answers.';
    case 'unread':
      return `The model cannot see ${amount} of its characters, the first at character ${place}: its vocabulary lacks them.`;
  }
}

/** Compressed cache after the last whole chunk. Keys are unrotated; entry order is position order. */
export interface CompressState {
  /** Chunks read so far. */
  readonly numChunks: number;
  /** Entries kept per layer and KV head. */
  readonly numSlots: number;
  /** `[layers that attend below exitLayer - 1, numKvHeads, numSlots, headDim]`, of layers with keys of their own; `headDim` is each layer's. */
  readonly keys: Float32Array<ArrayBuffer>;
  /** like `keys` */
  readonly values: Float32Array<ArrayBuffer>;
  /** `headDim` of each of those layers; absent in what format versions before 5 stored. */
  readonly headDims?: readonly number[] | undefined;
  /** `[layers that attend below exitLayer - 1, numKvHeads, numSlots]`: accumulated attention received. */
  readonly scores: Float32Array<ArrayBuffer>;
  /** What the layers below exitLayer - 1 that do not attend carry, one behind the other; absent where there are none. */
  readonly carried?: Float32Array<ArrayBuffer> | undefined;
  /** First and second moments of the embeddings read so far, see the planner's `EmbeddingMoments`. */
  readonly moments: Float64Array<ArrayBuffer>;
}

/** One text that went into a document: the first that was read, then each that was appended. */
export interface SourcePart {
  /** Identity of the text, hex: SHA-256 of its UTF-8 bytes; of sources that are not UTF-8 see docs/storage-format.md. */
  readonly textHash: string;
  /** Token limit the caller set for this text, or 0 for none. */
  readonly maxTokens: number;
  /** Where it starts in the document: a chunk of its own, its first token, its first UTF-16 code unit. */
  readonly firstChunk: number;
  readonly firstToken: number;
  readonly firstChar: number;
  readonly notes: readonly SourceNote[];
  /** Places in the part's text, in characters of the document, where the caller gave them. */
  readonly outline?: readonly Place[] | undefined;
}

/** A stretch of a document: tokens, and where they stand in its text. */
export interface DocumentStretch {
  readonly firstToken: number;
  readonly endToken: number;
  /** UTF-16 code units: where the token before ends. */
  readonly firstChar: number;
  readonly endChar: number;
}

/** What the store knows about a document without reading it. */
export interface DocumentManifest {
  readonly formatVersion: number;
  readonly id: string;
  readonly title: string;
  /** Model hash + read settings + content version; a mismatch is refused by name. */
  readonly fingerprint: string;
  /** Identity of all that was read: the text hash of the only part, or a hash chain over the parts (store: `appendPart`). */
  readonly sourceHash: string;
  /** Token limit of the first part, or 0 for none. */
  readonly maxTokens: number;
  readonly parts: readonly SourcePart[];
  readonly numTokens: number;
  readonly numChunks: number;
  /** UTF-16 code units of the source that were read: its text up to there is stored. */
  readonly numChars: number;
  readonly settings: ReadSettings;
  /** Bytes of the stored arrays and of the text, as the store counts them. */
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly usedAt: number;
  /** What is not gathered any more, rising, nothing twice; absent where all is there. */
  readonly removed?: readonly DocumentStretch[] | undefined;
  /** `reading` until the last chunk of the last part is in; usable either way, as of its last whole chunk. */
  readonly state: 'reading' | 'ready';
}

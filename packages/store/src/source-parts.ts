// Which texts a document was made of. An appended document is not found by
// its first text, nor by all its texts in one: its chunks are cut elsewhere, so it would answer differently.
import {
  InvalidInputError,
  type DocumentManifest,
  type ReadSettings,
  type SourceNote,
  type SourcePart,
} from '@longread/core';
import { sourceHashOf } from './schema/identity.ts';
import { formatVersion } from './schema/manifest.ts';

/** What tells one text as the caller gave it from others. */
export interface SourceIdentity {
  /** As in {@link SourcePart}. */
  readonly textHash: string;
  /** Token limit, or 0 for none. */
  readonly maxTokens: number;
}

/** One text as the caller gave it. */
export interface SourceText extends SourceIdentity {
  readonly notes: readonly SourceNote[];
}

export interface DocumentStart extends SourceText {
  readonly title: string;
  readonly fingerprint: string;
  readonly settings: ReadSettings;
  /** A random one unless given. */
  readonly id?: string;
}

/** The manifest of a document of which nothing was read yet. Nothing is stored by this. */
export function createManifest({
  title,
  fingerprint,
  settings,
  textHash,
  maxTokens,
  notes,
  id = crypto.randomUUID(),
}: DocumentStart): DocumentManifest {
  const now = Date.now();
  return {
    formatVersion,
    id,
    title,
    fingerprint,
    sourceHash: textHash,
    maxTokens,
    parts: [{ textHash, maxTokens, firstChunk: 0, firstToken: 0, firstChar: 0, notes }],
    numTokens: 0,
    numChunks: 0,
    numChars: 0,
    settings,
    sizeBytes: 0,
    createdAt: now,
    usedAt: now,
    state: 'reading',
  };
}

/**
 * The manifest with one more part, which starts at the document's end in a chunk of its own. Nothing is stored by this.
 * @throws InvalidInputError while the part before is not read to its end: give that text again to finish it
 */
export async function appendPart(
  manifest: DocumentManifest,
  { textHash, maxTokens, notes }: SourceText,
): Promise<DocumentManifest> {
  const { title, id, numChunks, numTokens, numChars } = manifest;
  if (manifest.state !== 'ready') {
    throw new InvalidInputError(
      `"${title}" was not read to its end: it stops after ${numChunks} chunks. Give the text that was interrupted again, then append.`,
      { document: id, numChunks },
    );
  }
  const part: SourcePart = {
    textHash,
    maxTokens,
    firstChunk: numChunks,
    firstToken: numTokens,
    firstChar: numChars,
    notes,
  };
  const parts = [...manifest.parts, part];
  return { ...manifest, parts, sourceHash: await sourceHashOf(parts), state: 'reading' };
}

/** Whether the reading of exactly this text was interrupted: it goes on at the manifest's last whole chunk. */
export function isUnfinishedPart(
  manifest: DocumentManifest,
  { textHash, maxTokens }: SourceIdentity,
): boolean {
  const last = manifest.parts.at(-1);
  return manifest.state === 'reading' && last?.textHash === textHash && last.maxTokens === maxTokens;
}

// Which texts a document was made of. An appended document is not found by
// its first text, nor by all its texts in one: its chunks are cut elsewhere, so it would answer differently.
import {
  InvalidInputError,
  outlineLimits,
  outlineOf,
  type DocumentManifest,
  type Place,
  type ReadSettings,
  type SourceNote,
  type SourcePart,
} from '@longread/core';
import { formatVersion } from './schema/content.ts';
import { sourceHashOf } from './schema/identity.ts';
import { canonicalJson } from './schema/record.ts';

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

/** What a caller says of a text beside it. It is no part of the text's identity. */
export interface SourceDescription {
  readonly notes: readonly SourceNote[];
  /** Empty for none. */
  readonly outline: readonly Place[];
}

export interface DocumentStart extends SourceText {
  readonly title: string;
  readonly fingerprint: string;
  readonly settings: ReadSettings;
  readonly outline?: readonly Place[] | undefined;
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
  outline = [],
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
    parts: [
      {
        ...{ textHash, maxTokens, firstChunk: 0, firstToken: 0, firstChar: 0, notes },
        ...(outline.length > 0 && { outline }),
      },
    ],
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
 * @param text `outline` in characters of this text.
 * @throws InvalidInputError while the part before is not read to its end: give that text again to finish it
 */
export async function appendPart(
  manifest: DocumentManifest,
  { textHash, maxTokens, notes, outline = [] }: SourceText & Partial<SourceDescription>,
): Promise<DocumentManifest> {
  const { title, id, numChunks, numTokens, numChars } = manifest;
  if (manifest.state !== 'ready') {
    throw new InvalidInputError(
      `"${title}" was not read to its end: it stops after ${numChunks} chunks. Give the text that was interrupted again, then append.`,
      { document: id, numChunks },
    );
  }
  // Of a text that was cut by its token limit, places behind the cut would come after those of what is added.
  const before = manifest.parts.map((each) =>
    each.outline ? { ...each, outline: each.outline.filter(({ start }) => start <= numChars) } : each,
  );
  const room = outlineLimits.places - outlineOf({ parts: before }).length;
  const part: SourcePart = {
    textHash,
    maxTokens,
    firstChunk: numChunks,
    firstToken: numTokens,
    firstChar: numChars,
    notes,
    ...(outline.length > 0 && {
      outline: outline.slice(0, room).map((place) => ({ ...place, start: numChars + place.start })),
    }),
  };
  const parts = [...before, part];
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

/**
 * The manifest with what the caller says now of the text that it was made of: an outline in place of the one before, notes of the reader of
 * its file in place of those before. What is empty changes nothing. Undefined when nothing is to change.
 */
export function describedAnew(
  manifest: DocumentManifest,
  { notes, outline }: SourceDescription,
): DocumentManifest | undefined {
  const [first, ...others] = manifest.parts;
  if (first === undefined) return undefined;
  const isOther = <T>(given: readonly T[], kept: readonly T[]) =>
    given.length > 0 && canonicalJson(given) !== canonicalJson(kept);
  const kept = first.notes.filter(({ kind }) => kind === 'reader');
  const changes = {
    ...(isOther(outline, first.outline ?? []) && { outline }),
    ...(isOther(notes, kept) && { notes: [...notes, ...first.notes.filter((note) => !kept.includes(note))] }),
  };
  if (Object.keys(changes).length === 0) return undefined;
  return { ...manifest, parts: [{ ...first, ...changes }, ...others] };
}

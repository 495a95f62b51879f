// Takes a stretch of a document out of what is gathered, and back. Its records stay, and so does what reading it left in the state.
import { checkInteger, InvalidInputError, type DocumentManifest, type DocumentStretch } from '@longread/core';
import { firstThat } from './document-tokens.ts';
import { wholeOf } from './document.ts';
import type { RecordReader } from './members.ts';

/**
 * The manifest without the tokens that have a character between `start` and `end`, in UTF-16 code units of the source, end exclusive.
 * @throws InvalidInputError (no such range, or nothing would be left) | IntegrityError
 */
export async function withoutRange(
  store: RecordReader,
  manifest: DocumentManifest,
  start: number,
  end: number,
): Promise<DocumentManifest> {
  const { numTokens, removed = [] } = manifest;
  const stretch = await stretchOf(store, manifest, start, end);
  if (!stretch) return manifest;
  const all = merged([...removed, stretch]);
  if (all.reduce((sum, each) => sum + each.endToken - each.firstToken, 0) === numTokens)
    throw new InvalidInputError('Nothing of the document would be left. Delete it instead.', { start, end });
  return { ...manifest, removed: all };
}

/**
 * The manifest with the tokens again that have a character between `start` and `end`, of those that were taken out.
 * @throws InvalidInputError (no such range) | IntegrityError
 */
export async function withRange(
  store: RecordReader,
  manifest: DocumentManifest,
  start: number,
  end: number,
): Promise<DocumentManifest> {
  const back = await stretchOf(store, manifest, start, end);
  if (!back) return manifest;
  const { firstToken, endToken, firstChar, endChar } = back;
  const left = (manifest.removed ?? []).flatMap((out) => [
    { ...out, endToken: Math.min(out.endToken, firstToken), endChar: Math.min(out.endChar, firstChar) },
    { ...out, firstToken: Math.max(out.firstToken, endToken), firstChar: Math.max(out.firstChar, endChar) },
  ]);
  const removed = left.filter((out) => out.endToken > out.firstToken);
  return { ...manifest, removed: removed.length > 0 ? removed : undefined };
}

/** The tokens that have a character of the range; undefined where none has. @throws InvalidInputError | IntegrityError */
async function stretchOf(
  store: RecordReader,
  manifest: DocumentManifest,
  start: number,
  end: number,
): Promise<DocumentStretch | undefined> {
  const { numTokens, numChars } = manifest;
  checkInteger('end', end, 0, numChars);
  checkInteger('start', start, 0, end);
  const { tokens } = wholeOf(store, manifest);
  const firstToken = await firstThat(numTokens, async (token) => (await tokens.endOf(token)) > start);
  const endToken = await firstThat(numTokens, async (token) => (await tokens.endOf(token - 1)) >= end);
  if (endToken <= firstToken) return undefined;
  return {
    ...{ firstToken, endToken },
    firstChar: await tokens.endOf(firstToken - 1),
    endChar: await tokens.endOf(endToken - 1),
  };
}

/** Rising, what touches or overlaps as one. */
function merged(stretches: readonly DocumentStretch[]): DocumentStretch[] {
  const all: DocumentStretch[] = [];
  for (const next of stretches.toSorted((a, b) => a.firstToken - b.firstToken)) {
    const last = all.at(-1);
    if (last === undefined || last.endToken < next.firstToken) all.push(next);
    else if (next.endToken > last.endToken)
      all[all.length - 1] = { ...last, endToken: next.endToken, endChar: next.endChar };
  }
  return all;
}

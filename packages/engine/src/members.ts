// Several documents as one: their chunks and tokens behind each other, and two line breaks between their texts. Pure, but for what it reads.
import {
  InvalidInputError,
  invariant,
  labelOf,
  type DocumentManifest,
  type SourcePart,
} from '@longread/core';
import type { DocumentStore } from '@longread/store';

/** What is read of a document in use. */
export type RecordReader = Pick<
  DocumentStore,
  'readEmbeddings' | 'readEmbeddingsOf' | 'readTokensOf' | 'readText'
>;

/** A document among others, and where it stands in what they are together. */
export interface Member {
  readonly manifest: DocumentManifest;
  readonly firstChunk: number;
  readonly firstToken: number;
  readonly firstChar: number;
}

/** Between the texts of two documents: no sentence goes on from one into the next. */
const between = '\n\n';

/** In the order of their making. @throws InvalidInputError for none */
export function membersOf(manifests: readonly DocumentManifest[]): readonly Member[] {
  if (manifests.length === 0)
    throw new InvalidInputError(
      'There is no document to ask: none was named, or none is stored that was read as this engine reads. Read one first.',
    );
  let [firstChunk, firstToken, firstChar] = [0, 0, 0];
  return manifests
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .map((manifest) => {
      const member = { manifest, firstChunk, firstToken, firstChar };
      firstChunk += manifest.numChunks;
      firstToken += manifest.numTokens;
      firstChar += manifest.numChars + between.length;
      return member;
    });
}

function lastOf(members: readonly Member[]): Member {
  const last = members.at(-1);
  invariant(last, 'documents together without one');
  return last;
}

export const numTokensOf = (members: readonly Member[]): number => {
  const { firstToken, manifest } = lastOf(members);
  return firstToken + manifest.numTokens;
};

/** What the documents are together; its parts are theirs, each document under its title where its own files are not known. */
export function joinedManifest(members: readonly Member[]): DocumentManifest {
  const last = lastOf(members);
  const { manifest } = last;
  return {
    ...manifest,
    id: members.map((member) => member.manifest.id).join(' '),
    title: members.map((member) => member.manifest.title).join(', '),
    parts: members.flatMap(partsOf),
    numTokens: numTokensOf(members),
    numChunks: last.firstChunk + manifest.numChunks,
    numChars: last.firstChar + manifest.numChars,
    sizeBytes: members.reduce((sum, member) => sum + member.manifest.sizeBytes, 0),
  };
}

function partsOf({ manifest, firstChunk, firstToken, firstChar }: Member): SourcePart[] {
  return manifest.parts.map((part) => ({
    ...part,
    firstChunk: part.firstChunk + firstChunk,
    firstToken: part.firstToken + firstToken,
    firstChar: part.firstChar + firstChar,
    outline: underTitle(manifest, part).map((place) => ({ ...place, start: place.start + firstChar })),
  }));
}

function underTitle({ title }: DocumentManifest, { firstChar, outline = [] }: SourcePart) {
  if (outline.some(({ kind }) => kind === 'file')) return outline;
  return [{ start: firstChar, kind: 'file', label: labelOf(title) } as const, ...outline];
}

/** The last document that begins at or before a chunk or a character of all. */
function memberAt(members: readonly Member[], of: 'firstChunk' | 'firstChar', at: number): Member {
  const found = members.findLast((member) => member[of] <= at);
  invariant(found, `nothing stands at ${at}`);
  return found;
}

/** A stretch of one document, in its own characters. */
export interface MemberRange {
  readonly member: Member;
  readonly start: number;
  readonly end: number;
}

/** A stretch of all, document by document; nothing of what parts their texts. */
export function rangesOf(
  members: readonly Member[],
  { start, end }: { readonly start: number; readonly end: number },
): MemberRange[] {
  const first = members.indexOf(memberAt(members, 'firstChar', start));
  const touched = members.slice(first).filter(({ firstChar }) => firstChar < Math.max(end, start + 1));
  return touched
    .map((member) => ({
      member,
      start: Math.max(0, start - member.firstChar),
      end: Math.min(member.manifest.numChars, end - member.firstChar),
    }))
    .filter((range) => range.end > range.start);
}

/** What is read of the documents as if it were of one. */
export function joinedStore(store: RecordReader, members: readonly Member[]): RecordReader {
  /** What was hashed of each: their chunks are numbered apart. */
  const known = new Map(members.map(({ manifest }) => [manifest, new Map<number, string>()]));
  const at = (chunk: number) => {
    const member = memberAt(members, 'firstChunk', chunk);
    return { ...member, index: chunk - member.firstChunk };
  };
  return {
    async *readEmbeddings() {
      for (const { manifest, firstChunk } of members)
        for await (const chunk of store.readEmbeddings(manifest, known.get(manifest)))
          yield { ...chunk, index: chunk.index + firstChunk };
    },
    readEmbeddingsOf: async (_, chunk) => {
      const { manifest, index } = at(chunk);
      return { ...(await store.readEmbeddingsOf(manifest, index, known.get(manifest))), index: chunk };
    },
    readTokensOf: async (_, chunk) => {
      const { manifest, index, firstChar } = at(chunk);
      const { tokenIds, charEnds } = await store.readTokensOf(manifest, index);
      return { index: chunk, tokenIds, charEnds: charEnds.map((end) => end + firstChar) };
    },
    readText: async (_, chunk) => {
      const { manifest, index, firstChar } = at(chunk);
      const { text, firstChar: own } = await store.readText(manifest, index);
      const isLast = index === manifest.numChunks - 1 && manifest !== lastOf(members).manifest;
      return { index: chunk, firstChar: own + firstChar, text: isLast ? text + between : text };
    },
  };
}

// What is asked about where that is not one document from its beginning to its end: several documents, or one that stretches were removed
// from. Their chunks and tokens stand behind each other, and two line breaks part their texts. Pure, but for what it reads.
import {
  InvalidInputError,
  invariant,
  labelOf,
  type ChunkText,
  type DocumentManifest,
  type DocumentStretch,
  type SourcePart,
} from '@longread/core';
import { chunkStartsOf, type DocumentStore } from '@longread/store';
import { chunkOf } from './document-tokens.ts';

/** What is read of a document in use. */
export type RecordReader = Pick<
  DocumentStore,
  'readEmbeddings' | 'readEmbeddingsOf' | 'readTokensOf' | 'readText' | 'readTexts'
>;

/** A stretch of a document among others, and where it stands in what they are together. */
export interface Member {
  readonly manifest: DocumentManifest;
  /** In the document's own tokens and characters. */
  readonly own: DocumentStretch;
  /** First tokens of the document's own chunks that have some of it, and the number of the first. */
  readonly ownStarts: readonly number[];
  readonly firstOwnChunk: number;
  readonly firstChunk: number;
  readonly firstToken: number;
  readonly firstChar: number;
}

/** Between the texts of two stretches: no sentence goes on from one into the next. */
const between = '\n\n';

/** What is left of a document. */
function keptOf({ numTokens, numChars, removed = [] }: DocumentManifest): DocumentStretch[] {
  const starts = [{ endToken: 0, endChar: 0 }, ...removed];
  const ends = [...removed, { firstToken: numTokens, firstChar: numChars }];
  return starts
    .map(({ endToken, endChar }, i) => ({
      firstToken: endToken,
      endToken: ends[i]?.firstToken ?? numTokens,
      firstChar: endChar,
      endChar: ends[i]?.firstChar ?? numChars,
    }))
    .filter(({ firstToken, endToken }) => endToken > firstToken);
}

/** Documents in the order of their making, of each what is left. @throws InvalidInputError for none */
export function membersOf(manifests: readonly DocumentManifest[]): readonly Member[] {
  if (manifests.length === 0)
    throw new InvalidInputError(
      'There is no document to ask: none was named, or none is stored that was read as this engine reads. Read one first.',
    );
  let [firstChunk, firstToken, firstChar] = [0, 0, 0];
  return manifests
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .flatMap((manifest) => {
      const starts = chunkStartsOf(manifest);
      return keptOf(manifest).map((own): Member => {
        const firstOwnChunk = chunkOf(starts, own.firstToken);
        const ownStarts = starts.slice(firstOwnChunk, chunkOf(starts, own.endToken - 1) + 1);
        const member = { manifest, own, ownStarts, firstOwnChunk, firstChunk, firstToken, firstChar };
        firstChunk += ownStarts.length;
        firstToken += own.endToken - own.firstToken;
        firstChar += own.endChar - own.firstChar + between.length;
        return member;
      });
    });
}

function lastOf(members: readonly Member[]): Member {
  const last = members.at(-1);
  invariant(last, 'nothing is left to ask about');
  return last;
}

export const numTokensOf = (members: readonly Member[]): number => {
  const { firstToken, own } = lastOf(members);
  return firstToken + own.endToken - own.firstToken;
};

/** First token of each chunk of all. */
export const joinedStarts = (members: readonly Member[]): number[] =>
  members.flatMap(({ ownStarts, own, firstToken }) =>
    ownStarts.map((start) => firstToken + Math.max(0, start - own.firstToken)),
  );

/** What they are together; its parts are theirs, each document under its title where its own files are not known. */
export function joinedManifest(members: readonly Member[]): DocumentManifest {
  const last = lastOf(members);
  const { manifest, own } = last;
  const documents = [...new Set(members.map((member) => member.manifest))];
  return {
    ...manifest,
    id: documents.map(({ id }) => id).join(' '),
    title: documents.map(({ title }) => title).join(', '),
    parts: members.flatMap(partsOf),
    numTokens: numTokensOf(members),
    numChunks: last.firstChunk + last.ownStarts.length,
    numChars: last.firstChar + own.endChar - own.firstChar,
    sizeBytes: documents.reduce((sum, document) => sum + document.sizeBytes, 0),
    removed: undefined,
  };
}

/** Parts of a document as far as they have some of a stretch of it; the first begins with it. */
function partsOf({ manifest, own, firstOwnChunk, firstChunk, firstToken, firstChar }: Member): SourcePart[] {
  const { parts } = manifest;
  const touched = parts.filter((part, i) => {
    const end = parts[i + 1]?.firstToken ?? manifest.numTokens;
    return part.firstToken < own.endToken && end > own.firstToken;
  });
  return touched.map((part) => ({
    ...part,
    firstChunk: Math.max(part.firstChunk, firstOwnChunk) - firstOwnChunk + firstChunk,
    firstToken: Math.max(part.firstToken, own.firstToken) - own.firstToken + firstToken,
    firstChar: Math.max(part.firstChar, own.firstChar) - own.firstChar + firstChar,
    outline: underTitle(manifest, part)
      .filter(({ start }) => start < own.endChar)
      .map((place) => ({
        ...place,
        start: Math.max(place.start, own.firstChar) - own.firstChar + firstChar,
      })),
  }));
}

function underTitle({ title }: DocumentManifest, { firstChar, outline = [] }: SourcePart) {
  if (outline.some(({ kind }) => kind === 'file')) return outline;
  return [{ start: firstChar, kind: 'file', label: labelOf(title) } as const, ...outline];
}

/** The last that begins at or before a chunk or a character of all. */
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

/** A stretch of all, member by member; nothing of what parts their texts. */
export function rangesOf(
  members: readonly Member[],
  { start, end }: { readonly start: number; readonly end: number },
): MemberRange[] {
  const first = members.indexOf(memberAt(members, 'firstChar', start));
  const touched = members.slice(first).filter(({ firstChar }) => firstChar < Math.max(end, start + 1));
  return touched
    .map((member) => {
      const { own, firstChar } = member;
      return {
        member,
        start: own.firstChar + Math.max(0, start - firstChar),
        end: Math.min(own.endChar, own.firstChar + end - firstChar),
      };
    })
    .filter((range) => range.end > range.start);
}

/** What is read of them as if it were of one document. */
export function joinedStore(store: RecordReader, members: readonly Member[]): RecordReader {
  /** What was hashed of each document: their chunks are numbered apart. */
  const known = new Map(members.map(({ manifest }) => [manifest, new Map<number, string>()]));
  const last = lastOf(members);
  /** Where a chunk of all is among its document's, and which of its rows are of the member. */
  const at = (chunk: number) => {
    const member = memberAt(members, 'firstChunk', chunk);
    const { own, ownStarts, firstOwnChunk } = member;
    const nth = chunk - member.firstChunk;
    const start = ownStarts[nth] ?? 0;
    return {
      member,
      index: firstOwnChunk + nth,
      from: Math.max(0, own.firstToken - start),
      to: own.endToken - start,
      isLastOfMember: nth === ownStarts.length - 1,
    };
  };
  const embeddingsOf = async (chunk: number) => {
    const { member, index, from, to } = at(chunk);
    const { embeddings } = await store.readEmbeddingsOf(member.manifest, index, known.get(member.manifest));
    const { numTokens, quants, scales } = embeddings;
    const [numParts, width] = [scales.length / numTokens, quants.length / numTokens];
    const end = Math.min(to, numTokens);
    return {
      index: chunk,
      embeddings: {
        numTokens: end - from,
        quants: quants.subarray(from * width, end * width),
        scales: scales.subarray(from * numParts, end * numParts),
      },
    };
  };
  const textOf = async (chunk: number) => {
    const { member, index } = at(chunk);
    return partOf(chunk, await store.readText(member.manifest, index));
  };
  /** What of a chunk's text is the member's. */
  const partOf = (chunk: number, { text, firstChar: start }: ChunkText): ChunkText => {
    const { member, isLastOfMember } = at(chunk);
    const { own, firstChar } = member;
    const from = Math.max(start, own.firstChar);
    const within = text.slice(from - start, Math.max(0, own.endChar - start));
    return {
      index: chunk,
      firstChar: from - own.firstChar + firstChar,
      text: isLastOfMember && member !== last ? within + between : within,
    };
  };
  return {
    async *readEmbeddings() {
      for (const { manifest, firstChunk, ownStarts } of members) {
        if (manifest.removed === undefined) {
          // One pass, which also finds records out of their order.
          for await (const chunk of store.readEmbeddings(manifest, known.get(manifest)))
            yield { ...chunk, index: chunk.index + firstChunk };
        } else {
          for (const nth of ownStarts.keys()) yield await embeddingsOf(firstChunk + nth);
        }
      }
    },
    readEmbeddingsOf: (_, chunk) => embeddingsOf(chunk),
    readTokensOf: async (_, chunk) => {
      const { member, index, from, to } = at(chunk);
      const { tokenIds, charEnds } = await store.readTokensOf(member.manifest, index);
      const shift = member.firstChar - member.own.firstChar;
      return {
        index: chunk,
        tokenIds: tokenIds.slice(from, to),
        charEnds: charEnds.slice(from, to).map((end) => end + shift),
      };
    },
    readText: (_, chunk) => textOf(chunk),
    async *readTexts() {
      for (const { manifest, firstChunk, ownStarts } of members) {
        if (manifest.removed === undefined) {
          for await (const chunk of store.readTexts(manifest)) yield partOf(firstChunk + chunk.index, chunk);
        } else {
          for (const nth of ownStarts.keys()) yield await textOf(firstChunk + nth);
        }
      }
    },
  };
}

// Version 3: a chunk is one record, and its text another; the manifest lists the checksum of each. Nothing else binds them to their document.
import { invariant, type ChunkRecord, type DocumentManifest } from '@longread/core';
import {
  checkEmbeddings,
  checkTokens,
  chunkBytes,
  chunkName,
  embeddingFields,
  numTokensOf,
  tokenArrays,
  wholeEmbeddings,
  wholeTokens,
} from './chunk.ts';
import { isListed, nothingListed, type ListedContent, type ManifestContent } from './content.ts';
import { chunkKey, textKey } from './keys.ts';
import type { Kind, Layout } from './layout.ts';
import * as record from './record.ts';
import { hashArrays, RecordShapeError } from './record.ts';
import { plainState } from './state.ts';
import { encodeText, textBinding, textFields, verifiedText, type EncodedText } from './text.ts';

const chunkShape = record.objectOf({
  index: record.count,
  ...tokenArrays,
  embeddings: record.objectOf(embeddingFields),
  checksum: record.string,
});
const textShape = record.objectOf({ ...textFields, checksum: record.string });

function listOf(content: ManifestContent): ListedContent {
  invariant(isListed(content), 'a manifest of version 3 lists checksums');
  return content;
}

/** Header: index, number of tokens. Arrays: tokenIds, charEnds, quants, scales. */
function chunkChecksum({ index, tokenIds, charEnds, embeddings }: ChunkRecord): Promise<string> {
  const { numTokens, quants, scales } = embeddings;
  return hashArrays([index, numTokens], [tokenIds, charEnds, quants, scales]);
}

function textChecksum(encoded: EncodedText): Promise<string> {
  const { header, arrays } = textBinding(encoded);
  return hashArrays(header, arrays);
}

/** Throws RecordShapeError unless `actual` is the checksum beside the content and the one that the manifest lists for it. */
function checkChecksum(actual: string, beside: string, inManifest: string | undefined): void {
  if (actual !== beside) throw new RecordShapeError('its checksum does not match');
  if (actual !== inManifest) throw new RecordShapeError('it was not written with this manifest');
}

const chunk: Kind<ChunkRecord> = {
  keys: (id, index) => [chunkKey(id, index)],
  bytesOf: (content) => listOf(content).chunkBytes,
  verified: ({ manifest, stored }, index, [found], _before, known) =>
    record.inRecord(chunkName(manifest, index), { document: manifest.id, chunk: index }, async () => {
      if (found === undefined) throw new RecordShapeError('it is missing');
      const { checksum, ...value } = record.parseShape(chunkShape, found, 'chunk');
      checkEmbeddings(value, index, manifest.settings);
      checkTokens(value, index, numTokensOf(manifest, index));
      const actual = known === checksum ? known : await chunkChecksum(value);
      checkChecksum(actual, checksum, listOf(stored.content).chunkChecksums[index]);
      return { value, bytes: chunkBytes(value), checksums: [checksum] };
    }),
};

const text: Layout['text'] = {
  keys: (id, index) => [textKey(id, index)],
  bytesOf: (content) => content.textBytes,
  verified: ({ manifest, stored }, index, [found]) =>
    verifiedText(manifest, index, found, async (present) => {
      const { checksum, ...encoded } = record.parseShape(textShape, present, 'text');
      const actual = await textChecksum(encoded);
      checkChecksum(actual, checksum, listOf(stored.content).textChecksums[index]);
      return { encoded, checksum };
    }),
};

export const listedLayout: Layout = {
  nothing: nothingListed,
  chunk,
  embeddings: chunk,
  tokens: chunk,
  text,
  state: plainState,
  add: async ({ id }: DocumentManifest, before, read) => {
    const content = listOf(before);
    const { index, embeddings } = read.record;
    const encoded = encodeText(read.text);
    const [ofChunk, ofText] = await Promise.all([chunkChecksum(read.record), textChecksum(encoded)]);
    const stored = { ...wholeTokens(read.record), embeddings: wholeEmbeddings(embeddings) };
    return {
      content: {
        ...content,
        chunkChecksums: [...content.chunkChecksums, ofChunk],
        textChecksums: [...content.textChecksums, ofText],
        chunkBytes: content.chunkBytes + chunkBytes(read.record),
        textBytes: content.textBytes + encoded.bytes.length,
      },
      puts: [
        [chunkKey(id, index), { ...stored, checksum: ofChunk }],
        [textKey(id, index), { ...encoded, checksum: ofText }],
      ],
    };
  },
};

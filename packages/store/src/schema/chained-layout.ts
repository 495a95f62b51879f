// From version 4 on: the embeddings, the tokens and the text of a chunk are records apart. Each kind is a chain: a record's checksum covers its
// document, the checksum of the record before it, its place and its content, and the manifest has that of the last one.
import { invariant, type ChunkEmbeddings, type ChunkTokens, type DocumentManifest } from '@longread/core';
import {
  checkEmbeddings,
  checkTokens,
  chunkName,
  embeddingFields,
  embeddingsBytes,
  numTokensOf,
  tokenArrays,
  tokensBytes,
  wholeEmbeddings,
  wholeTokens,
} from './chunk.ts';
import { isListed, nothingChained, type ChainedContent, type ManifestContent } from './content.ts';
import { embeddingsKey, textKey, tokensKey } from './keys.ts';
import type { Kind, Layout, Opened } from './layout.ts';
import * as record from './record.ts';
import { hashArrays, hashJson, RecordShapeError } from './record.ts';
import { packedState, plainState } from './state.ts';
import { encodeText, textBinding, textFields, verifiedText, type EncodedText } from './text.ts';

const link = { previous: record.string, checksum: record.string };
const embeddingsShape = record.objectOf({ index: record.count, ...embeddingFields, ...link });
const tokensShape = record.objectOf({ index: record.count, ...tokenArrays, ...link });
const textShape = record.objectOf({ ...textFields, ...link });

type Arrays = readonly ArrayBufferView<ArrayBuffer>[];
interface Binding {
  readonly header: readonly number[];
  readonly arrays: Arrays;
}
type LinkOf = 'embeddings' | 'tokens' | 'text';

function chainOf(content: ManifestContent): ChainedContent {
  invariant(!isListed(content), 'a manifest from version 4 on lists no checksums');
  return content;
}

/** What tells one writing of a document from any other: the records of two do not stand in for each other. */
function documentKey({ id, fingerprint, createdAt, parts }: DocumentManifest): Promise<string> {
  return hashJson([id, fingerprint, createdAt, parts[0]?.textHash ?? '']);
}

const checksumOf = (kind: LinkOf, key: string, previous: string, { header, arrays }: Binding) =>
  hashArrays(header, arrays, `${kind} ${key} ${previous} `);

/** Header: index, number of tokens. Arrays: quants, scales. */
function embeddingsBinding({ index, embeddings }: ChunkEmbeddings): Binding {
  const { numTokens, quants, scales } = embeddings;
  return { header: [index, numTokens], arrays: [quants, scales] };
}

/** Header: index, number of tokens. Arrays: tokenIds, charEnds. */
function tokensBinding({ index, tokenIds, charEnds }: ChunkTokens): Binding {
  return { header: [index, tokenIds.length], arrays: [tokenIds, charEnds] };
}

/** Throws RecordShapeError unless the record is one of this document, at this place, and follows the one before where that was read. A record whose checksum
 * is `known` was verified before. */
async function checkLink(
  kind: LinkOf,
  { manifest, stored }: Opened,
  { previous, checksum }: { readonly previous: string; readonly checksum: string },
  binding: Binding & { readonly index: number },
  before: string | undefined,
  known?: string,
): Promise<void> {
  const actual =
    known === checksum || (await checksumOf(kind, await documentKey(manifest), previous, binding));
  if (actual !== true && actual !== checksum)
    throw new RecordShapeError('its checksum does not match, or it is not of this document');
  if (before !== undefined && previous !== before)
    throw new RecordShapeError('it does not follow the one before it');
  const isLast = binding.index === stored.manifest.numChunks - 1;
  if (isLast && checksum !== chainOf(stored.content)[`${kind}Checksum`])
    throw new RecordShapeError('it was not written with this manifest');
}

/** What stands before record `index` of a kind, where that is known: nothing before the first. */
const beforeAt = (index: number, before: string | undefined) => (index === 0 ? '' : before);

const embeddings: Kind<ChunkEmbeddings> = {
  keys: (id, index) => [embeddingsKey(id, index)],
  bytesOf: (content) => chainOf(content).embeddingsBytes,
  verified: (opened, index, [found], [before] = [], known) => {
    const { manifest } = opened;
    return record.inRecord(chunkName(manifest, index), { document: manifest.id, chunk: index }, async () => {
      if (found === undefined) throw new RecordShapeError('its embeddings are missing');
      const {
        index: said,
        numTokens,
        quants,
        scales,
        ...linked
      } = record.parseShape(embeddingsShape, found, 'embeddings');
      const value = { index: said, embeddings: { numTokens, quants, scales } };
      checkEmbeddings(value, index, manifest.settings);
      const counted = numTokensOf(manifest, index);
      if (numTokens !== counted)
        throw new RecordShapeError(`it holds ${numTokens} tokens and its manifest counts ${counted}`);
      const binding = { index, ...embeddingsBinding(value) };
      await checkLink('embeddings', opened, linked, binding, beforeAt(index, before), known);
      return { value, bytes: embeddingsBytes(value.embeddings), checksums: [linked.checksum] };
    });
  },
};

const tokens: Kind<ChunkTokens> = {
  keys: (id, index) => [tokensKey(id, index)],
  bytesOf: (content) => chainOf(content).tokensBytes,
  verified: (opened, index, [found], [before] = []) => {
    const { manifest } = opened;
    return record.inRecord(chunkName(manifest, index), { document: manifest.id, chunk: index }, async () => {
      if (found === undefined) throw new RecordShapeError('its tokens are missing');
      const { previous, checksum, ...value } = record.parseShape(tokensShape, found, 'tokens');
      checkTokens(value, index, numTokensOf(manifest, index));
      const binding = { index, ...tokensBinding(value) };
      await checkLink('tokens', opened, { previous, checksum }, binding, beforeAt(index, before));
      return { value, bytes: tokensBytes(value), checksums: [checksum] };
    });
  },
};

const chunk: Layout['chunk'] = {
  keys: (id, index) => [embeddingsKey(id, index), tokensKey(id, index)],
  bytesOf: (content) => embeddings.bytesOf(content) + tokens.bytesOf(content),
  verified: async (opened, index, records, before) => {
    const ofEmbeddings = await embeddings.verified(opened, index, records.slice(0, 1), before?.slice(0, 1));
    const ofTokens = await tokens.verified(opened, index, records.slice(1), before?.slice(1));
    return {
      value: { ...ofTokens.value, ...ofEmbeddings.value },
      bytes: ofEmbeddings.bytes + ofTokens.bytes,
      checksums: [...ofEmbeddings.checksums, ...ofTokens.checksums],
    };
  },
};

const text: Layout['text'] = {
  keys: (id, index) => [textKey(id, index)],
  bytesOf: (content) => content.textBytes,
  verified: (opened, index, [found], [before] = []) =>
    verifiedText(opened.manifest, index, found, async (present) => {
      const { previous, checksum, ...encoded } = record.parseShape(textShape, present, 'text');
      const binding = { index, ...textBinding(encoded) };
      await checkLink('text', opened, { previous, checksum }, binding, beforeAt(index, before));
      return { encoded, checksum };
    }),
};

/** Links of the records of the next chunk, behind those that `content` ends with. */
async function linksOf(
  manifest: DocumentManifest,
  content: ChainedContent,
  bindings: Readonly<Record<LinkOf, Binding>>,
) {
  const key = await documentKey(manifest);
  const linked = async (kind: LinkOf) => {
    const previous = content[`${kind}Checksum`];
    return { previous, checksum: await checksumOf(kind, key, previous, bindings[kind]) };
  };
  const [ofEmbeddings, ofTokens, ofText] = await Promise.all([
    linked('embeddings'),
    linked('tokens'),
    linked('text'),
  ]);
  return { embeddings: ofEmbeddings, tokens: ofTokens, text: ofText };
}

/** Version 4. */
export const chainedLayout: Layout = {
  nothing: nothingChained,
  state: plainState,
  chunk,
  embeddings,
  tokens,
  text,
  add: async (manifest, before, read) => {
    const content = chainOf(before);
    const { id } = manifest;
    const { index } = read.record;
    const encoded: EncodedText = encodeText(read.text);
    const links = await linksOf(manifest, content, {
      embeddings: embeddingsBinding(read.record),
      tokens: tokensBinding(read.record),
      text: textBinding(encoded),
    });
    return {
      content: {
        ...content,
        embeddingsChecksum: links.embeddings.checksum,
        tokensChecksum: links.tokens.checksum,
        textChecksum: links.text.checksum,
        embeddingsBytes: content.embeddingsBytes + embeddingsBytes(read.record.embeddings),
        tokensBytes: content.tokensBytes + tokensBytes(read.record),
        textBytes: content.textBytes + encoded.bytes.length,
      },
      puts: [
        [
          embeddingsKey(id, index),
          { index, ...wholeEmbeddings(read.record.embeddings), ...links.embeddings },
        ],
        [tokensKey(id, index), { ...wholeTokens(read.record), ...links.tokens }],
        [textKey(id, index), { ...encoded, ...links.text }],
      ],
    };
  },
};

/** Version 5: the state is packed. */
export const packedLayout: Layout = { ...chainedLayout, state: packedState };

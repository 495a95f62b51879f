// What committing a chunk writes: the chunk, its text, the state after it and what the manifest then says of all three. Checksums are
// computed before a transaction starts: one that waits for anything but its own requests is committed early by the browser.
import {
  invariant,
  type ChunkRecord,
  type ChunkText,
  type CompressState,
  type DocumentManifest,
} from '@longread/core';
import type { RecordWrite } from './drivers/driver.ts';
import { chunkBytes, chunkChecksum, storableChunk } from './schema/chunk.ts';
import { chunkKey, otherSlot, stateKey, stateSlot, textKey } from './schema/keys.ts';
import { noContent, type ManifestContent } from './schema/manifest.ts';
import { stateBytes, stateChecksum, storableState } from './schema/state.ts';
import { encodeText, textChecksum } from './schema/text.ts';
import type { WriteSubject } from './write.ts';

/** What a manifest's records become, and what is written for that. */
export interface ContentChange extends Pick<RecordWrite, 'puts' | 'deletes'> {
  readonly content: ManifestContent;
}

export interface Commit {
  readonly subject: WriteSubject;
  readonly plan: (before: ManifestContent | undefined) => ContentChange;
}

export async function commitOf(
  { id, title, numChunks }: DocumentManifest,
  chunk: ChunkRecord,
  text: ChunkText,
  state: CompressState,
): Promise<Commit> {
  const { index } = chunk;
  invariant(index + 1 === numChunks, `chunk ${index} is committed as number ${numChunks}`);
  invariant(text.index === index, `chunk ${index} is committed with the text of ${text.index}`);
  invariant(state.numChunks === numChunks, `state after ${state.numChunks} chunks, manifest of ${numChunks}`);
  const encoded = encodeText(text);
  const bytes = { chunk: chunkBytes(chunk), text: encoded.bytes.length, state: stateBytes(state) };
  const checksums = {
    chunk: await chunkChecksum(chunk),
    text: await textChecksum(encoded),
    state: await stateChecksum(state),
  };
  const slot = stateSlot(numChunks);
  const puts = [
    [chunkKey(id, index), storableChunk(chunk, checksums.chunk)],
    [textKey(id, index), { ...encoded, checksum: checksums.text }],
    [stateKey(id, slot), storableState(state, checksums.state)],
  ] as const;
  const neededBytes = bytes.chunk + bytes.text + bytes.state;
  return {
    subject: { action: `store chunk ${index} of "${title}"`, document: id, neededBytes },
    plan: (before = noContent) => ({
      content: {
        chunkChecksums: [...before.chunkChecksums, checksums.chunk],
        textChecksums: [...before.textChecksums, checksums.text],
        stateChecksum: checksums.state,
        chunkBytes: before.chunkBytes + bytes.chunk,
        textBytes: before.textBytes + bytes.text,
        stateBytes: bytes.state,
      },
      deletes: [stateKey(id, otherSlot(slot))],
      puts,
    }),
  };
}

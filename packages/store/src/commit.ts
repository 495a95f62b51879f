// What committing chunks writes: the chunks, their texts, the state after them and what the manifest then says of all three. Checksums are
// computed before a transaction starts: one that waits for anything but its own requests is committed early by the browser.
import { invariant, type CompressState, type DocumentManifest } from '@longread/core';
import type { ReadChunk } from './document-store.ts';
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
  chunks: readonly ReadChunk[],
  state: CompressState,
): Promise<Commit> {
  const first = numChunks - chunks.length;
  for (const [i, { record, text }] of chunks.entries()) {
    invariant(record.index === first + i, `chunk ${record.index} is committed as number ${first + i + 1}`);
    invariant(
      text.index === record.index,
      `chunk ${record.index} is committed with the text of ${text.index}`,
    );
  }
  invariant(state.numChunks === numChunks, `state after ${state.numChunks} chunks, manifest of ${numChunks}`);
  const made = await Promise.all(chunks.map((chunk) => recordsOf(id, chunk)));
  const sum = (bytesOf: (of: (typeof made)[number]) => number) =>
    made.reduce((bytes, each) => bytes + bytesOf(each), 0);
  const bytes = {
    chunks: sum(({ chunk }) => chunk.bytes),
    texts: sum(({ text }) => text.bytes),
    state: stateBytes(state),
  };
  const checksum = await stateChecksum(state);
  const slot = stateSlot(numChunks);
  const range = chunks.length === 1 ? `chunk ${first}` : `chunks ${first} to ${numChunks - 1}`;
  return {
    subject: {
      action: `store ${range} of "${title}"`,
      document: id,
      neededBytes: bytes.chunks + bytes.texts + bytes.state,
    },
    plan: (before = noContent) => ({
      content: {
        chunkChecksums: [...before.chunkChecksums, ...made.map(({ chunk }) => chunk.checksum)],
        textChecksums: [...before.textChecksums, ...made.map(({ text }) => text.checksum)],
        stateChecksum: checksum,
        chunkBytes: before.chunkBytes + bytes.chunks,
        textBytes: before.textBytes + bytes.texts,
        stateBytes: bytes.state,
      },
      deletes: [stateKey(id, otherSlot(slot))],
      puts: [...made.flatMap(({ puts }) => puts), [stateKey(id, slot), storableState(state, checksum)]],
    }),
  };
}

/** A chunk and its text as they are stored. */
async function recordsOf(id: string, { record, text }: ReadChunk) {
  const encoded = encodeText(text);
  const chunk = { checksum: await chunkChecksum(record), bytes: chunkBytes(record) };
  const checksum = await textChecksum(encoded);
  const puts: (readonly [key: string, record: unknown])[] = [
    [chunkKey(id, record.index), storableChunk(record, chunk.checksum)],
    [textKey(id, record.index), { ...encoded, checksum }],
  ];
  return { chunk, text: { checksum, bytes: encoded.bytes.length }, puts };
}

// What committing chunks writes: their records, the state after them and what the manifest then says of all of it. Checksums are computed
// before a transaction starts: one that waits for anything but its own requests is committed early by the browser.
import { invariant, type CompressState, type DocumentManifest } from '@longread/core';
import type { ReadChunk } from './document-store.ts';
import type { RecordWrite } from './drivers/driver.ts';
import { storedBytes, type ManifestContent } from './schema/content.ts';
import { otherSlot, stateKey, stateSlot } from './schema/keys.ts';
import type { Put } from './schema/layout.ts';
import { layoutOf } from './schema/layouts.ts';

/** What a manifest's records become, and what is written for that. */
export interface ContentChange extends Pick<RecordWrite, 'puts' | 'deletes'> {
  readonly content: ManifestContent;
  /** Bytes of the records that are put. */
  readonly neededBytes?: number;
}

/** Chunks and the state after them, behind what `before` binds. */
export async function commitOf(
  manifest: DocumentManifest,
  before: ManifestContent,
  chunks: readonly ReadChunk[],
  state: CompressState,
): Promise<ContentChange> {
  const { id, numChunks } = manifest;
  invariant(state.numChunks === numChunks, `state after ${state.numChunks} chunks, manifest of ${numChunks}`);
  const { content, puts } = await chunksAdded(manifest, before, numChunks - chunks.length, chunks);
  const { record, checksum, bytes } = await layoutOf(manifest).state.stored(state);
  const slot = stateSlot(numChunks);
  return {
    content: { ...content, stateChecksum: checksum, stateBytes: bytes },
    neededBytes: storedBytes(content) - storedBytes(before) + bytes,
    deletes: [stateKey(id, otherSlot(slot))],
    puts: [...puts, [stateKey(id, slot), record]],
  };
}

/** Chunks from `first` on, without a state: what a manifest will say that counts them, and their records. */
export async function chunksAdded(
  manifest: DocumentManifest,
  before: ManifestContent,
  first: number,
  chunks: readonly ReadChunk[],
): Promise<{ readonly content: ManifestContent; readonly puts: readonly Put[] }> {
  let content = before;
  const puts: Put[] = [];
  for (const [i, chunk] of chunks.entries()) {
    const { record, text } = chunk;
    invariant(record.index === first + i, `chunk ${record.index} is committed as number ${first + i + 1}`);
    invariant(
      text.index === record.index,
      `chunk ${record.index} is committed with the text of ${text.index}`,
    );
    const added = await layoutOf(manifest).add(manifest, content, chunk);
    content = added.content;
    puts.push(...added.puts);
  }
  return { content, puts };
}

/** As in "Could not store chunks 3 to 5 of ...". */
export function storingChunks(title: string, chunks: readonly ReadChunk[]): string {
  const [first, last] = [chunks[0]?.record.index, chunks.at(-1)?.record.index];
  const what =
    first === undefined ? 'the state' : first === last ? `chunk ${first}` : `chunks ${first} to ${last}`;
  return `store ${what} of "${title}"`;
}

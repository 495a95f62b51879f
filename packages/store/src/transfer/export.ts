// Export: the manifest, the state, then chunk by chunk as the reader asks; at most one of them is in memory.
import type { DocumentManifest } from '@longread/core';
import type { StorageDriver } from '../drivers/driver.ts';
import type { Holds } from '../holds.ts';
import { readChunks, readOne, readState } from '../read.ts';
import { storableManifest } from '../schema/manifest.ts';
import { encodeChunkSections } from './chunk-sections.ts';
import { containerVersions, encodeHeader, encodeManifest } from './container.ts';
import { encodeState } from './state-section.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Holds the document from the first read to the last; cancelling lets go of it. Errors of the store end the stream. */
export function exportDocument(driver: StorageDriver, holds: Holds, id: string): ReadableStream<Bytes> {
  const pieces = encodedDocument(driver, holds, id);
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const next = await pieces.next();
          if (next.done === true) controller.close();
          else controller.enqueue(next.value);
        } catch (error) {
          controller.error(error); // a pull that rejects was seen to be reported as handled by nobody
        }
      },
      cancel: async () => {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* encodedDocument(
  driver: StorageDriver,
  holds: Holds,
  id: string,
): AsyncGenerator<Bytes, undefined> {
  const hold = await holds.take(id, 'read');
  try {
    const manifest = yield* encodedStart(driver, id);
    for await (const chunk of readChunks(driver, manifest)) {
      const text = await readOne(driver, manifest, chunk.value.index, (layout) => layout.text);
      yield* encodeChunkSections(manifest.formatVersion, chunk, text);
    }
  } finally {
    hold.release();
  }
}

/** All but the chunks; a generator of its own, so that the state does not stay in memory while they follow. */
async function* encodedStart(driver: StorageDriver, id: string): AsyncGenerator<Bytes, DocumentManifest> {
  const { stored, state } = await readState(driver, id);
  yield* encodeHeader(containerVersions[stored.manifest.formatVersion] ?? 0);
  yield* encodeManifest(await storableManifest(stored));
  if (state !== undefined) yield* encodeState(stored.manifest.formatVersion, state);
  return stored.manifest;
}

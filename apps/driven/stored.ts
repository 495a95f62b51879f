// Stored documents without an engine: nothing is computed, so no model is loaded for it.
import { NetworkError, type DocumentManifest } from '@longread/core';
import type { StoredDocuments } from '@longread/driver/page-driver';
import { openDocumentStore, type DocumentStore } from '@longread/store';
import type { CallOptions } from 'longread';

/** The engine's own where none is named. */
const database = 'longread';

/** Bytes of a file that cross to the command at once: enough that crossing costs little. */
const pieceBytes = 1024 * 1024;

async function withStore<T>(work: (store: DocumentStore) => Promise<T>): Promise<T> {
  const store = openDocumentStore(database);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** All that is stored. */
export const listStored = (): Promise<StoredDocuments> =>
  withStore(async (store) => {
    const [documents, { unreadable }] = await Promise.all([store.list(), store.usage()]);
    return { documents, unreadable };
  });

/** Deletes a document, readable or not. */
export const removeStored = (id: string): Promise<void> => withStore((store) => store.delete(id));

/** Hands the document's file to the command; its bytes. */
export const sendStored = (id: string, signal: AbortSignal): Promise<number> =>
  withStore(async (store) => {
    let sizeBytes = 0;
    let waiting: Uint8Array<ArrayBuffer>[] = [];
    let waitingBytes = 0;
    const flush = async (): Promise<void> => {
      await window.longreadPiece?.(await base64Of(new Blob(waiting)));
      waiting = [];
      waitingBytes = 0;
    };
    const take = new WritableStream<Uint8Array<ArrayBuffer>>({
      async write(bytes) {
        sizeBytes += bytes.byteLength;
        waiting.push(bytes);
        waitingBytes += bytes.byteLength;
        if (waitingBytes >= pieceBytes) await flush();
      },
      close: flush,
    });
    await store.exportDocument(id).pipeTo(take, { signal });
    return sizeBytes;
  });

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = reader.result;
      if (typeof url === 'string') resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error ?? new Error('the bytes cannot be read'));
    reader.readAsDataURL(blob);
  });
}

/** Stores the document of an exported file, as it comes from the command's server. */
export const receiveStored = (
  url: string,
  { signal, onProgress }: Required<CallOptions>,
): Promise<DocumentManifest> =>
  withStore(async (store) => {
    const response = await fetch(url, { signal, cache: 'no-store' });
    if (!response.ok || response.body === null)
      throw new NetworkError(
        `The file did not arrive (HTTP status ${response.status}): ${await response.text()}`,
        {
          status: response.status,
        },
      );
    return store.importDocument(response.body, {
      signal,
      onProgress: (progress) => onProgress({ phase: 'import', ...progress }),
    });
  });

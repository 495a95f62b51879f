// What a document left in the store, for tests that compare two.
import { openDocumentStore } from '@longread/store';
import type { LongreadDocument } from '../api.ts';

/** Every chunk, and the state that reading goes on from. */
export async function storedOf(database: string, { manifest: { id } }: LongreadDocument) {
  const store = openDocumentStore(database);
  try {
    const chunks = [];
    const { manifest, state } = await store.open(id);
    for await (const chunk of store.readChunks(manifest)) chunks.push(chunk);
    return { chunks, state };
  } finally {
    store.close();
  }
}

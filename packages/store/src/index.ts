// Public API of the store: documents in IndexedDB, what identifies them, and the kernel choices of each adapter.
import type { DocumentStore } from './document-store.ts';
import { idbDriver } from './idb-driver.ts';
import { openStore } from './store.ts';

export type * from './document-store.ts';
export { fingerprintOf } from './fingerprint.ts';
export { appendPart, createManifest, isUnfinishedPart } from './source-parts.ts';
export { openTuningStore, type TuningStore } from './tuning-store.ts';

/** Documents of one database name are shared by all pages and workers of the origin. Nothing opens before first use. */
export function openDocumentStore(databaseName: string): DocumentStore {
  return openStore(idbDriver(databaseName));
}

// Public API of the store: documents, in IndexedDB or in memory, and what identifies them, and the model files that were fetched.
import type { DocumentStore } from './document-store.ts';
import { idbDriver } from './idb-driver.ts';
import { memoryOrigin } from './memory-driver.ts';
import { openStore } from './store.ts';
import { browserNetwork } from './weights/browser-network.ts';
import { opfsFiles } from './weights/opfs-files.ts';
import {
  createWeightsCache,
  loadOnce,
  type LoadWeightsOptions,
  type WeightsCache,
} from './weights/weights-cache.ts';

export type * from './document-store.ts';
export { fingerprintOf } from './fingerprint.ts';
export { appendPart, createManifest, isUnfinishedPart } from './source-parts.ts';
export { openMemoryTuningStore, openTuningStore, type TuningStore } from './tuning-store.ts';
export type { LoadWeightsOptions, StoredModel, WeightsCache } from './weights/weights-cache.ts';

/** Documents of one database name are shared by all pages and workers of the origin. Nothing opens before first use. */
export function openDocumentStore(databaseName: string): DocumentStore {
  return openStore(idbDriver(databaseName));
}

/** Documents in this process's memory, of this store alone: they go with it. */
export function openMemoryDocumentStore(): DocumentStore {
  return openStore(memoryOrigin().open());
}

/**
 * Model files are shared by all pages and workers of the origin. Undefined where the browser keeps no files for this page, as
 * outside a secure context. Nothing opens before first use.
 */
export function openWeightsCache(name = 'longread-models'): WeightsCache | undefined {
  const files = opfsFiles(name);
  return files && createWeightsCache(idbDriver(name), files, browserNetwork);
}

/** What `open` makes of the file at `url`; it is fetched and not stored. @throws like {@link WeightsCache.load} */
export function loadWeights<T>(url: string, options: LoadWeightsOptions<T>): Promise<T> {
  return loadOnce(url, browserNetwork, options);
}

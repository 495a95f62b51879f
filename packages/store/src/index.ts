// Public API of the store: documents, in IndexedDB or in memory, what identifies them, the kernel choices of each adapter, the heads measured of
// each model.
import type { DocumentStore } from './document-store.ts';
import { idbDriver } from './drivers/idb-driver.ts';
import { memoryOrigin } from './drivers/memory-driver.ts';
import { openStore } from './store.ts';

export type * from './document-store.ts';
export {
  openCalibrationStore,
  openMemoryCalibrationStore,
  parseCalibration,
  type CalibrationStore,
} from './calibration-store.ts';
export { chunkStartsOf } from './schema/chunk.ts';
export { fingerprintOf } from './schema/identity.ts';
export {
  appendPart,
  createManifest,
  describedAnew,
  isUnfinishedPart,
  type SourceDescription,
} from './source-parts.ts';
export { openMemoryTuningStore, openTuningStore, type TuningStore } from './tuning-store.ts';

/** Documents of one database name are shared by all pages and workers of the origin. Nothing opens before first use. */
export function openDocumentStore(databaseName: string): DocumentStore {
  return openStore(idbDriver(databaseName));
}

/** Documents in this process's memory, of this store alone: they go with it. */
export function openMemoryDocumentStore(): DocumentStore {
  return openStore(memoryOrigin().open());
}

// Public API of the store: documents in IndexedDB, and what identifies them.
export type { DocumentMatch, DocumentStore, StorageUsage } from './document-store.ts';
export { formatVersion } from './records.ts';
export { chunkBytes, stateBytes } from './records.ts';
export { fingerprintOf } from './fingerprint.ts';
export { openDocumentStore } from './idb.ts';
export { openTuningStore, type TuningStore } from './tuning-store.ts';

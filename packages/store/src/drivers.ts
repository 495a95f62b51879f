// Storage drivers and the errors of what they refuse, for other packages that keep records and take locks.
export type { HeldLock, RecordDriver, StorageDriver } from './driver.ts';
export { isStorageFailure, reading } from './driver-errors.ts';
export { idbDriver } from './idb-driver.ts';

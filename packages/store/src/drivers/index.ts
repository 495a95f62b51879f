// Storage drivers and the errors of what they refuse, for other packages that keep records and take locks.
export {
  isStorageFailure,
  reading,
  type HeldLock,
  type LockDriver,
  type RecordDriver,
  type StorageDriver,
} from './driver.ts';
export { idbDriver } from './idb-driver.ts';
export { webLocks } from './web-locks.ts';

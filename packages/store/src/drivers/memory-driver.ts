// Storage in this process's memory, where there is none in a browser or none is wanted: what is stored lives as long as its origin.
// Passes the same conformance suite as the browser's driver.
import {
  prefixEnd,
  type NoticeDriver,
  type RecordDriver,
  type RecordWrite,
  type StorageDriver,
} from './driver.ts';
import { memoryLocks } from './memory-locks.ts';

/** What the drivers of one origin share: records, locks and notices, as the tabs of a web site do. */
export interface MemoryOrigin {
  /** Another driver of this origin. */
  open(): StorageDriver;
  /** Takes all locks away from their holders, as `steal` does in the browser. */
  stealLocks(): void;
  /** A write that would exceed it is refused; Infinity is no limit. */
  quotaBytes: number;
}

interface Listener {
  readonly driver: object;
  readonly hear: (change: unknown) => void;
}

export function memoryOrigin(name = 'memory', quotaBytes = Infinity): MemoryOrigin {
  const locks = memoryLocks();
  const listeners = new Set<Listener>();
  const records = memoryRecords((bytes) => {
    if (bytes > origin.quotaBytes)
      throw new DOMException(`${bytes} bytes exceed the quota`, 'QuotaExceededError');
  });
  const origin: MemoryOrigin = {
    quotaBytes,
    stealLocks: () => locks.steal(),
    open: () => {
      const driver: StorageDriver = {
        name,
        records,
        locks,
        notices: {
          send: (change) =>
            listeners.forEach((listener) => {
              if (listener.driver !== driver) listener.hear(structuredClone(change));
            }),
          listen: (hear) => void listeners.add({ driver, hear }),
        } satisfies NoticeDriver,
        estimate: () =>
          Promise.resolve({
            usedBytes: records.sizeBytes,
            quotaBytes: origin.quotaBytes,
            persisted: false,
          }),
        close: () =>
          listeners.forEach((listener) => {
            if (listener.driver === driver) listeners.delete(listener);
          }),
      };
      return driver;
    },
  };
  return origin;
}

interface MemoryRecords extends RecordDriver {
  readonly sizeBytes: number;
}

/**
 * Records are copied on their way in and out, as a database does: whoever reads one may change what it got.
 * @param checkSize throws for what all records together may not take.
 */
function memoryRecords(checkSize: (bytes: number) => void): MemoryRecords {
  let stored = new Map<string, { readonly record: unknown; readonly bytes: number }>();
  const sizeOfAll = (of: typeof stored) => [...of.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const copyOf = (key: string): unknown => structuredClone(stored.get(key)?.record);
  const write = ({ expect, deletes = [], puts = [] }: RecordWrite): void => {
    expect?.check(copyOf(expect.key));
    const next = new Map(stored);
    for (const key of deletes) for (const found of stored.keys()) if (isUnder(found, key)) next.delete(found);
    for (const [key, record] of puts)
      next.set(key, { record: structuredClone(record), bytes: key.length + sizeOf(record) });
    checkSize(sizeOfAll(next));
    stored = next;
  };
  return {
    get sizeBytes() {
      return sizeOfAll(stored);
    },
    get: (keys) => Promise.resolve(keys.map(copyOf)),
    entries: (prefix) => {
      const keys = [...stored.keys()].filter((key) => isUnder(key, prefix)).sort();
      return Promise.resolve(keys.map((key) => [key, copyOf(key)] as const));
    },
    // The executor turns what `write` throws into a rejection.
    write: (change) =>
      new Promise((resolve) => {
        write(change);
        resolve();
      }),
  };
}

function isUnder(key: string, keyOrPrefix: string): boolean {
  return keyOrPrefix.endsWith('/') ? key >= keyOrPrefix && key < prefixEnd(keyOrPrefix) : key === keyOrPrefix;
}

/** Bytes of arrays and text, about; each object counts once. */
function sizeOf(value: unknown, seen = new Set<object>()): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || seen.has(value)) return 8;
  seen.add(value);
  return Object.values(value).reduce((sum: number, item) => sum + sizeOf(item, seen), 0);
}

// A storage driver in memory, for tests in Node: same conformance suite as the browser's. Drivers of one `MemoryOrigin` share
// records, locks and notices as the tabs of one origin do.
import type { DocumentChange } from '../document-store.ts';
import type { HeldLock, LockDriver, LockRequest, RecordWrite, StorageDriver } from '../driver.ts';
import { prefixEnd } from '../keys.ts';

export interface MemoryOrigin {
  /** Another tab of this origin. */
  open(): StorageDriver;
  /** Takes a lock away from whoever holds it, as `steal` does in the browser. */
  readonly stealLocks: () => void;
  quotaBytes: number;
}

export function memoryOrigin(name = 'memory'): MemoryOrigin {
  let records = new Map<string, unknown>();
  const listeners = new Set<{ readonly tab: object; readonly hear: (change: unknown) => void }>();
  const { locks, steal } = memoryLocks();
  const origin: MemoryOrigin = { open, stealLocks: steal, quotaBytes: 1e9 };

  function write({ expect, deletes = [], puts = [] }: RecordWrite): void {
    expect?.check(structuredClone(records.get(expect.key)));
    const next = new Map(records);
    for (const key of deletes)
      for (const found of records.keys()) if (isUnder(found, key)) next.delete(found);
    for (const [key, record] of puts) next.set(key, structuredClone(record));
    if (sizeOf([...next]) > origin.quotaBytes) throw new DOMException('full', 'QuotaExceededError');
    records = next;
  }

  function open(): StorageDriver {
    const tab = {};
    return {
      name,
      records: {
        get: (keys) => Promise.resolve(keys.map((key) => structuredClone(records.get(key)))),
        entries: (prefix) => {
          const keys = [...records.keys()].filter((key) => isUnder(key, prefix)).sort();
          return Promise.resolve(keys.map((key) => [key, structuredClone(records.get(key))] as const));
        },
        // The executor turns what `write` throws into a rejection.
        write: (change) =>
          new Promise((resolve) => {
            write(change);
            resolve();
          }),
      },
      locks,
      notices: {
        send: (change: DocumentChange) =>
          listeners.forEach((listener) => listener.tab !== tab && listener.hear(structuredClone(change))),
        listen: (hear) => void listeners.add({ tab, hear }),
      },
      estimate: () =>
        Promise.resolve({
          usedBytes: sizeOf([...records]),
          quotaBytes: origin.quotaBytes,
          persisted: false,
        }),
      close: () => listeners.forEach((listener) => listener.tab === tab && listeners.delete(listener)),
    };
  }
  return origin;
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

interface Holder extends LockRequest {
  readonly name: string;
  grant(): void;
  lose(): void;
}

function memoryLocks(): { readonly locks: LockDriver; readonly steal: () => void } {
  let held: Holder[] = [];
  let queue: Holder[] = [];
  const blocks = (a: Holder, b: Holder) =>
    a.name === b.name && (a.mode === 'exclusive' || b.mode === 'exclusive');
  const isFree = (wanted: Holder, before: readonly Holder[]) =>
    ![...held, ...before].some((other) => blocks(other, wanted));
  const settle = (): void => {
    const free = queue.filter((wanted, i) => isFree(wanted, queue.slice(0, i)));
    queue = queue.filter((wanted) => !free.includes(wanted));
    held.push(...free);
    free.forEach((holder) => holder.grant());
  };
  const locks: LockDriver = {
    acquire: (name, request) =>
      new Promise<HeldLock | undefined>((resolve, reject) => {
        const lost = new AbortController();
        const release = (): void => {
          held = held.filter((other) => other !== holder);
          settle();
        };
        const holder: Holder = {
          ...request,
          name,
          grant: () => resolve({ lost: lost.signal, release }),
          lose: () => lost.abort(),
        };
        if (!request.wait && !isFree(holder, queue)) {
          resolve(undefined);
          return;
        }
        const { signal } = request;
        const abort = (): void => {
          queue = queue.filter((other) => other !== holder);
          reject(new DOMException('The request was aborted.', 'AbortError'));
          settle();
        };
        if (signal?.aborted) {
          abort();
          return;
        }
        signal?.addEventListener('abort', abort);
        queue.push(holder);
        settle();
      }),
    held: () => Promise.resolve(new Set(held.map(({ name }) => name))),
  };
  const steal = (): void => {
    const losers = held;
    held = [];
    losers.forEach((holder) => holder.lose());
    settle();
  };
  return { locks, steal };
}

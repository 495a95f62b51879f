// Web Locks as the store's lock driver. A lock is held for as long as the promise inside its callback is open.
import type { HeldLock, LockDriver } from './driver.ts';

/** Locks whose names start with `prefix`, which callers do not see. */
export function webLocks(prefix: string): LockDriver {
  /** A lock that was let go of is free a moment later; who asks right after must not find it taken. */
  const releasing = new Set<Promise<unknown>>();
  return {
    acquire: async (name, { mode, wait, signal }) => {
      await Promise.allSettled(releasing);
      return new Promise<HeldLock | undefined>((resolve, reject) => {
        const lost = new AbortController();
        const options: LockOptions = { mode, ...(wait ? signal && { signal } : { ifAvailable: true }) };
        let release = (): void => undefined;
        const held = navigator.locks.request(prefix + name, options, (lock) => {
          if (lock === null) {
            resolve(undefined);
            return;
          }
          return new Promise<void>((end) => {
            release = end;
            const free = () => {
              end();
              releasing.add(held);
              void held.catch(() => undefined).then(() => releasing.delete(held));
            };
            resolve({ lost: lost.signal, release: free });
          });
        });
        held.catch((error: unknown) => {
          // Rejects with AbortError before the lock is held (the signal) and after (stolen); only one of the two calls acts.
          lost.abort(error);
          release();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      });
    },
    held: async () => {
      const { held = [] } = await navigator.locks.query();
      return new Set(
        held.flatMap(({ name = '' }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])),
      );
    },
  };
}

// Locks within one process, with the rules of Web Locks: first come, first served, and shared ones side by side.
import type { HeldLock, LockDriver, LockRequest } from './driver.ts';

interface MemoryLocks extends LockDriver {
  /** Takes all locks away from their holders. */
  steal(): void;
}

interface Claim {
  readonly name: string;
  readonly mode: LockRequest['mode'];
  grant(): void;
  lose(): void;
}

export function memoryLocks(): MemoryLocks {
  let held: readonly Claim[] = [];
  let waiting: readonly Claim[] = [];

  const excludes = (a: Claim, b: Claim) =>
    a.name === b.name && (a.mode === 'exclusive' || b.mode === 'exclusive');
  const isFree = (claim: Claim, earlier: readonly Claim[]) =>
    ![...held, ...earlier].some((other) => excludes(claim, other));
  const grantFree = (): void => {
    const free = waiting.filter((claim, i) => isFree(claim, waiting.slice(0, i)));
    waiting = waiting.filter((claim) => !free.includes(claim));
    held = [...held, ...free];
    free.forEach((claim) => claim.grant());
  };
  const without = (claims: readonly Claim[], gone: Claim) => claims.filter((claim) => claim !== gone);

  return {
    acquire: (name, { mode, wait, signal }) =>
      new Promise<HeldLock | undefined>((resolve, reject) => {
        const lost = new AbortController();
        const release = (): void => {
          held = without(held, claim);
          grantFree();
        };
        const cancel = (): void => {
          waiting = without(waiting, claim);
          reject(new DOMException('The request was aborted.', 'AbortError'));
          grantFree();
        };
        const claim: Claim = {
          name,
          mode,
          grant: () => {
            signal?.removeEventListener('abort', cancel);
            resolve({ lost: lost.signal, release });
          },
          lose: () => lost.abort(),
        };
        if (signal?.aborted) {
          cancel();
          return;
        }
        if (!wait && !isFree(claim, waiting)) {
          resolve(undefined);
          return;
        }
        signal?.addEventListener('abort', cancel);
        waiting = [...waiting, claim];
        grantFree();
      }),
    held: () => Promise.resolve(new Set(held.map(({ name }) => name))),
    steal: () => {
      const losers = held;
      held = [];
      losers.forEach((claim) => claim.lose());
      grantFree();
    },
  };
}

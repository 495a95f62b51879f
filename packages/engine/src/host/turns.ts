// One operation at a time: the device, the activations and the caches are shared.
import { AbortedError, throwIfAborted } from '@longread/core';

export interface Turns {
  /**
   * Runs `work` after everything taken before. Cancelled while it waits, it rejects at once and never runs; from then on the signal
   * is `work`'s to heed.
   * @throws AbortedError | what `work` throws
   */
  take<T>(during: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: <T>(during: string, signal: AbortSignal | undefined, work: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        const leave = () =>
          reject(new AbortedError(`Cancelled before ${during}.`, { during }, { cause: signal?.reason }));
        if (signal?.aborted) leave();
        else signal?.addEventListener('abort', leave);
        const turn = last.then(() => {
          signal?.removeEventListener('abort', leave);
          throwIfAborted(signal, during);
          return work();
        });
        turn.then(resolve, reject);
        last = turn.catch(() => undefined);
      }),
  };
}

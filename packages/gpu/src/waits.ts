// Waits for the device that end early when it fails or when the caller cancels.
import { AbortedError } from '@longread/core';
import type { Device } from './device.ts';

/** Who may cancel a wait, and what the error says was cancelled. */
export interface WaitOptions {
  readonly during: string;
  readonly signal?: AbortSignal | undefined;
}

export class Waits {
  readonly #rejects = new Set<(error: Error) => void>();
  #failure: Error | undefined;

  constructor(device: Pick<Device, 'failed'>) {
    // One reaction for all waits: a promise that never settles would keep one of each wait that raced with it.
    device.failed.catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      for (const reject of [...this.#rejects]) reject(this.#failure);
    });
  }

  /** `work`, or the error of what comes first. @throws AbortedError | DeviceLostError | OutOfMemoryError */
  until<T>(work: Promise<T>, { signal, during }: WaitOptions = { during: '' }): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = () => {
        this.#rejects.delete(fail);
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
      };
      const abort = () =>
        fail(new AbortedError(`Cancelled during ${during}.`, { during }, { cause: signal?.reason }));
      work.then((value) => {
        settle();
        resolve(value);
      }, fail);
      if (this.#failure !== undefined) fail(this.#failure);
      else if (signal?.aborted) abort();
      else {
        this.#rejects.add(fail);
        signal?.addEventListener('abort', abort);
      }
    });
  }
}

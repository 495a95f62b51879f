// One load for all that wait for it: each hears how it goes and may stop waiting. It is cancelled when nobody waits any more; after that, or
// when it failed, whoever comes next has it begin anew.
import { AbortedError } from '@longread/core';
import type { Progress } from '../api.ts';
import type { CallChannel } from '../host/engine-host.ts';

export interface SharedLoad<T> {
  /** What is loaded, at once where it is. @throws AbortedError | what the load throws */
  readonly wait: (channel: CallChannel) => Promise<T>;
  /** Cancels what is under way. Resolves, when that is over, with what was loaded before. */
  readonly end: () => Promise<T | undefined>;
}

interface Disposable {
  dispose(): Promise<void>;
}

interface Load<T> {
  readonly done: Promise<T>;
  readonly cancel: AbortController;
  readonly skipTuning: AbortController;
  readonly skipCalibration: AbortController;
  readonly waiting: Set<CallChannel>;
  progress: Progress | undefined;
  isDone: boolean;
}

export function createSharedLoad<T extends Disposable>(
  create: (channel: CallChannel) => Promise<T>,
): SharedLoad<T> {
  let current: Load<T> | undefined;
  let before: Promise<unknown> = Promise.resolve();

  const begin = (): Load<T> => {
    const [cancel, skipTuning, skipCalibration] = [
      new AbortController(),
      new AbortController(),
      new AbortController(),
    ];
    const waiting = new Set<CallChannel>();
    const onProgress = (progress: Progress) => {
      load.progress = progress;
      for (const { onProgress: tell } of waiting) tell?.(progress);
    };
    const channel = {
      signal: cancel.signal,
      skipTuning: skipTuning.signal,
      skipCalibration: skipCalibration.signal,
      onProgress,
    };
    // Two at once would not fit on the device: one that was cancelled is gone first.
    const done = before.then(async () => {
      const made = await create(channel);
      if (!cancel.signal.aborted) return made;
      await made.dispose(); // cancelled at the last moment: nothing stays
      throw cancelledLoad(cancel.signal);
    });
    const load: Load<T> = {
      ...{ done, cancel, skipTuning, skipCalibration, waiting },
      progress: undefined,
      isDone: false,
    };
    before = done.then(
      () => (load.isDone = true),
      () => forget(load),
    );
    return load;
  };
  const forget = (load: Load<T>) => {
    if (current === load) current = undefined;
  };

  return {
    wait: (channel) => {
      const load = (current ??= begin());
      if (load.isDone) return load.done;
      return new Promise<T>((resolve, reject) => {
        const { signal, skipTuning, skipCalibration } = channel;
        const own = { ...channel }; // the same caller may wait twice
        const skips = [
          [skipTuning, () => load.skipTuning.abort()],
          [skipCalibration, () => load.skipCalibration.abort()],
        ] as const;
        const leave = () => {
          load.waiting.delete(own);
          signal?.removeEventListener('abort', stop);
          for (const [wanted, skip] of skips) wanted?.removeEventListener('abort', skip);
        };
        const stop = () => {
          leave();
          if (load.waiting.size > 0) return;
          forget(load);
          load.cancel.abort(signal?.reason);
        };
        load.waiting.add(own);
        signal?.addEventListener('abort', stop);
        for (const [wanted, skip] of skips) {
          wanted?.addEventListener('abort', skip);
          if (wanted?.aborted) skip();
        }
        unlessCancelled(load.done, signal).then(resolve, reject).finally(leave);
        if (signal?.aborted) stop();
        else if (load.progress) channel.onProgress?.(load.progress);
      });
    },
    end: async () => {
      const load = current;
      if (load && !load.isDone) load.cancel.abort();
      await before;
      return load?.done.catch(() => undefined);
    },
  };
}

/** `promise`, as long as it is waited for. @throws AbortedError | what it rejects with */
export function unlessCancelled<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(cancelledLoad(signal));
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', cancel));
  });
}

function cancelledLoad(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError('Cancelled during load.', { during: 'load' }, { cause: signal?.reason });
}

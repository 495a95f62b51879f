// How long calls may be made: an engine's lifetime, and within it an open document's. When it ends, everything under way is
// cancelled, and that and everything later rejects at once with the reason. The same across a worker and in place.
import type { CallChannel } from './engine-host.ts';

export interface Lifetime {
  /**
   * Runs a call: cancelled by the caller's signal or by the end of the lifetime, which also rejects it without waiting for `work`. After
   * it has settled nothing is reported. A callback of the caller's that throws ends the call with what it threw.
   */
  run<T>(channel: CallChannel, work: (channel: CallChannel) => Promise<T>): Promise<T>;
  /** `chunks`, until the lifetime ends: then reading rejects with the reason, and what gives the chunks is told. */
  stream<T>(chunks: ReadableStream<T>): ReadableStream<T>;
  /** A lifetime that ends with this one, or before. */
  part(): Lifetime;
  /** Ends it, unless it has ended. */
  end(reason: Error): void;
  readonly hasEnded: boolean;
  /** Resolves when no call's work is under way any more, those included that were rejected without waiting. */
  idle(): Promise<unknown>;
}

export function createLifetime(): Lifetime {
  return lifetimeWithin(undefined, new Set());
}

/** @param working the calls of the outermost lifetime and its parts. */
function lifetimeWithin(outer: AbortSignal | undefined, working: Set<Promise<unknown>>): Lifetime {
  const own = new AbortController();
  const ended = outer ? AbortSignal.any([outer, own.signal]) : own.signal;

  const run = <T>(channel: CallChannel, work: (channel: CallChannel) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const cancel = new AbortController();
      const forward = () => cancel.abort(channel.signal?.reason);
      let isSettled = false;
      const settle = (give: () => void) => {
        if (isSettled) return;
        isSettled = true;
        ended.removeEventListener('abort', close);
        channel.signal?.removeEventListener('abort', forward);
        give();
      };
      const fail = (error: unknown) => {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))));
        cancel.abort(error);
      };
      const close = () => fail(ended.reason);
      const telling =
        <E>(callback: (event: E) => void) =>
        (event: E) => {
          if (isSettled) return;
          try {
            callback(event);
          } catch (error) {
            fail(error);
          }
        };
      if (ended.aborted) {
        close();
        return;
      }
      ended.addEventListener('abort', close);
      if (channel.signal?.aborted) forward();
      else channel.signal?.addEventListener('abort', forward);
      const { onProgress, onPiece, onFound, skipTuning, skipCalibration } = channel;
      const running = Promise.resolve()
        .then(() =>
          work({
            signal: cancel.signal,
            ...(onProgress && { onProgress: telling(onProgress) }),
            ...(onPiece && { onPiece: telling(onPiece) }),
            ...(onFound && { onFound: telling(onFound) }),
            skipTuning,
            skipCalibration,
          }),
        )
        .then((value) => settle(() => resolve(value)), fail)
        .finally(() => working.delete(running));
      working.add(running);
    });

  return {
    run,
    stream: (chunks) => streamUntil(ended, chunks),
    part: () => lifetimeWithin(ended, working),
    end: (reason) => own.abort(reason),
    get hasEnded() {
      return ended.aborted;
    },
    idle: () => Promise.all(working),
  };
}

function streamUntil<T>(ended: AbortSignal, chunks: ReadableStream<T>): ReadableStream<T> {
  const reader = chunks.getReader();
  let close = (): void => undefined;
  const forget = () => ended.removeEventListener('abort', close);
  return new ReadableStream<T>(
    {
      start: (controller) => {
        close = () => {
          controller.error(ended.reason);
          reader.cancel(ended.reason).catch(() => undefined); // told; nobody waits for it
        };
        if (ended.aborted) close();
        else ended.addEventListener('abort', close, { once: true });
      },
      pull: async (controller) => {
        try {
          const next = await reader.read();
          if (ended.aborted) return;
          if (!next.done) {
            controller.enqueue(next.value);
            return;
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        forget();
      },
      cancel: (reason) => {
        forget();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

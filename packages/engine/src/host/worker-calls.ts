// The page's end of the worker's one port: numbers calls, passes on what cancels them, and takes what they report and how they end.
// When the worker is gone, every call has ended, later ones too.
import { AbortedError, ClosedError, errorFromData, type LongreadError } from '@longread/core';
import type { CallChannel, HostEvent } from './engine-host.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';
import { scriptNotLoaded } from './worker-script.ts';
import type { WorkerMethods } from './worker.ts';

type MethodName = keyof WorkerMethods;
type Arguments<K extends MethodName> = WorkerMethods[K] extends (
  channel: CallChannel,
  ...args: infer A
) => unknown
  ? A
  : never;
type Result<K extends MethodName> = Awaited<ReturnType<WorkerMethods[K]>>;

export interface WorkerCalls {
  /** @param moved ports in `args` that the worker gets. @throws what the method throws; why the worker is gone */
  readonly call: <K extends MethodName>(
    method: K,
    args: Arguments<K>,
    channel?: CallChannel,
    moved?: readonly Transferable[],
  ) => Promise<Result<K>>;
  /** Terminates the worker; every call under way, and every later one, rejects with `reason`. */
  readonly end: (reason: LongreadError) => void;
}

/** A worker, or what stands for one. */
export interface CallPort extends Pick<Worker, 'addEventListener' | 'terminate'> {
  postMessage(message: ToWorker, moved: Transferable[]): void;
}

interface Pending {
  readonly channel: CallChannel;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * @param onEvent told what the worker tells without being asked, and that it has failed.
 * @param script the address of the worker's script, where it has one
 */
export function createWorkerCalls(
  worker: CallPort,
  onEvent: (event: HostEvent) => void,
  script = '',
): WorkerCalls {
  const pending = new Map<number, Pending>();
  let nextCall = 1;
  let gone: LongreadError | undefined;

  const end = (reason: LongreadError) => {
    if (gone) return;
    gone = reason;
    worker.terminate();
    for (const { reject } of [...pending.values()]) reject(reason);
  };
  const fail = (failed: LongreadError) => {
    end(failed);
    onEvent({ failed });
  };
  const tell = (message: ToWorker, moved: readonly Transferable[] = []) =>
    worker.postMessage(message, [...moved]);

  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if ('event' in data) {
      onEvent(data.event);
      return;
    }
    const found = pending.get(data.call);
    if ('progress' in data) found?.channel.onProgress?.(data.progress);
    else if ('piece' in data) found?.channel.onPiece?.(data.piece);
    else if ('found' in data) found?.channel.onFound?.(data.found);
    else if ('value' in data) found?.resolve(data.value);
    else found?.reject(errorFromData(data.error));
  });
  worker.addEventListener('error', (event) => fail(failureOf(event, script)));
  worker.addEventListener('messageerror', () =>
    fail(new ClosedError("A message of the engine's worker could not be read. Make another engine.")),
  );

  return {
    end,
    call: <K extends MethodName>(
      method: K,
      args: Arguments<K>,
      channel: CallChannel = {},
      moved?: readonly Transferable[],
    ) =>
      new Promise<unknown>((resolve, reject) => {
        if (gone) throw gone;
        const { signal } = channel;
        const call = nextCall++;
        const abort = () => tell({ abort: call });
        const skips = (['skipTuning', 'skipCalibration'] as const).map((what) => ({
          wanted: channel[what],
          skip: () => tell({ skip: call, what }),
        }));
        const settled = () => {
          pending.delete(call);
          signal?.removeEventListener('abort', abort);
          for (const { wanted, skip } of skips) wanted?.removeEventListener('abort', skip);
        };
        tell({ call, method, args }, moved); // throws for what cannot be sent
        pending.set(call, {
          channel,
          resolve: (value) => {
            settled();
            resolve(value);
          },
          reject: (error) => {
            settled();
            reject(error instanceof AbortedError ? causedBy(signal, error) : error);
          },
        });
        signal?.addEventListener('abort', abort);
        if (signal?.aborted) abort();
        for (const { wanted, skip } of skips) {
          wanted?.addEventListener('abort', skip);
          if (wanted?.aborted) skip();
        }
      }) as Promise<Result<K>>,
  };
}

/** The worker knows that a call was cancelled, and not why: a reason may be anything, and need not survive a message. */
function causedBy(signal: AbortSignal | undefined, { message, details }: AbortedError): AbortedError {
  return new AbortedError(message, details, { cause: signal?.reason });
}

/** A script that did not load gives an event without a message; an error that nobody caught in the worker has one. */
function failureOf(event: Event, script: string): LongreadError {
  if (event instanceof ErrorEvent && event.message !== '') {
    const cause: unknown = event.error ?? new Error(event.message);
    return new ClosedError(
      `The engine's worker failed: ${event.message}. What was stored is whole; make another engine.`,
      {},
      { cause },
    );
  }
  return scriptNotLoaded(script);
}

// Chunks across a worker boundary, by a port of their own: one at a time, as the reader asks for them. Streams themselves cannot be
// moved everywhere (Safari), and a moved one loses the class of its errors.
import { errorFromData, errorToData, type ErrorData } from '@longread/core';
import { giverOf } from '../source/giver.ts';

/** What travels: text, or bytes, of which a copy is moved, as the giver's buffer may have other users. */
type Chunk = string | Uint8Array<ArrayBuffer>;

/** To the side that reads. */
type ChunkMessage = { readonly chunk: unknown } | { readonly done: true } | { readonly error: ErrorData };

/** To the side that gives. */
type Demand = { readonly next: true } | { readonly stop: ErrorData };

/**
 * Gives chunks through `port`, as its other side asks. What gives them is let go of when the other side stops or sending fails.
 * @returns ends it, and lets go of what gives the chunks; the other side gets the reason. Nothing happens when it has ended.
 */
export function sendChunks(
  port: MessagePort,
  chunks: ReadableStream<Chunk> | AsyncIterable<Chunk>,
): (reason: unknown) => void {
  const giver = giverOf(chunks);
  let hasEnded = false;
  const end = (last?: ChunkMessage) => {
    hasEnded = true;
    if (last) port.postMessage(last);
    port.close();
  };
  const stop = (reason: unknown, last?: ChunkMessage) => {
    if (hasEnded) return;
    end(last);
    giver.stop(reason);
  };
  const give = async () => {
    try {
      const { done, value } = await giver.next();
      if (hasEnded) return;
      if (done === true) end({ done });
      else if (value instanceof Uint8Array) {
        const chunk = value.slice();
        port.postMessage({ chunk }, [chunk.buffer]);
      } else port.postMessage({ chunk: value });
    } catch (error) {
      stop(error, { error: errorToData(error) });
    }
  };
  port.onmessage = ({ data }: MessageEvent<Demand>) => {
    if ('next' in data) void give();
    else stop(errorFromData(data.stop));
  };
  return (reason) => stop(reason, { error: errorToData(reason) });
}

/** The chunks that `sendChunks` gives through the other side. Whoever stops reading before the end stops the giver. */
export function receiveChunks<T extends Chunk>(
  port: MessagePort,
): AsyncIterableIterator<T> & Required<AsyncIterator<T>> {
  type Result = IteratorResult<T, undefined>;
  const waiting: { resolve: (result: Result) => void; reject: (error: Error) => void }[] = [];
  const over: Result = { done: true, value: undefined };
  /** Set at the end: the result of every later call. */
  let last: (() => Promise<Result>) | undefined;
  const end = (result: () => Promise<Result>) => {
    last ??= result;
    port.close();
    for (const { resolve, reject } of waiting.splice(0)) result().then(resolve, reject);
    return result();
  };
  port.onmessage = ({ data }: MessageEvent<ChunkMessage>) => {
    if ('chunk' in data) waiting.shift()?.resolve({ done: false, value: data.chunk as T });
    else if ('done' in data) void end(() => Promise.resolve(over));
    else end(() => Promise.reject(errorFromData(data.error))).catch(() => undefined); // whoever reads sees it
  };
  const stop = (reason: unknown) => {
    if (!last) port.postMessage({ stop: errorToData(reason) });
    return end(() => Promise.resolve(over));
  };
  return {
    next: () =>
      last?.() ??
      new Promise<Result>((resolve, reject) => {
        waiting.push({ resolve, reject });
        port.postMessage({ next: true });
      }),
    return: () => stop(new Error('The reader stopped.')),
    throw: async (reason: unknown) => {
      await stop(reason);
      throw reason;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The same as a stream, which asks for a chunk when its reader does. */
export function receiveStream<T extends Chunk>(port: MessagePort): ReadableStream<T> {
  const chunks = receiveChunks<T>(port);
  return new ReadableStream<T>(
    {
      pull: async (controller) => {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async (reason) => {
        await chunks.throw(reason).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

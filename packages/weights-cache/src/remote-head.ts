// The beginning of a file at an address, read before the rest is asked for: by ranges, or, of a server that gives none, from the
// answer to a request for all of it, which then waits and goes on to be the download.
import { throwIfAborted } from '@longread/core';
import { BrokenConnection, piecesOf } from './body-pieces.ts';
import { continuedLength, rangeFromStart, sourceOf, type DownloadSource } from './download-source.ts';
import type { Network } from './network.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Report = (progress: { readonly done: number; readonly total: number }) => void;

/** What is asked for at first; most headers are of some megabytes. */
const firstBytes = 1024 * 1024;

export interface RemoteHead {
  /** Which file it is of; its length is known. */
  readonly source: DownloadSource;
  /** The first `length` bytes of the file, or all of a shorter one; good until the next call. Throws BrokenConnection. */
  first(length: number): Promise<Bytes>;
  /** All that was read so far. */
  readonly bytes: Bytes;
  /** The whole file as an answer that goes on where reading stopped; undefined where ranges are given. The head ends with it. */
  rest(): Response | undefined;
  /** Asks for nothing more, without waiting. */
  close(): void;
}

/**
 * Opens the file at `url`.
 * @returns the head, or the answer of which nothing can be said before the download: a refusal, or a file of unknown length.
 * @throws BrokenConnection | AbortedError
 */
export async function openRemoteHead(
  url: string,
  network: Network,
  signal: AbortSignal | undefined,
  onProgress?: Report,
): Promise<RemoteHead | { readonly answer: Response }> {
  const get = async (headers: Record<string, string>): Promise<Response> => {
    throwIfAborted(signal, 'fetch');
    const init = { headers, ...(signal && { signal }), cache: 'no-store' } as const;
    return network.fetch(url, init).catch((cause: unknown) => {
      throwIfAborted(signal, 'fetch');
      throw new BrokenConnection('there was no answer', { cause });
    });
  };
  const answer = await get({ Range: `bytes=0-${firstBytes - 1}` });
  const source = rangeFromStart(answer);
  if (source !== undefined && answer.body !== null) return rangedHead(answer.body, source, get, onProgress);
  if (answer.status === 206 || answer.status === 416) {
    // Another origin may hide what the range is of; an empty file has none.
    await answer.body?.cancel();
    return streamedHead(await get({}), onProgress);
  }
  return streamedHead(answer, onProgress);
}

function rangedHead(
  body: ReadableStream<Bytes>,
  source: DownloadSource,
  get: (headers: Record<string, string>) => Promise<Response>,
  onProgress: Report | undefined,
): RemoteHead {
  const buffer = growing((done) => onProgress?.({ done, total: source.totalBytes }));
  let reader: ReadableStreamDefaultReader<Bytes> | undefined = body.getReader();
  return {
    source,
    get bytes() {
      return buffer.bytes;
    },
    first: async (length) => {
      const wanted = Math.min(length, source.totalBytes);
      while (buffer.bytes.length < wanted) {
        if (reader === undefined) {
          const from = buffer.bytes.length;
          const answer = await get({ Range: `bytes=${from}-${wanted - 1}` });
          if (continuedLength(answer, source, from) === undefined || answer.body === null) {
            await answer.body?.cancel();
            throw new BrokenConnection('the file changed while its beginning was read');
          }
          reader = answer.body.getReader();
        }
        for await (const piece of piecesOf(reader)) buffer.add(piece);
        reader = undefined;
      }
      return buffer.bytes.subarray(0, wanted);
    },
    rest: () => undefined,
    close: () => void reader?.cancel().catch(() => undefined),
  };
}

function streamedHead(
  answer: Response,
  onProgress: Report | undefined,
): RemoteHead | { readonly answer: Response } {
  const source = sourceOf(answer);
  if (answer.status !== 200 || answer.body === null || source.totalBytes === 0) return { answer };
  const buffer = growing((done) => onProgress?.({ done, total: source.totalBytes }));
  const reader: ReadableStreamDefaultReader<Bytes> = answer.body.getReader();
  return {
    source,
    get bytes() {
      return buffer.bytes;
    },
    first: async (length) => {
      const wanted = Math.min(length, source.totalBytes);
      while (buffer.bytes.length < wanted) {
        const next = await piecesOf(reader).next();
        if (next.done === true) throw new BrokenConnection('the answer ended early');
        buffer.add(next.value);
      }
      return buffer.bytes.subarray(0, wanted);
    },
    rest: () => {
      const pieces = piecesOf(reader);
      let isBegun = false;
      const body = new ReadableStream<Bytes>(
        {
          pull: async (controller) => {
            if (!isBegun) {
              isBegun = true;
              controller.enqueue(buffer.bytes.slice());
              return;
            }
            const next = await pieces.next();
            if (next.done === true) controller.close();
            else controller.enqueue(next.value);
          },
          cancel: (reason) => reader.cancel(reason),
        },
        { highWaterMark: 0 },
      );
      return new Response(body, { headers: answer.headers });
    },
    close: () => void reader.cancel().catch(() => undefined),
  };
}

/** Bytes one behind the other in one array, which grows by doubling. */
function growing(onBytes: (size: number) => void) {
  let store = new Uint8Array(firstBytes);
  let size = 0;
  return {
    get bytes() {
      return store.subarray(0, size);
    },
    add: (piece: Bytes) => {
      if (size + piece.length > store.length) {
        const larger = new Uint8Array(Math.max(2 * store.length, size + piece.length));
        larger.set(store.subarray(0, size));
        store = larger;
      }
      store.set(piece, size);
      size += piece.length;
      onBytes(size);
    },
  };
}

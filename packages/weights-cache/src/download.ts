// Fetches a file into a sink and goes on where a connection broke. It asks with `Range` alone and compares the validators of the
// answer itself: `If-Range` would need the other origin's consent (a preflight), which few servers give.
import {
  freeBytes,
  IntegrityError,
  NetworkError,
  statusMeaning,
  throwIfAborted,
  type ErrorDetails,
} from '@longread/core';
import { BrokenConnection, piecesOf, withHead } from './body-pieces.ts';
import { continuedLength, hasValidator, sourceOf, type DownloadSource } from './download-source.ts';
import type { Look } from './look.ts';
import type { Network } from './network.ts';
import { fastestPieces, type ConnectionState, type Ranges } from './several-connections.ts';

/** Where the bytes go, from the start of the file on. */
export interface DownloadSink {
  /** What the bytes are of; undefined before the first. */
  readonly source: DownloadSource | undefined;
  readonly sizeBytes: number;
  /** The bytes outlast a download that fails. */
  readonly isKept: boolean;
  /** Forgets all bytes: those of `source` follow. */
  begin(source: DownloadSource): Promise<void>;
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** `total` is 0 while unknown. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /**
   * Looks at the first bytes of the file (4 KiB, or all of a smaller one) before any is kept, and throws when they are of something
   * else: a login page is not to be waited for.
   */
  readonly checkHead?: ((head: Uint8Array) => void) | undefined;
  /** What the server says it does not have (404, 410) is taken for an empty file, and kept as one. */
  readonly mayBeAbsent?: boolean | undefined;
  /** Looks at more of its beginning before the rest is asked for, as far as the network lets it (look-ahead.ts). */
  readonly look?: Look | undefined;
}

/** A connection may break this often without bringing the download further. */
const maxBreaks = 5;
const firstWaitMs = 500;
/** What a connection must bring to count as progress. */
const progressBytes = 1024 * 1024;
/**
 * Resolves when the sink holds the whole file; goes on from what it holds where the server still has the same file.
 * @param first an answer of the server that is there already, to a request for all of the file.
 * @throws NetworkError | IntegrityError (more bytes than announced) | AbortedError | whatever the sink throws
 */
export async function download(
  url: string,
  sink: DownloadSink,
  network: Network,
  options: DownloadOptions,
  first?: Response,
): Promise<void> {
  const { signal } = options;
  let given = first;
  const state: ConnectionState = { isTried: false };
  let isAnswered = false;
  let furthest = sink.sizeBytes;
  for (let breaks = 0; ;) {
    try {
      throwIfAborted(signal, 'fetch');
      if (isWhole(sink)) return;
      const answer = await connect(url, sink, network, options, given);
      given = undefined;
      isAnswered = true;
      await receive(url, answer, sink, state, options);
      return;
    } catch (error) {
      throwIfAborted(signal, 'fetch');
      if (!(error instanceof BrokenConnection)) throw error;
      if (!isAnswered) throw failed(url, error.message, sink, error.cause);
      breaks = sink.sizeBytes >= furthest + progressBytes ? 1 : breaks + 1;
      furthest = Math.max(furthest, sink.sizeBytes);
      if (breaks > maxBreaks)
        throw failed(url, `the connection broke again and again (${error.message})`, sink, error.cause);
      await network.wait(firstWaitMs * 2 ** (breaks - 1), signal);
    }
  }
}

interface Answer {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly totalBytes: number;
  /** Where the server has given a range: it gives others. */
  readonly ranges?: Ranges;
}

/** Asks for what the sink lacks, or for all of it where that cannot be had. */
async function connect(
  url: string,
  sink: DownloadSink,
  network: Network,
  { signal, mayBeAbsent }: DownloadOptions,
  given: Response | undefined,
): Promise<Answer> {
  const request = (headers: Record<string, string>, ending = signal) =>
    network
      .fetch(url, {
        headers,
        ...(ending && { signal: ending }),
        // What is kept here needs no second copy in the browser's own cache, and what that holds is asked about: it may be of
        // another file by now, or a redirect that is no more.
        cache: sink.isKept ? 'no-store' : 'no-cache',
      })
      .catch((cause: unknown) => {
        throw new BrokenConnection('there was no answer', { cause });
      });
  const { source, sizeBytes } = sink;
  let response = given;
  if (!response && source !== undefined && sizeBytes > 0 && hasValidator(source)) {
    response = await request({ Range: `bytes=${sizeBytes}-` });
    const totalBytes = continuedLength(response, source, sizeBytes);
    if (totalBytes !== undefined && response.body) {
      const ranges: Ranges = {
        source: { ...source, totalBytes },
        get: (from, end, ending) =>
          request({ Range: `bytes=${from}-${end === undefined ? '' : end - 1}` }, ending),
        now: network.now ?? (() => performance.now()),
      };
      return { body: response.body, totalBytes, ranges };
    }
    if (response.status === 206 || response.status === 416) {
      await response.body?.cancel();
      response = undefined; // of another file, or not what was asked for: begin anew
    }
  }
  response ??= await request({});
  const { status, body } = response;
  try {
    if (status === 408 || status === 429 || status >= 500) throw new BrokenConnection(sayStatus(status));
    if (mayBeAbsent === true && (status === 404 || status === 410)) {
      await body?.cancel();
      await sink.begin({ totalBytes: 0, etag: '', lastModified: '' });
      return { body: new ReadableStream({ start: (empty) => empty.close() }), totalBytes: 0 };
    }
    if (!response.ok || status === 206 || body === null)
      throw failed(url, sayStatus(status), sink, undefined, { status });
    const begun = sourceOf(response);
    await sink.begin(begun);
    return { body, totalBytes: begun.totalBytes };
  } catch (error) {
    await body?.cancel(); // else it goes on arriving
    throw error;
  }
}

async function receive(
  url: string,
  { body, totalBytes, ranges }: Answer,
  sink: DownloadSink,
  state: ConnectionState,
  { onProgress, checkHead, signal }: DownloadOptions,
): Promise<void> {
  const reader = body.getReader();
  const pieces = ranges
    ? fastestPieces(reader, sink.sizeBytes, ranges, state, signal)
    : checkHead && sink.sizeBytes === 0
      ? withHead(reader, checkHead)
      : piecesOf(reader);
  try {
    for await (const piece of pieces) {
      const arrivedBytes = sink.sizeBytes + piece.byteLength;
      if (totalBytes > 0 && arrivedBytes > totalBytes)
        throw new IntegrityError(
          `${url} sent at least ${arrivedBytes} bytes and had announced ${totalBytes}. Load the model from another address.`,
          { url, arrivedBytes, totalBytes },
        );
      await sink.write(piece);
      freeBytes(piece);
      onProgress?.({ done: sink.sizeBytes, total: totalBytes });
    }
  } finally {
    await reader.cancel().catch(() => undefined); // an errored stream has nothing to cancel
  }
  if (sink.sizeBytes < totalBytes) throw new BrokenConnection('the answer ended early');
}

/** Of a stored download that was cut between its last byte and its check. */
function isWhole({ source, sizeBytes }: DownloadSink): boolean {
  return source !== undefined && source.totalBytes > 0 && sizeBytes === source.totalBytes;
}

function failed(
  url: string,
  why: string,
  sink: DownloadSink,
  cause?: unknown,
  details: ErrorDetails = {},
): NetworkError {
  const { sizeBytes, isKept, source } = sink;
  const totalBytes = source?.totalBytes ?? 0;
  const total = totalBytes > 0 ? ` of ${megabytes(totalBytes)}` : '';
  const kept = isKept ? 'are kept, and the next load goes on from there' : 'had arrived';
  const received = sizeBytes > 0 ? ` ${megabytes(sizeBytes)}${total} MB ${kept}.` : '';
  return new NetworkError(
    `The model could not be fetched from ${url}: ${why}.${received} Check the address and connection, then load it again.`,
    { url, receivedBytes: sizeBytes, totalBytes, ...details },
    { cause },
  );
}

function sayStatus(status: number): string {
  const meaning = statusMeaning(status);
  return `HTTP status ${status}${meaning && ` (${meaning})`}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

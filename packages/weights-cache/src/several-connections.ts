// One connection, or several at once where those turn out to bring more: servers that hold back each connection are common, and so are
// such that share one rate among all. Which it is shows after some megabytes of either.
import { BrokenConnection, piecesOf } from './body-pieces.ts';
import { continuedLength, type DownloadSource } from './download-source.ts';

type Piece = Uint8Array<ArrayBuffer>;
type Reader = ReadableStreamDefaultReader<Piece>;

/** What is known of a server in one download. */
export interface ConnectionState {
  /** Several at once were tried, whatever came of it. */
  isTried: boolean;
}

export interface Ranges {
  readonly source: DownloadSource;
  /** Asks for bytes `from` to `end`, exclusive; to the file's end when absent. Throws BrokenConnection. */
  readonly get: (from: number, end: number | undefined, signal: AbortSignal | undefined) => Promise<Response>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** What one connection brings before several are tried, and several before they are compared with it. */
const probeBytes = 16 * 1024 * 1024;
/** Less is not worth trying. */
const worthwhileBytes = 96 * 1024 * 1024;
const numConnections = 4;
/** Of which each connection at work holds one in the heap. */
const segmentBytes = 4 * 1024 * 1024;
/** Several connections must bring so many times as much to stay. */
const worthwhileGain = 1.25;

/** The rest of the file from byte `from` on, in order; `reader` is a connection that brings it. Throws BrokenConnection. */
export async function* fastestPieces(
  reader: Reader,
  from: number,
  ranges: Ranges,
  state: ConnectionState,
  signal: AbortSignal | undefined,
): AsyncGenerator<Piece, void> {
  const { source, get, now } = ranges;
  const { totalBytes } = source;
  let at = from;
  const began = now();
  for await (const piece of piecesOf(reader)) {
    at += piece.byteLength;
    yield piece;
    if (!state.isTried && at - from >= probeBytes && totalBytes - at >= worthwhileBytes) break;
  }
  if (state.isTried || at >= totalBytes || at - from < probeBytes) return;
  const ratio = worthwhileGain * ((at - from) / (now() - began));
  state.isTried = true;
  await reader.cancel().catch(() => undefined);
  const start = at;
  const restarted = now();
  let isCompared = false;
  for await (const piece of segments(at, ranges, signal)) {
    at += piece.byteLength;
    yield piece;
    if (isCompared || at - start < probeBytes) continue;
    isCompared = true;
    if ((at - start) / (now() - restarted) < ratio) break;
  }
  if (at >= totalBytes) return;
  const answer = await get(at, undefined, signal);
  yield* piecesOf(await readerOf(answer, source, at));
}

/** Several segments under way at once, given in order. */
async function* segments(
  from: number,
  { source, get }: Ranges,
  signal: AbortSignal | undefined,
): AsyncGenerator<Piece, void> {
  const { totalBytes } = source;
  const controller = new AbortController();
  const cancel = () => controller.abort();
  signal?.addEventListener('abort', cancel);
  const underWay: Promise<Piece>[] = [];
  let next = from;
  const begin = () => {
    if (next >= totalBytes) return;
    const start = next;
    next = Math.min(start + segmentBytes, totalBytes);
    const segment = fetchSegment(start, next, source, get(start, next, controller.signal));
    segment.catch(() => undefined); // seen in its turn, unless one before it fails
    underWay.push(segment);
  };
  try {
    for (let i = 0; i < numConnections; i++) begin();
    for (let first = underWay.shift(); first !== undefined; first = underWay.shift()) {
      const piece = await first;
      begin();
      yield piece;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    controller.abort();
  }
}

async function fetchSegment(
  start: number,
  end: number,
  source: DownloadSource,
  answer: Promise<Response>,
): Promise<Piece> {
  const bytes = new Uint8Array(end - start);
  let done = 0;
  for await (const piece of piecesOf(await readerOf(await answer, source, start))) {
    if (done + piece.byteLength > bytes.length) throw new BrokenConnection('more came than was asked for');
    bytes.set(piece, done);
    done += piece.byteLength;
  }
  if (done < bytes.length) throw new BrokenConnection('the answer ended early');
  return bytes;
}

/** Throws BrokenConnection for an answer that does not go on with the file. */
async function readerOf(answer: Response, source: DownloadSource, from: number): Promise<Reader> {
  if (continuedLength(answer, source, from) !== undefined && answer.body !== null)
    return answer.body.getReader();
  await answer.body?.cancel();
  throw new BrokenConnection('the server gave no such part of the file');
}

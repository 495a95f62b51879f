// A document's source, whatever it is, as chunks of text or bytes in order; what was begun is closed again, however reading ends.
import { AbortedError, InvalidInputError } from '@longread/core';
import type { DocumentSource } from '../api.ts';
import { giverOf, type Giver } from './giver.ts';

export type SourceChunk = string | Uint8Array<ArrayBuffer>;

/**
 * Yields the source's chunks. When the reader stops early or `signal` fires, also while the source has stalled, a stream is cancelled and
 * an iterator returned: a fetch behind it ends.
 * @throws InvalidInputError for what is no source, or gives chunks that are neither text nor bytes; AbortedError; what the source throws
 */
export async function* chunksOf(
  source: DocumentSource,
  signal?: AbortSignal,
): AsyncGenerator<SourceChunk, void> {
  // Callers may come from untyped code, where anything arrives here.
  const given: unknown = source;
  if (typeof given === 'string') yield given;
  else if (given instanceof Blob) yield* chunksFrom(giverOf(given.stream()), signal);
  else if (given instanceof ReadableStream || isAsyncIterable(given))
    yield* chunksFrom(giverOf(given), signal);
  else throw notASource('The document', given);
}

async function* chunksFrom(giver: Giver, signal: AbortSignal | undefined): AsyncGenerator<SourceChunk, void> {
  let isAtEnd = false;
  let giveUp: (error: Error) => void = () => undefined;
  const abort = () =>
    giveUp(
      new AbortedError(
        'Cancelled while a source was read.',
        { during: 'tokenize' },
        { cause: signal?.reason },
      ),
    );
  /** A promise of its own for each wait: a lasting one would keep all that ever raced with it. */
  const next = () =>
    new Promise<Awaited<ReturnType<Giver['next']>>>((resolve, reject) => {
      giveUp = reject;
      giver.next().then(resolve, reject);
      if (signal?.aborted) abort();
    });
  signal?.addEventListener('abort', abort);
  try {
    for (;;) {
      const { done, value } = await next();
      isAtEnd = done === true;
      if (isAtEnd) return;
      yield checked(value);
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    if (!isAtEnd) giver.stop(new Error('The reader stopped.'));
  }
}

function checked(chunk: unknown): SourceChunk {
  if (typeof chunk === 'string') return chunk;
  if (chunk instanceof Uint8Array) return chunk as Uint8Array<ArrayBuffer>;
  throw notASource('A chunk of the document', chunk);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function notASource(what: string, value: unknown): InvalidInputError {
  const type = value === null ? 'null' : typeof value === 'object' ? value.constructor.name : typeof value;
  return new InvalidInputError(
    `${what} is of type ${type}. Give text as a string, a File or Blob, a ReadableStream, or an async iterable of strings.`,
    { type },
  );
}

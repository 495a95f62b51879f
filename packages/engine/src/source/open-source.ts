// A document's source, whatever it is, as chunks of text or bytes in order; what was begun is closed again, however reading ends.
import { InvalidInputError } from '@longread/core';
import type { DocumentSource } from '../api.ts';

export type SourceChunk = string | Uint8Array<ArrayBuffer>;

/**
 * Yields the source's chunks. When the reader stops early, a stream is cancelled and an iterator returned: a fetch behind it ends.
 * @throws InvalidInputError for what is no source, or gives chunks that are neither text nor bytes; what the source throws
 */
export async function* chunksOf(source: DocumentSource): AsyncGenerator<SourceChunk, void> {
  // Callers may come from untyped code, where anything arrives here.
  const given: unknown = source;
  if (typeof given === 'string') yield given;
  else if (given instanceof Blob) yield* chunksOfStream(given.stream());
  else if (given instanceof ReadableStream) yield* chunksOfStream(given);
  else if (isAsyncIterable(given)) for await (const chunk of given) yield checked(chunk);
  else throw notASource('The document', given);
}

async function* chunksOfStream(stream: ReadableStream<unknown>): AsyncGenerator<SourceChunk, void> {
  const reader = stream.getReader();
  let isAtEnd = false;
  try {
    for (;;) {
      const next = await reader.read();
      isAtEnd = next.done;
      if (next.done) return;
      yield checked(next.value);
    }
  } finally {
    if (!isAtEnd) await reader.cancel().catch(() => undefined); // one that failed has nothing to cancel
    reader.releaseLock();
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

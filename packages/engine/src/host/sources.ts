// A source that a call was given is the call's to let go of, also where nothing of it was read: a fetch behind it ends.
import { InvalidInputError } from '@longread/core';
import type { DocumentSource } from '../api.ts';
import { endIterator } from '../source/giver.ts';

/**
 * Runs a call with its source. When the call fails and nobody had begun to read the source, it is cancelled; whoever has begun lets go
 * of it himself.
 * @throws InvalidInputError for what is no source | what `call` throws
 */
export async function withSource<S extends DocumentSource, T>(
  source: S,
  call: (source: S) => Promise<T>,
): Promise<T> {
  const { lent, letGo } = lend(source);
  try {
    return await call(lent);
  } catch (error) {
    letGo(error);
    throw error;
  }
}

interface Loan<S> {
  readonly lent: S;
  /** Cancels a source that was not begun; nobody waits for it. */
  readonly letGo: (reason: unknown) => void;
}

function lend<S extends DocumentSource>(source: S): Loan<S>;
function lend(source: DocumentSource): Loan<DocumentSource> {
  if (typeof source === 'string' || source instanceof Blob) return { lent: source, letGo: () => undefined };
  if (source instanceof ReadableStream) {
    const letGo = (reason: unknown) => {
      if (!source.locked) source.cancel(reason).catch(() => undefined);
    };
    return { lent: source, letGo };
  }
  // The type is a promise of the caller's, who may be JavaScript.
  if (typeof (source as Partial<typeof source> | null)?.[Symbol.asyncIterator] !== 'function') {
    throw new InvalidInputError(
      'What was given is nothing to read: give a string, a File or Blob, a ReadableStream of bytes, or an async iterable of strings.',
    );
  }
  let isBegun = false;
  const begin = () => {
    isBegun = true;
    return source[Symbol.asyncIterator]();
  };
  const letGo = () => {
    if (!isBegun) endIterator(begin());
  };
  return { lent: { [Symbol.asyncIterator]: begin }, letGo };
}

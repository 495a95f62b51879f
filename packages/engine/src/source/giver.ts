// What a stream's reader and an iterator have in common: chunks one by one, and being let go of.

/** Gives chunks, whatever they come from. */
export interface Giver {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  /** Lets go of what gives the chunks. One that has stalled may never answer, so nobody waits. */
  stop(reason: unknown): void;
}

/** Takes hold of the chunks at once: from here on whoever has the giver lets go of them. @throws TypeError for a stream in use */
export function giverOf(chunks: ReadableStream<unknown> | AsyncIterable<unknown>): Giver {
  if (chunks instanceof ReadableStream) {
    const reader = chunks.getReader();
    return { next: () => reader.read(), stop: (reason) => void reader.cancel(reason).catch(() => undefined) };
  }
  const iterator = chunks[Symbol.asyncIterator]();
  return { next: () => iterator.next(), stop: () => endIterator(iterator) };
}

/** Lets go of what an iterator reads from; nobody waits for it. */
export function endIterator(iterator: AsyncIterator<unknown>): void {
  const end = async () => iterator.return?.(); // one that is not ours may throw anything
  end().catch(() => undefined);
}

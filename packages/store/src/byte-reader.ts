// Takes counted bytes off a stream. Memory grows with the bytes that came, never with a length that a file claims.
import { IntegrityError, InvalidInputError, throwIfAborted } from '@longread/core';

type Bytes = Uint8Array<ArrayBuffer>;

export interface ByteReader {
  /** Offset of the next byte in the stream. */
  readonly offset: number;
  /** Exactly `length` bytes. @throws IntegrityError (the stream ends before), naming `field` and its offset | AbortedError */
  take(length: number, field: string): Promise<Bytes>;
  /** @throws IntegrityError when there are more bytes */
  end(): Promise<void>;
  /** Lets go of the source, whatever is left of it. */
  cancel(): Promise<void>;
}

export function readBytes(stream: ReadableStream<Bytes>, signal: AbortSignal | undefined): ByteReader {
  const reader = stream.getReader();
  let pending: Bytes = new Uint8Array();
  let offset = 0;
  // A source that has stalled is not waited for: cancelling it ends the read under way.
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });

  async function more(): Promise<boolean> {
    const { done, value } = await reader.read();
    throwIfAborted(signal, 'import');
    if (done) return false;
    // The type is a promise of the caller's, who may be JavaScript.
    if (!((value as unknown) instanceof Uint8Array)) {
      throw new InvalidInputError(
        'The stream to import does not give bytes: give a Blob or a stream of Uint8Array.',
      );
    }
    pending = value;
    return true;
  }

  return {
    get offset() {
      return offset;
    },
    async take(length, field) {
      throwIfAborted(signal, 'import');
      const parts: Bytes[] = [];
      let have = 0;
      while (have < length) {
        if (pending.length === 0 && !(await more())) {
          throw new IntegrityError(
            `The file is cut off: ${field} takes ${length} bytes from byte ${offset}, and the file ends at byte ` +
              `${offset + have}. Export or copy it again.`,
            { field, offset, length, fileBytes: offset + have },
          );
        }
        const part = pending.subarray(0, length - have);
        pending = pending.subarray(part.length);
        have += part.length;
        parts.push(part);
      }
      offset += length;
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      return bytes;
    },
    async end() {
      while (pending.length === 0) if (!(await more())) return;
      throw new IntegrityError(
        `The file goes on after byte ${offset}, where its last chunk ends. Export or copy it again.`,
        { field: 'end', offset },
      );
    },
    async cancel() {
      signal?.removeEventListener('abort', stop);
      await reader.cancel().catch(() => undefined);
    },
  };
}

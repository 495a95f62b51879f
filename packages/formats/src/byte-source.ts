// The one way file bytes come in: ranged reads. Checks what a source returns; knows nothing of any format.
import { IntegrityError, ModelFormatError } from '@longread/core';

/** Random access to the bytes of a file; the engine wraps a Blob in it. */
export interface ByteSource {
  /** Bytes in the file. */
  readonly size: number;
  /** Reads `length` bytes from `offset`; only ever asked for ranges inside the file. They may be good until the next read only. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads exactly `length` bytes, on a 4-byte boundary so that word views fit.
 * Throws ModelFormatError when the range leaves the file, IntegrityError when the source returns another length.
 */
export async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (offset < 0 || length < 0 || offset + length > source.size) {
    throw new ModelFormatError(
      `${what} needs bytes ${offset} to ${offset + length}, but the file has ${source.size}. ` +
        'It is truncated or damaged: fetch it again.',
      { what, offset, length, sizeBytes: source.size },
    );
  }
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) {
    throw new IntegrityError(
      `Reading ${what}: got ${bytes.length} bytes at offset ${offset} instead of ${length}.`,
      {
        what,
        offset,
        length,
        got: bytes.length,
      },
    );
  }
  return bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
}

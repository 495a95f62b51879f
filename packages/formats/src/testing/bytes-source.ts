// A ByteSource over bytes in memory, for tests.
import type { ByteSource } from '../byte-source.ts';

/** Reads from `bytes`; every read is a fresh copy. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
  };
}

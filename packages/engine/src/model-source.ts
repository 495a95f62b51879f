// Where a model file comes from: fetched as a Blob outside the heap, verified by SHA-256, read in slices.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { IntegrityError, NetworkError, throwIfAborted } from '@longread/core';
import type { ByteSource } from '@longread/formats';
import type { CallOptions, ModelSource } from './api.ts';

export interface LoadOptions extends CallOptions {
  readonly model: ModelSource;
  readonly sha256?: string;
  readonly tokenizerJson?: string;
}

/** Bytes of file in the heap at a time. */
export const stagingBytes = 1024 * 1024;

/**
 * Fetches the file as a Blob, which browsers keep outside the JavaScript heap.
 * @throws NetworkError | AbortedError
 */
export async function fetchModel(url: string | URL, { signal, onProgress }: LoadOptions): Promise<Blob> {
  const failed = (why: string, cause?: unknown) =>
    new NetworkError(
      `The model could not be fetched from ${String(url)}: ${why}. Check the address and connection.`,
      { url: String(url) },
      { cause },
    );
  try {
    const response = await fetch(url, signal === undefined ? {} : { signal });
    if (!response.ok || response.body === null) throw failed(`HTTP status ${response.status}`);
    const total = Number(response.headers.get('content-length') ?? 0);
    const parts: Blob[] = [];
    let done = 0;
    for await (const bytes of pieces(response.body)) {
      parts.push(new Blob([bytes]));
      done += bytes.byteLength;
      onProgress?.({ phase: 'fetch', done, total, unit: 'bytes' });
    }
    return new Blob(parts);
  } catch (cause) {
    throwIfAborted(signal, 'fetch');
    throw cause instanceof NetworkError ? cause : failed('the connection failed', cause);
  }
}

/** Runs of up to `stagingBytes` of a byte stream, all in one buffer: each is good until the next is asked for. */
async function* pieces(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader({ mode: 'byob' });
  let buffer = new ArrayBuffer(stagingBytes);
  try {
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (done) return;
      yield value;
      buffer = value.buffer;
    }
  } finally {
    // Not awaited: in a worker, cancelling a Blob's stream may never settle (Chromium 156).
    void reader.cancel().catch(() => undefined);
  }
}

/** The SHA-256 of the file, hex. @throws IntegrityError when it is not `sha256` | AbortedError */
export async function verifyModel(
  blob: Blob,
  { sha256: expected, signal, onProgress }: LoadOptions,
): Promise<string> {
  const digest = sha256.create();
  let done = 0;
  for await (const bytes of pieces(blob.stream())) {
    throwIfAborted(signal, 'verify');
    digest.update(bytes);
    done += bytes.byteLength;
    onProgress?.({ phase: 'verify', done, total: blob.size, unit: 'bytes' });
  }
  const actual = bytesToHex(digest.digest());
  if (expected !== undefined && expected.toLowerCase() !== actual) {
    throw new IntegrityError(
      `The model file is not the expected one: its SHA-256 is ${actual}, expected ${expected}. Fetch it again.`,
      { actual, expected },
    );
  }
  return actual;
}

/** Random access for the parser, every read in the same buffer. */
export function byteSourceOf(blob: Blob): ByteSource {
  let buffer = new ArrayBuffer(stagingBytes);
  return {
    size: blob.size,
    read: async (offset, length) => {
      if (buffer.byteLength < length) buffer = new ArrayBuffer(length);
      const reader = blob
        .slice(offset, offset + length)
        .stream()
        .getReader({ mode: 'byob' });
      let filled = 0;
      while (filled < length) {
        const { value, done } = await reader.read(new Uint8Array(buffer, filled, length - filled));
        if (value) ({ buffer } = value);
        if (done) break;
        filled += value.byteLength;
      }
      reader.releaseLock();
      return new Uint8Array(buffer, 0, filled);
    },
  };
}

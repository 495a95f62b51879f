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
    const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> = response.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(new Blob([next.value]));
      done += next.value.byteLength;
      free(next.value);
      onProgress?.({ phase: 'fetch', done, total, unit: 'bytes' });
    }
    return new Blob(parts);
  } catch (cause) {
    throwIfAborted(signal, 'fetch');
    throw cause instanceof NetworkError ? cause : failed('the connection failed', cause);
  }
}

/** Gives a buffer's memory back now: a load passes the file's size through several times, faster than the collector comes. */
function free(bytes: Uint8Array<ArrayBuffer>): void {
  bytes.buffer.transfer(0);
}

/** The SHA-256 of the file, hex. @throws IntegrityError when it is not `sha256` | AbortedError */
export async function verifyModel(
  blob: Blob,
  { sha256: expected, signal, onProgress }: LoadOptions,
): Promise<string> {
  const digest = sha256.create();
  for (let offset = 0; offset < blob.size; offset += stagingBytes) {
    throwIfAborted(signal, 'verify');
    const bytes = await readBlob(blob, offset, stagingBytes);
    digest.update(bytes);
    free(bytes);
    const done = Math.min(offset + stagingBytes, blob.size);
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

/** Ranged reads for the parser; bytes are good until the next read. */
export function byteSourceOf(blob: Blob): ByteSource {
  let last: Uint8Array<ArrayBuffer> | undefined;
  return {
    size: blob.size,
    read: async (offset, length) => {
      if (last !== undefined) free(last);
      last = await readBlob(blob, offset, length);
      return last;
    },
  };
}

async function readBlob(blob: Blob, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
}

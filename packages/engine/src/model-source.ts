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

/** @throws NetworkError | AbortedError */
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
    let done = 0;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (bytes, controller) => {
          done += bytes.byteLength;
          onProgress?.({ phase: 'fetch', done, total, unit: 'bytes' });
          controller.enqueue(bytes);
        },
      }),
    );
    // A response's Blob is kept outside the JavaScript heap, on disk when large.
    return await new Response(counted).blob();
  } catch (cause) {
    throwIfAborted(signal, 'fetch');
    throw cause instanceof NetworkError ? cause : failed('the connection failed', cause);
  }
}

/** The SHA-256 of the file, hex. @throws IntegrityError when it is not `sha256` | AbortedError */
export async function verifyModel(
  blob: Blob,
  { sha256: expected, signal, onProgress }: LoadOptions,
): Promise<string> {
  const digest = sha256.create();
  for (let offset = 0; offset < blob.size; offset += stagingBytes) {
    throwIfAborted(signal, 'verify');
    digest.update(new Uint8Array(await blob.slice(offset, offset + stagingBytes).arrayBuffer()));
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

/** Random access for the parser. */
export function byteSourceOf(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

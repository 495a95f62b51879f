// A model file as the engine reads it: a Blob, which browsers keep outside the heap, verified by SHA-256 and read in slices.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { freeBytes, IntegrityError, throwIfAborted, type WeightKind } from '@longread/core';
import type { ByteSource, ModelHeader } from '@longread/formats';
import type { WeightsCache } from '@longread/weights-cache';
import type { CallOptions, ModelSource } from '../api.ts';

export interface LoadOptions extends CallOptions {
  readonly model: ModelSource;
  readonly hub?: string;
  readonly sha256?: string;
  readonly tokenizerJson?: string;
  readonly weights?: WeightKind | undefined;
  /** Where the files behind a URL are kept; without it they are fetched. */
  readonly cache?: WeightsCache | undefined;
  /**
   * Throws when a model of this header, in files of so many bytes together, cannot be used here: asked before its weights are fetched, or
   * read for their hash.
   */
  readonly check?: ((header: ModelHeader, sizeBytes: number) => Promise<void>) | undefined;
  /** Weights are not to be fetched: whoever asks throws from `check`. */
  readonly looksOnly?: boolean;
}

/** Bytes of file in the heap at a time. */
export const stagingBytes = 1024 * 1024;

/** How hashing reports and is cancelled. */
type HashOptions = { readonly [K in keyof CallOptions]?: CallOptions[K] | undefined };

/** The SHA-256 of the file, hex. @throws IntegrityError when it is not `sha256` | AbortedError */
export async function verifyModel(blob: Blob, options: LoadOptions): Promise<string> {
  const { sha256: expected } = options;
  const actual = await hashOf(blob, options);
  if (expected !== undefined && expected.toLowerCase() !== actual) {
    throw new IntegrityError(
      `The model file is not the expected one: its SHA-256 is ${actual}, expected ${expected}. Fetch it again.`,
      { actual, expected },
    );
  }
  return actual;
}

/** The SHA-256 of the file, hex, whatever it is expected to be. @throws AbortedError | IntegrityError when it cannot be read */
export async function hashOf(blob: Blob, { signal, onProgress }: HashOptions): Promise<string> {
  const digest = sha256.create();
  for (let offset = 0; offset < blob.size; offset += stagingBytes) {
    throwIfAborted(signal, 'verify');
    const bytes = await readBlob(blob, offset, stagingBytes);
    digest.update(bytes);
    freeBytes(bytes);
    const done = Math.min(offset + stagingBytes, blob.size);
    onProgress?.({ phase: 'verify', done, total: blob.size, unit: 'bytes' });
  }
  return bytesToHex(digest.digest());
}

/** Ranged reads for the parser; bytes are good until the next read. */
export function byteSourceOf(blob: Blob): ByteSource {
  let last: Uint8Array<ArrayBuffer> | undefined;
  return {
    size: blob.size,
    read: async (offset, length) => {
      if (last !== undefined) freeBytes(last);
      last = await readBlob(blob, offset, length);
      return last;
    },
  };
}

/** @throws IntegrityError when the file behind the Blob was deleted or changed meanwhile */
async function readBlob(blob: Blob, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
  } catch (cause) {
    throw new IntegrityError(
      `The model file could not be read at byte ${offset} (${String(cause)}): it was deleted or changed. Load the model again.`,
      { offset, length },
      { cause },
    );
  }
}

// A model file as the engine reads it: a Blob, which browsers keep outside the heap, verified by SHA-256 and read in slices.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { freeBytes, IntegrityError, InvalidInputError, throwIfAborted } from '@longread/core';
import { orderParts, type ByteSource, type ModelHeader } from '@longread/formats';
import type { WeightsCache } from '@longread/weights-cache';
import type { CallOptions, ModelSource } from '../api.ts';

export interface LoadOptions extends CallOptions {
  readonly model: ModelSource;
  readonly hub?: string;
  readonly sha256?: string;
  readonly tokenizerJson?: string;
  /** Where the file behind a URL is kept; without it the file is fetched. */
  readonly cache?: WeightsCache | undefined;
  /** Throws when a model of this header cannot be used here: asked before its weights are fetched, or read for their hash. */
  readonly check?: ((header: ModelHeader) => Promise<void>) | undefined;
}

/**
 * The file, or the parts of a model one behind the other, as they are read: a Blob of Blobs, of which nothing is copied.
 * @throws InvalidInputError (none) | ModelFormatError (not the parts of one model)
 */
export async function joinFiles(model: Blob | readonly Blob[]): Promise<Blob> {
  const files: readonly Blob[] = model instanceof Blob ? [model] : model;
  const [first] = files;
  if (first === undefined)
    throw new InvalidInputError('There is no model among no files. Give one.', { files: 0 });
  if (files.length === 1) return first;
  const named = files.map((file, i) => ({
    name: file instanceof File ? file.name : `File ${i + 1}`,
    source: byteSourceOf(file),
  }));
  const order = await orderParts(named);
  return new Blob(order.flatMap((i) => files[i] ?? []));
}

/** Bytes of file in the heap at a time. */
export const stagingBytes = 1024 * 1024;

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
    freeBytes(bytes);
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

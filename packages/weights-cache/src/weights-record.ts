// The record of a cached model file, beside the file: what it is of, how much of it is there, and its hash once it was verified.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const shape = v.object({
  url: v.string(),
  /** As in `DownloadSource`. */
  source: v.object({ totalBytes: count, etag: v.string(), lastModified: v.string() }),
  /** Bytes that the file is known to hold. */
  storedBytes: count,
  /** Hex; empty until the whole file was verified. */
  sha256: v.pipe(v.string(), v.regex(/^([0-9a-f]{64})?$/)),
  /** Milliseconds since 1970. */
  storedAt: count,
});

export type WeightsRecord = Readonly<v.InferOutput<typeof shape>>;

export const recordPrefix = 'model/';

/** The fragment of an address is not the server's. */
export function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? url;
}

/** One name for the file and, with {@link recordPrefix}, its record: addresses may be long and hold anything. */
export function nameOf(url: string): string {
  return bytesToHex(sha256(utf8ToBytes(url)));
}

/** The record, or undefined when it is not one, or of another file than its name says. */
export function readRecord(name: string, value: unknown): WeightsRecord | undefined {
  const { success, output } = v.safeParse(shape, value, { abortEarly: true });
  return success && nameOf(output.url) === name ? output : undefined;
}

// The record of a cached model file, beside the file: what it is of, how much of it is there, and its hash once it was verified.
import { hexDigest } from '../checksum.ts';
import { Fields, RecordShapeError } from '../fields.ts';
import type { DownloadSource } from './download-source.ts';

export interface WeightsRecord {
  readonly url: string;
  readonly source: DownloadSource;
  /** Bytes that the file is known to hold. */
  readonly storedBytes: number;
  /** Hex; empty until the whole file was verified. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

export const recordPrefix = 'model/';

/** The fragment of an address is not the server's. */
export function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? url;
}

/** One name for the file and, with {@link recordPrefix}, its record: addresses may be long and hold anything. */
export function nameOf(url: string): Promise<string> {
  return hexDigest(new TextEncoder().encode(url));
}

/** The record, or undefined when it is not one, or of another file than its name says. */
export async function readRecord(name: string, value: unknown): Promise<WeightsRecord | undefined> {
  try {
    const fields = new Fields(value, 'record');
    const source = fields.object('source');
    const record: WeightsRecord = {
      url: fields.string('url'),
      source: {
        totalBytes: source.count('totalBytes'),
        etag: source.string('etag'),
        lastModified: source.string('lastModified'),
      },
      storedBytes: fields.count('storedBytes'),
      sha256: fields.string('sha256'),
      storedAt: fields.count('storedAt'),
    };
    const isWhole = /^([0-9a-f]{64})?$/.test(record.sha256) && (await nameOf(record.url)) === name;
    return isWhole ? record : undefined;
  } catch (error) {
    if (error instanceof RecordShapeError) return undefined;
    throw error;
  }
}

// Where a download goes: into a Blob, which browsers keep outside the heap and which goes with the page, or into a stored file.
import type { GrowingFile } from './files.ts';
import type { DownloadSink } from './download.ts';
import type { DownloadSource } from './download-source.ts';
import type { WeightsRecord } from './weights-record.ts';

/** Bytes between two flushes, after which the record counts what arrived. */
const checkpointBytes = 16 * 1024 * 1024;

export interface BlobSink extends DownloadSink {
  blob(): Blob;
}

export function blobSink(): BlobSink {
  let parts: Blob[] = [];
  let source: DownloadSource | undefined;
  let sizeBytes = 0;
  return {
    isKept: false,
    get source() {
      return source;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    begin: (next) => {
      [parts, source, sizeBytes] = [[], next, 0];
      return Promise.resolve();
    },
    write: (bytes) => {
      parts.push(new Blob([bytes]));
      sizeBytes += bytes.byteLength;
      return Promise.resolve();
    },
    blob: () => new Blob(parts),
  };
}

export interface FileSink extends DownloadSink {
  readonly record: WeightsRecord | undefined;
  /** Nothing is left of an earlier download. */
  readonly isFresh: boolean;
  /** Counts what arrived in the record and closes the file. */
  close(): Promise<void>;
}

/**
 * Goes on with the file that `record` counts, or anew where the file holds less than that.
 * @param keep stores a record.
 * @param reserve throws when there is no room for so many bytes.
 */
export async function fileSink(
  url: string,
  file: GrowingFile,
  stored: WeightsRecord | undefined,
  {
    keep,
    reserve,
  }: {
    readonly keep: (record: WeightsRecord) => Promise<void>;
    readonly reserve: (sizeBytes: number) => Promise<void>;
  },
): Promise<FileSink> {
  let record = stored !== undefined && file.sizeBytes >= stored.storedBytes ? stored : undefined;
  let isFresh = record === undefined;
  if (record !== undefined) await file.truncate(record.storedBytes);
  const count = async (): Promise<void> => {
    if (record === undefined || record.storedBytes === file.sizeBytes) return;
    record = { ...record, storedBytes: file.sizeBytes, storedAt: Date.now() };
    await keep(record);
  };
  return {
    isKept: true,
    get isFresh() {
      return isFresh;
    },
    get record() {
      return record;
    },
    get source() {
      return record?.source;
    },
    get sizeBytes() {
      return record === undefined ? 0 : file.sizeBytes; // what is there is overwritten once there is an answer
    },
    begin: async (source) => {
      await file.truncate(0);
      await reserve(source.totalBytes);
      isFresh = true;
      record = { url, source, storedBytes: 0, sha256: '', storedAt: Date.now() };
      await keep(record);
    },
    write: async (bytes) => {
      await file.append(bytes);
      if (file.sizeBytes - (record?.storedBytes ?? 0) < checkpointBytes) return;
      await file.flush();
      await count();
    },
    close: async () => {
      await file.close();
      await count();
    },
  };
}

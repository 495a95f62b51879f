// Model files that were fetched, kept for the next load and for all documents. Nothing that is stored is trusted: a file is opened
// and hashed at every load, and what is damaged is fetched again. A load never fails because a file cannot be kept.
import {
  AbortedError,
  DocumentInUseError,
  LongreadError,
  IntegrityError,
  ModelFormatError,
} from '@longread/core';
import { isStorageFailure, reading, type HeldLock, type StorageDriver } from '@longread/store/drivers';
import { download, type DownloadOptions } from './download.ts';
import type { WeightsFiles } from './files.ts';
import { fetchListing, type Listing } from './hub.ts';
import type { Look } from './look.ts';
import { lookAhead, lookAtParts } from './look-ahead.ts';
import type { Network } from './network.ts';
import { blobSink, fileSink, type FileSink } from './sinks.ts';
import { nameOf, readRecord, recordPrefix, withoutFragment, type WeightsRecord } from './weights-record.ts';

/** A model file in this browser's storage. */
export interface StoredModel {
  readonly url: string;
  /** What is stored of it. */
  readonly sizeBytes: number;
  /** 0 while unknown. */
  readonly totalBytes: number;
  /** Hex; empty until it is complete. */
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  /** It loads without a network; otherwise the next load goes on where the last one ended. */
  readonly complete: boolean;
}

export interface LoadWeightsOptions<T> extends DownloadOptions {
  /** A stored file of another hash than this is fetched again. */
  readonly sha256?: string | undefined;
  /** Reads, verifies and understands the file. IntegrityError and ModelFormatError say that it is not to be kept. */
  readonly open: (file: Blob) => Promise<T>;
}

export interface WeightsCache {
  /**
   * What `open` makes of the file at `url`: of the stored one without asking the network, or of a download, which is stored. While
   * another tab loads the same file this waits for it.
   * @throws NetworkError | AbortedError | what `open` throws
   */
  load<T extends { readonly sha256: string }>(url: string, options: LoadWeightsOptions<T>): Promise<T>;
  /** Lets `look` see the beginnings of the parts of a model before any is fetched, unless all are stored. @throws what `look` throws | AbortedError */
  lookAt(urls: readonly string[], look: Look, signal?: AbortSignal): Promise<void>;
  /** What a hub answers to a request for a list of files, over the network that files come from. */
  listHub(url: string, signal?: AbortSignal): Promise<Listing>;
  list(): Promise<readonly StoredModel[]>;
  /** Frees its space at once. @throws DocumentInUseError while it is being loaded */
  delete(url: string): Promise<void>;
  close(): void;
}

/** Loads a file that is not to be stored. @throws NetworkError | AbortedError | what `open` throws */
export async function loadOnce<T>(url: string, network: Network, options: LoadWeightsOptions<T>): Promise<T> {
  const sink = blobSink();
  await download(url, sink, network, options, await lookAhead(url, sink, network, options));
  return options.open(sink.blob());
}

export function createWeightsCache(
  storage: StorageDriver,
  files: WeightsFiles,
  network: Network,
): WeightsCache {
  const { records } = storage;
  const find = async (name: string): Promise<WeightsRecord | undefined> =>
    readRecord(name, (await records.get([recordPrefix + name]))[0]);
  const keep = async (name: string, record: WeightsRecord): Promise<void> =>
    records.write({ puts: [[recordPrefix + name, record]] });
  const remove = async (name: string): Promise<void> => {
    await files.delete(name);
    await records.write({ deletes: [recordPrefix + name] });
  };
  const reserve = async (sizeBytes: number): Promise<void> => {
    const { usedBytes, quotaBytes } = await storage.estimate();
    if (quotaBytes > 0 && usedBytes + sizeBytes > quotaBytes)
      throw new DOMException(`${sizeBytes} bytes do not fit`, 'QuotaExceededError');
  };

  /** Fetches what is missing of the file. */
  async function complete(
    name: string,
    url: string,
    stored: WeightsRecord | undefined,
    options: DownloadOptions,
  ): Promise<FileSink> {
    const file = await files.open(name);
    let sink: FileSink | undefined;
    try {
      sink = await fileSink(url, file, stored, { keep: (record) => keep(name, record), reserve });
      await download(url, sink, network, options, await lookAhead(url, sink, network, options));
      return sink;
    } finally {
      await (sink ?? file).close();
    }
  }

  /** Of what was no model from its first bytes on, not even the record stays. */
  const refuse =
    (name: string) =>
    async (error: unknown): Promise<never> => {
      if (error instanceof ModelFormatError) await remove(name);
      throw error;
    };

  async function loadStored<T extends { readonly sha256: string }>(
    name: string,
    url: string,
    options: LoadWeightsOptions<T>,
  ): Promise<T> {
    const expected = options.sha256?.toLowerCase();
    for (;;) {
      const found = await find(name);
      const isOther = expected !== undefined && found !== undefined && ![expected, ''].includes(found.sha256);
      const stored = isOther ? undefined : found;
      const isComplete = stored !== undefined && stored.sha256 !== '';
      const sink = isComplete ? undefined : await complete(name, url, stored, options).catch(refuse(name));
      const record = sink ? sink.record : stored;
      try {
        const file = await files.read(name);
        if (record === undefined || file?.size !== record.storedBytes)
          throw new IntegrityError(`The stored file of ${url} is not whole. Load the model again.`, { url });
        const opened = await options.open(file);
        if (sink) await keep(name, { ...record, sha256: opened.sha256 });
        else if (opened.sha256 !== record.sha256)
          throw new IntegrityError(`The stored file of ${url} was altered. Load the model again.`, { url });
        return opened;
      } catch (error) {
        const isBad = error instanceof LongreadError && ['Integrity', 'ModelFormat'].includes(error.code);
        if (!isBad) throw error;
        await remove(name);
        if (sink?.isFresh === true) throw error; // anew it would be the same
      }
    }
  }

  const lock = (name: string, wait: boolean, signal?: AbortSignal): Promise<HeldLock | undefined> =>
    storage.locks.acquire(name, { mode: 'exclusive', wait, signal }).catch((cause: unknown) => {
      if (signal?.aborted) throw new AbortedError('Cancelled during fetch.', { during: 'fetch' }, { cause });
      throw cause;
    });

  return {
    load: async (address, options) => {
      const url = withoutFragment(address);
      const name = nameOf(url);
      let held: HeldLock | undefined;
      try {
        held = await lock(name, true, options.signal);
        return await loadStored(name, url, options);
      } catch (error) {
        if (!isStorageFailure(error)) throw error;
        if (error.name === 'QuotaExceededError') await remove(name).catch(() => undefined);
      } finally {
        held?.release();
      }
      return loadOnce(url, network, options);
    },
    lookAt: async (urls, look, signal) => {
      const found = await Promise.all(urls.map((url) => find(nameOf(withoutFragment(url)))));
      if (found.every((record) => record !== undefined && record.sha256 !== '')) return;
      await lookAtParts(urls, network, { look, signal });
    },
    listHub: (url, signal) => fetchListing(url, network, signal),
    list: () =>
      reading(storage, async () => {
        const entries = await records.entries(recordPrefix);
        return entries.flatMap(([key, value]) => {
          const record = readRecord(key.slice(recordPrefix.length), value);
          return record ? [describe(record)] : [];
        });
      }),
    delete: async (url) => {
      const name = nameOf(withoutFragment(url));
      const held = await lock(name, false);
      if (held === undefined)
        throw new DocumentInUseError(
          `The model at ${url} is being loaded in this tab or another one. Wait until that is done, or cancel it there.`,
          { url },
        );
      try {
        await reading(storage, () => remove(name));
      } finally {
        held.release();
      }
    },
    close: () => storage.close(),
  };
}

function describe({ url, source, storedBytes, sha256, storedAt }: WeightsRecord): StoredModel {
  const { totalBytes } = source;
  return { url, sizeBytes: storedBytes, totalBytes, sha256, storedAt, complete: sha256 !== '' };
}

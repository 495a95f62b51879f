// Downloads a model file to disk, and stops when what comes is no model.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebReadableStream } from 'node:stream/web';
import type { OnSetUp } from '@longread/command';
import { NetworkError, statusMeaning } from '@longread/core';
import { naming } from './open-model.ts';
import { watchModel } from './watch.ts';

/** A server that sends nothing for so long counts as gone. */
const stalledMs = 60_000;

/**
 * Downloads `url` to the end of the file at `path`.
 * @param watch passes the bytes on and looks at them; `totalBytes` is 0 while unknown. Of a whole model file by default.
 * @throws ModelFormatError (no model) | NetworkError (status, silence) | what the network throws
 */
export async function fetchUrl(
  url: URL | string,
  path: string,
  onSetUp: OnSetUp,
  watch: (pieces: AsyncIterable<Uint8Array>, totalBytes: number) => AsyncIterable<Uint8Array> = watchModel,
): Promise<void> {
  const address = url.toString();
  const message = `Downloading ${address}`;
  onSetUp({ message });
  const silence = new AbortController();
  const timer = setTimeout(() => {
    const said = `${address} sent nothing for ${stalledMs / 1000} s. Try again, or download it by other means.`;
    silence.abort(new NetworkError(said, { url: address }));
  }, stalledMs);
  try {
    const response = await fetch(url, { signal: silence.signal });
    const { status, statusText, headers } = response;
    if (!response.ok || response.body === null) {
      const meaning = statusMeaning(status) || 'check the address';
      const said = `${address} answered ${`${status} ${statusText}`.trim()}: ${meaning}.`;
      throw new NetworkError(said, { url: address, status });
    }
    // The length of a compressed body is not the file's.
    const total = headers.has('content-encoding') ? 0 : Number(headers.get('content-length') ?? 0);
    let done = 0;
    const body: AsyncIterable<Uint8Array> = Readable.fromWeb(response.body as WebReadableStream<Uint8Array>);
    async function* counted(): AsyncIterable<Uint8Array> {
      for await (const bytes of body) {
        timer.refresh();
        done += bytes.byteLength;
        onSetUp({ message, done, total });
        yield bytes;
      }
    }
    await pipeline(watch(counted(), total), createWriteStream(path, { flags: 'a' })).catch(naming(address));
  } finally {
    clearTimeout(timer);
  }
}

// Looks at the beginning of what is about to be downloaded, so that what cannot be used is refused before it is waited for.
import { freeBytes, throwIfAborted } from '@longread/core';
import { BrokenConnection } from './body-pieces.ts';
import type { DownloadOptions, DownloadSink } from './download.ts';
import { hasValidator } from './download-source.ts';
import type { Look, LookedAt } from './look.ts';
import type { Network } from './network.ts';
import { openRemoteHead, type RemoteHead } from './remote-head.ts';

/** Headers end before; behind, a look would be a download. */
const maxBytes = 96 * 1024 * 1024;

/** Bytes that tell a web page from a model. */
const headBytes = 4096;

/** Behind the beginning. Nothing is said of the file then: opening it later says it. */
class NotYetError extends Error {}

/**
 * Lets `look` see the file at `url`, and leaves in `sink` what was read of it. A network that fails is no matter of a look: the download
 * tells of it.
 * @returns the answer that the download begins with, where the server gives no ranges
 * @throws what `look` and `checkHead` throw | AbortedError
 */
export async function lookAhead(
  url: string,
  sink: DownloadSink,
  network: Network,
  { signal, checkHead, look, onProgress }: DownloadOptions,
): Promise<Response | undefined> {
  if (look === undefined || sink.sizeBytes > 0) return undefined;
  let head: RemoteHead | undefined;
  try {
    const opened = await openRemoteHead(url, network, signal, onProgress);
    if ('answer' in opened) return opened.answer;
    head = opened;
    checkHead?.(await head.first(headBytes));
    const file = joined([head]);
    await look(file, [file]).catch(unlessNotYet);
    const rest = head.rest();
    if (rest !== undefined) return rest;
    await keep(head, sink);
    return undefined;
  } catch (error) {
    head?.close();
    const isBroken = error instanceof BrokenConnection || signal?.aborted === true;
    if (!isBroken) throw error;
    if (head && head.bytes.length >= headBytes) await keep(head, sink); // what was cut goes on from there
    throwIfAborted(signal, 'fetch');
    return undefined;
  }
}

/** What was read of the file is the beginning of its download, where later bytes can be told to be of the same file. */
async function keep(head: RemoteHead, sink: DownloadSink): Promise<void> {
  head.close();
  if (!hasValidator(head.source)) return;
  const bytes = head.bytes.slice();
  await sink.begin(head.source);
  await sink.write(bytes);
  freeBytes(bytes);
}

/**
 * Lets `look` see the files at `urls`: the parts of a model. Of them nothing is kept.
 * @throws what `look` throws | AbortedError
 */
export async function lookAtParts(
  urls: readonly string[],
  network: Network,
  { signal, look }: Pick<DownloadOptions, 'signal'> & { readonly look: Look },
): Promise<void> {
  const heads: RemoteHead[] = [];
  try {
    for (const url of urls) {
      const opened = await openRemoteHead(url, network, signal);
      if ('answer' in opened) {
        await opened.answer.body?.cancel();
        return; // the download says what it is, or how long
      }
      heads.push(opened);
    }
    await look(
      joined(heads),
      heads.map((head) => joined([head])),
    ).catch(unlessNotYet);
  } catch (error) {
    throwIfAborted(signal, 'fetch');
    if (!(error instanceof BrokenConnection)) throw error;
  } finally {
    heads.forEach((head) => head.close());
  }
}

function joined(heads: readonly RemoteHead[]): LookedAt {
  return {
    size: heads.reduce((sum, { source }) => sum + source.totalBytes, 0),
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      let done = 0;
      let start = 0;
      for (const head of heads) {
        const { totalBytes } = head.source;
        const from = offset + done - start;
        const to = Math.min(offset + length - start, totalBytes);
        if (from < to) {
          if (to > maxBytes) throw new NotYetError();
          bytes.set((await head.first(to)).subarray(from), done);
          done += to - from;
        }
        start += totalBytes;
      }
      if (done < length) throw new NotYetError();
      return bytes;
    },
  };
}

function unlessNotYet(error: unknown): void {
  if (!(error instanceof NotYetError)) throw error;
}

// Downloads over one connection and over several, by a clock that the server moves: each connection has its rate, and all have one.
import { expect, test } from 'vitest';
import { download, type DownloadSink } from './download.ts';
import type { DownloadSource } from './download-source.ts';

const mebibyte = 1024 * 1024;
const sizeBytes = 160 * mebibyte;
const url = 'https://models.example/model.gguf';
/** A MiB of the file: every piece of it is one. */
const pieceAt = (at: number) => new Uint8Array(mebibyte).fill((at / mebibyte) & 255);

interface Rates {
  /** MiB a second of each connection, and of all. */
  readonly each: number;
  readonly all: number;
  /** Connections, counted from 1, that break at once. */
  readonly broken?: readonly number[];
}

/** Connections that are under way share the clock: a piece takes as long as it would with the others beside it. */
function throttled({ each, all, broken = [] }: Rates) {
  const asked: string[] = [];
  let numOpen = 0;
  let mostOpen = 0;
  let now = 0;
  const fetch = (_: string, { headers, signal }: RequestInit) => {
    const range = (headers as Record<string, string>).Range ?? '';
    asked.push(range);
    const isBroken = broken.includes(asked.length);
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
    let at = Number(first);
    const end = last === '' ? sizeBytes : Number(last) + 1;
    mostOpen = Math.max(mostOpen, ++numOpen);
    let isOpen = true;
    const close = () => {
      if (isOpen) numOpen--;
      isOpen = false;
    };
    signal?.addEventListener('abort', close);
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: (controller) => {
          if (isBroken) controller.error(new TypeError('cut'));
          else if (at < end) {
            now += 1000 / Math.min(each * numOpen, all);
            controller.enqueue(pieceAt(at));
            at += mebibyte;
          } else controller.close();
          if (at >= end || isBroken) close();
        },
        cancel: close,
      },
      { highWaterMark: 0 },
    );
    const given = {
      etag: '"a"',
      'content-length': String(end - at),
      'content-range': `bytes ${at}-${end - 1}/${sizeBytes}`,
    };
    return Promise.resolve(new Response(body, { status: 206, headers: given }));
  };
  return {
    asked,
    network: { fetch, wait: () => Promise.resolve(), now: () => now },
    seconds: () => now / 1000,
    mostOpen: () => mostOpen,
  };
}

/** A sink that holds a MiB already, and looks at what comes instead of keeping it. */
function sinkAfter(source: DownloadSource) {
  let at = mebibyte;
  const sink: DownloadSink = {
    source,
    get sizeBytes() {
      return at;
    },
    isKept: true,
    begin: () => Promise.reject(new Error('begun anew')),
    write: (bytes) => {
      for (let i = 0; i < bytes.length; i += mebibyte)
        if (bytes[i] !== (((at + i) / mebibyte) & 255)) throw new Error(`another byte at ${at + i}`);
      at += bytes.length;
      return Promise.resolve();
    },
  };
  return sink;
}

async function run(rates: Rates) {
  const server = throttled(rates);
  const sink = sinkAfter({ totalBytes: sizeBytes, etag: '"a"', lastModified: '' });
  await download(url, sink, server.network, {});
  expect(sink.sizeBytes).toBe(sizeBytes);
  return server;
}

test('several connections stay where each is held back', async () => {
  const { asked, mostOpen, seconds } = await run({ each: 5, all: 100 });
  expect(mostOpen()).toBeGreaterThanOrEqual(4);
  // One for the first 16 MiB, then segments of 4 MiB to the end.
  expect(asked).toHaveLength(1 + Math.ceil((160 - 1 - 16) / 4));
  expect(seconds()).toBeLessThan(0.6 * (159 / 5));
});

test('one is gone back to where all share a rate', async () => {
  const { asked } = await run({ each: 5, all: 5 });
  expect(asked[0]).toBe(`bytes=${mebibyte}-`);
  expect(asked.at(-1)).toMatch(/^bytes=\d+-$/);
  expect(asked.length).toBeLessThan(12);
});

test('a break among several goes on with one', async () => {
  const { asked } = await run({ each: 5, all: 100, broken: [4] });
  expect(asked.at(-1)).toMatch(/^bytes=\d+-$/);
  expect(asked.length).toBeLessThan(10);
});

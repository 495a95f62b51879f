// What is looked at before a download, over servers that give ranges and such that give none.
import { ModelFormatError } from '@longread/core';
import { describe, expect, test } from 'vitest';
import { download } from './download.ts';
import { lookAhead, lookAtParts } from './look-ahead.ts';
import type { Look } from './look.ts';
import { blobSink } from './sinks.ts';
import { fakeServer, withHeaders, type FakeServer } from './testing/fake-server.ts';

const url = 'https://models.example/model.gguf';
const mebibyte = 1024 * 1024;
const content = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);
const big = content(3 * mebibyte);

/** What `toEqual` takes seconds for. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** How a server answers: by ranges, or with the whole file whatever is asked, or hiding from scripts what a range is of. */
const kinds = {
  ranges: (server: FakeServer) => server,
  'no ranges': (server: FakeServer) => {
    server.answer = (response, from) =>
      from > 0 ? response : withHeaders(new Response(bodyOf(server), response), whole(server), 200);
    return server;
  },
  'hidden ranges': (server: FakeServer) => {
    server.answer = (response) =>
      response.status === 206 ? withHeaders(response, { 'content-range': null, etag: null }) : response;
    return server;
  },
};
const bodyOf = ({ content }: FakeServer) => new Blob([content]).stream();
const whole = ({ content }: FakeServer) => ({
  'content-length': String(content.length),
  'content-range': null,
});

async function run(server: FakeServer, look: Look, checkHead?: (head: Uint8Array) => void) {
  const sink = blobSink();
  const options = { look, checkHead };
  const first = await lookAhead(url, sink, server, options);
  const lookedBytes = sink.sizeBytes;
  await download(url, sink, server, options, first);
  return { bytes: new Uint8Array(await sink.blob().arrayBuffer()), lookedBytes };
}

describe.each(Object.entries(kinds))('a server with %s', (kind, make) => {
  test.each([100, mebibyte, 3 * mebibyte - 5])(
    'gives a file of %i bytes, looked at first',
    async (length) => {
      const server = make(fakeServer(big.slice(0, length)));
      const { bytes } = await run(server, async ({ size, read }) => {
        expect(size).toBe(length);
        const wanted = Math.min(length, 2 * mebibyte);
        expect(await read(0, 10)).toEqual(server.content.slice(0, 10));
        expect(isSame(await read(0, wanted), server.content.slice(0, wanted))).toBe(true);
        expect(isSame(await read(wanted - 4, 4), server.content.slice(wanted - 4, wanted))).toBe(true);
      });
      expect(isSame(bytes, server.content)).toBe(true);
    },
  );

  test('keeps nothing of what is refused, and asks for nothing more', async () => {
    const server = make(fakeServer(big));
    const sink = blobSink();
    const look = () => Promise.reject(new ModelFormatError('another kind'));
    await expect(lookAhead(url, sink, server, { look })).rejects.toMatchObject({ code: 'ModelFormat' });
    expect([sink.sizeBytes, sink.source]).toEqual([0, undefined]);
    expect(server.requests).toEqual(
      kind === 'hidden ranges' ? [`bytes=0-${mebibyte - 1}`, ''] : [`bytes=0-${mebibyte - 1}`],
    );
  });
});

test('what was looked at is not asked for again', async () => {
  const server = fakeServer(big);
  const { lookedBytes, bytes } = await run(server, async ({ read }) => {
    await read(0, 2 * mebibyte);
  });
  expect(isSame(bytes, server.content)).toBe(true);
  expect(lookedBytes).toBe(2 * mebibyte);
  expect(server.requests).toEqual([
    `bytes=0-${mebibyte - 1}`,
    `bytes=${mebibyte}-${2 * mebibyte - 1}`,
    `bytes=${2 * mebibyte}-`,
  ]);
  const plain = kinds['no ranges'](fakeServer(big));
  await run(plain, async ({ read }) => {
    await read(0, 2 * mebibyte);
  });
  expect(plain.requests).toHaveLength(1);
});

test('a web page ends the look with its first bytes', async () => {
  const server = kinds['no ranges'](fakeServer(big));
  const look = () => Promise.reject(new Error('never'));
  const page = () => {
    throw new ModelFormatError('a web page');
  };
  await expect(run(server, look, page)).rejects.toMatchObject({ code: 'ModelFormat' });
});

test('a file that changes between look and download is fetched whole', async () => {
  const server = fakeServer(big);
  const { bytes } = await run(server, async ({ read }) => {
    await read(0, 100);
    server.content = content(2 * mebibyte, 2);
    server.etag = '"two"';
  });
  expect(isSame(bytes, content(2 * mebibyte, 2))).toBe(true);
});

test.each<[string, (server: FakeServer) => void]>([
  [
    'changes while it is looked at',
    (server) => (server.etag = server.requests.length > 0 ? '"two"' : '"one"'),
  ],
  [
    'cannot be reached for the look',
    (server) => (server.answer = (r) => (server.requests.length === 2 ? undefined : r)),
  ],
])('a file that %s is downloaded without', async (_, spoil) => {
  const server = fakeServer(big);
  let looked = false;
  const { bytes } = await run(server, async ({ read }) => {
    await read(0, 4);
    spoil(server);
    await read(0, 2 * mebibyte);
    looked = true;
  });
  expect(isSame(bytes, server.content)).toBe(true);
  expect(looked).toBe(false);
});

test.each([
  ['is compressed', { 'content-encoding': 'gzip' }],
  ['has no length', { 'content-length': null }],
])('an answer that %s is not looked at, and asked for once', async (_, headers) => {
  const server = kinds['no ranges'](fakeServer(content(100)));
  const { answer } = server;
  server.answer = (response, from) => {
    const plain = answer(response, from);
    return plain && withHeaders(plain, headers);
  };
  const { bytes } = await run(server, () => Promise.reject(new Error('never')));
  expect(isSame(bytes, server.content)).toBe(true);
  expect(server.requests).toHaveLength(1);
});

test('a refusal of the server is the one answer there is', async () => {
  const server = fakeServer(content(100));
  server.answer = () => new Response('no', { status: 404 });
  await expect(run(server, () => Promise.resolve())).rejects.toMatchObject({
    code: 'Network',
    details: { status: 404 },
  });
  expect(server.requests).toHaveLength(1);
});

test('a look that wants what is far behind is none', async () => {
  const server = fakeServer(content(100));
  const { bytes } = await run(server, async ({ read }) => {
    await read(90, 20);
  });
  expect(isSame(bytes, server.content)).toBe(true);
});

test('parts are looked at one behind the other, and nothing of them is kept', async () => {
  const parts = [big, content(10, 2), content(50, 3)];
  const servers = parts.map((part) => fakeServer(part));
  const network = {
    fetch: (address: string, init: RequestInit) =>
      servers[Number(address)]?.fetch(address, init) ?? Promise.reject(new TypeError('none')),
    wait: () => Promise.resolve(),
  };
  const seen: number[] = [];
  await lookAtParts(['0', '1', '2'], network, {
    look: async ({ size, read }) => {
      expect(size).toBe(3 * mebibyte + 60);
      seen.push(
        ...(await read(3, 2)),
        ...(await read(3 * mebibyte, 2)),
        ...(await read(3 * mebibyte + 10, 2)),
      );
    },
  });
  const expected = [...content(5).slice(3), ...content(2, 2), ...content(2, 3)];
  expect(seen).toEqual(expected);
  expect(servers.map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
});

test('what a cut look has read is not asked for again', async () => {
  const server = fakeServer(big);
  server.breaks = [mebibyte / 2];
  const progress: number[] = [];
  const sink = blobSink();
  const look: Look = async ({ read }) => {
    await read(0, mebibyte);
  };
  const onProgress = ({ done, total }: { done: number; total: number }) => void progress.push(done / total);
  await download(url, sink, server, {}, await lookAhead(url, sink, server, { look, onProgress }));
  expect(server.requests).toEqual([`bytes=0-${mebibyte - 1}`, `bytes=${mebibyte / 2}-`]);
  expect(progress.at(-1)).toBe(1 / 6);
  expect(isSame(new Uint8Array(await sink.blob().arrayBuffer()), big)).toBe(true);
});

test('a cancelled look is cancelled', async () => {
  const controller = new AbortController();
  const server = fakeServer(big);
  const look: Look = async ({ read }) => {
    controller.abort();
    await read(0, 2 * mebibyte);
  };
  const looking = lookAhead(url, blobSink(), server, { look, signal: controller.signal });
  await expect(looking).rejects.toMatchObject({ code: 'Aborted' });
});

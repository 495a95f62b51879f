// Downloads over a network that breaks: the sink holds the server's file or the error says what came.
import { ModelFormatError } from '@longread/core';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { fakeServer, withHeaders } from './testing/fake-server.ts';
import { download } from './download.ts';
import { blobSink } from './sinks.ts';

const url = 'https://models.example/model.gguf';
const content = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);

function bench(length = 100, checkHead?: (head: Uint8Array) => void) {
  const server = fakeServer(content(length));
  const sink = blobSink();
  return {
    server,
    sink,
    run: (signal?: AbortSignal, onProgress?: (progress: { done: number; total: number }) => void) =>
      download(url, sink, server, { signal, onProgress, checkHead }),
    received: async () => new Uint8Array(await sink.blob().arrayBuffer()),
  };
}

describe('the first bytes', () => {
  const refuse = () => {
    throw new ModelFormatError('a web page');
  };

  test('are looked at once, 4 KiB of them, before any is kept', async () => {
    const heads: number[] = [];
    const { server, sink, run, received } = bench(10_000, (head) => {
      expect(sink.sizeBytes).toBe(0);
      expect(head.slice(0, 4096)).toEqual(server.content.slice(0, 4096));
      heads.push(head.length);
    });
    await run();
    expect(await received()).toEqual(server.content);
    expect(heads).toEqual([4102]); // pieces have 7 bytes
  });

  test('of a smaller file are all of it', async () => {
    const { run } = bench(100, (head) => expect(head).toHaveLength(100));
    await run();
    expect.assertions(1);
  });

  test('of something else end the download at once, whatever else would come', async () => {
    const { server, sink, run } = bench(1_000_000, refuse);
    let cancelled = false;
    server.answer = (response) =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(server.content.slice(0, 5000)),
          cancel: () => void (cancelled = true),
        }),
        { headers: response.headers },
      );
    await expect(run()).rejects.toMatchObject({ code: 'ModelFormat' });
    expect([cancelled, sink.sizeBytes, server.requests.length]).toEqual([true, 0, 1]);
  });

  test('of something else are told when the connection breaks after them', async () => {
    const { server, run } = bench(100, refuse);
    server.breaks = [30];
    await expect(run()).rejects.toMatchObject({ code: 'ModelFormat' });
    expect(server.requests).toHaveLength(1);
  });

  test('were looked at when the download goes on', async () => {
    let looks = 0;
    const { server, run, received } = bench(10_000, () => {
      looks++;
    });
    server.breaks = [7000];
    await run();
    expect(await received()).toEqual(server.content);
    expect(server.requests).toEqual(['', 'bytes=7000-']);
    expect(looks).toBe(1);
  });
});

test.for([true, false])('no copy of the browser is taken for the file (kept: %s)', async (isKept) => {
  const { server, sink } = bench();
  const caches: unknown[] = [];
  const watching = {
    ...server,
    fetch: (to: string, init: RequestInit) => (caches.push(init.cache), server.fetch(to, init)),
  };
  await download(url, Object.assign(sink, { isKept }), watching, {});
  expect(caches).toEqual([isKept ? 'no-store' : 'no-cache']);
});

describe('a download', () => {
  test('asks for the file as a whole first', async () => {
    const { server, run, received } = bench();
    const progress: number[] = [];
    await run(undefined, ({ done, total }) => progress.push(done / total));
    expect(await received()).toEqual(server.content);
    expect(server.requests).toEqual(['']);
    expect(progress.at(-1)).toBe(1);
  });

  test('goes on by range where the connection broke, and waits longer each time', async () => {
    const { server, run, received } = bench();
    server.breaks = [30, 0, 21];
    await run();
    expect(await received()).toEqual(server.content);
    expect(server.requests).toEqual(['', 'bytes=30-', 'bytes=30-', 'bytes=51-']);
    expect(server.waits).toEqual([500, 1000, 2000]);
  });

  test('gives the same bytes whatever breaks, ranges refused or not', async () => {
    const lengths = fc.integer({ min: 1, max: 200 });
    const breaks = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 5 });
    const kinds = fc.constantFrom('ranges', 'no ranges', 'no validator', 'hidden headers', 'no length');
    await fc.assert(
      fc.asyncProperty(lengths, breaks, kinds, async (length, cuts, kind) => {
        const { server, run, received } = bench(length);
        server.breaks = cuts;
        if (kind === 'no ranges')
          server.answer = (response, from) =>
            from > 0 ? new Response(server.content.slice(), { headers: { etag: '"one"' } }) : response;
        if (kind === 'no validator') server.answer = (response) => withHeaders(response, { etag: null });
        if (kind === 'hidden headers')
          server.answer = (response) =>
            withHeaders(response, { etag: null, 'content-range': null, 'last-modified': 'Mon' });
        if (kind === 'no length')
          server.answer = (response) => withHeaders(response, { 'content-length': null });
        await run();
        expect(await received()).toEqual(server.content);
      }),
    );
  });

  test.for([
    ['the ETag changed', { etag: '"two"' }, 206],
    ['the range is another', { 'content-range': 'bytes 29-99/100' }, 206],
    ['the length is another', { 'content-range': 'bytes 30-100/101' }, 206],
    ['the range makes no sense', { 'content-range': 'bytes *-30' }, 206],
    ['the rest is compressed', { 'content-encoding': 'gzip' }, 206],
    ['the range is refused', {}, 416],
  ] as const)('begins anew when %s', async ([, headers, status]) => {
    const { server, run, received } = bench();
    server.breaks = [30];
    server.answer = (response, from) => (from > 0 ? withHeaders(response, headers, status) : response);
    await run();
    expect(await received()).toEqual(server.content);
    expect(server.requests).toEqual(['', 'bytes=30-', '']);
  });

  test('begins anew when the whole file is sent instead of the range', async () => {
    const { server, run, received } = bench();
    server.breaks = [30];
    server.answer = (response, from) =>
      from > 0 ? new Response(content(50, 2), { headers: { 'content-length': '50' } }) : response;
    await run();
    expect(await received()).toEqual(content(50, 2));
  });

  test('ends after connections that bring nothing, and says how far it came', async () => {
    const { server, run } = bench();
    server.breaks = [30, 0, 0, 0, 0, 0, 0, 0];
    const error = await run().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'Network', details: { receivedBytes: 30, totalBytes: 100 } });
    expect(server.waits).toHaveLength(5);
  });

  test('ends although every connection begins anew', async () => {
    const { server, run } = bench();
    server.etag = '';
    server.breaks = Array.from({ length: 50 }, () => 30);
    await expect(run()).rejects.toMatchObject({ code: 'Network' });
    expect(server.requests).toHaveLength(6);
  });

  test.for([500, 429])('tries again when the server answers %i in between', async (status) => {
    const { server, run, received } = bench();
    server.breaks = [30];
    server.answer = (response) =>
      server.requests.length === 2 ? new Response('busy', { status }) : response;
    await run();
    expect(await received()).toEqual(server.content);
  });

  test.for([404, 500, 206])('fails at once when the first answer has status %i', async (status) => {
    const { server, run } = bench();
    server.answer = (response) => withHeaders(response, {}, status);
    const error = await run().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'Network' });
    expect((error as Error).message).toContain(`HTTP status ${status}`);
    expect(server.waits).toEqual([]);
  });

  test.for([404, 410])('of what may be absent is empty when the answer has status %i', async (status) => {
    const { server, sink, received } = bench();
    server.answer = (response) => withHeaders(response, {}, status);
    await download(url, sink, server, { mayBeAbsent: true });
    expect(await received()).toHaveLength(0);
    server.answer = (response) => withHeaders(response, {}, 403);
    await expect(download(url, blobSink(), server, { mayBeAbsent: true })).rejects.toMatchObject({
      code: 'Network',
    });
  });

  test('fails at once when there is no first answer', async () => {
    const { server, run } = bench();
    server.answer = () => undefined;
    await expect(run()).rejects.toMatchObject({ code: 'Network', details: { receivedBytes: 0 } });
    expect(server.requests).toHaveLength(1);
  });

  test('that the sink does not take ends the connection', async () => {
    const { server, sink, run } = bench();
    let isCancelled = false;
    server.answer = () => new Response(new ReadableStream({ cancel: () => void (isCancelled = true) }));
    sink.begin = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    await expect(run()).rejects.toMatchObject({ name: 'QuotaExceededError' });
    expect(isCancelled).toBe(true);
  });

  test('longer than announced is an IntegrityError', async () => {
    const { server, run } = bench();
    server.answer = (response) => withHeaders(response, { 'content-length': '90' });
    await expect(run()).rejects.toMatchObject({ code: 'Integrity', details: { totalBytes: 90 } });
  });

  test('shorter than announced is asked for the rest, and fails when there is none', async () => {
    const { server, run } = bench();
    server.answer = (response, from) =>
      from === 0 ? withHeaders(response, { 'content-length': '110' }) : response;
    await expect(run()).rejects.toMatchObject({
      code: 'Network',
      details: { receivedBytes: 100, totalBytes: 110 },
    });
  });

  test('that brings nothing for half a minute goes on with another connection', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { server, run, received } = bench();
      server.answer = (response, from) => {
        if (from > 0) return response;
        const first = server.content.slice(0, 30);
        const stalling = new ReadableStream({ start: (controller) => controller.enqueue(first) });
        return new Response(stalling, response);
      };
      await run(undefined, () => void vi.advanceTimersByTimeAsync(30_000));
      expect(await received()).toEqual(server.content);
      expect(server.requests).toEqual(['', 'bytes=30-']);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('stops when it is cancelled, while receiving and while waiting', async () => {
    const receiving = bench();
    const first = new AbortController();
    await expect(receiving.run(first.signal, () => first.abort())).rejects.toMatchObject({
      code: 'Aborted',
    });
    expect(receiving.sink.sizeBytes).toBeLessThan(20);
    const waiting = bench();
    const second = new AbortController();
    waiting.server.breaks = [30];
    waiting.server.wait = () => {
      second.abort();
      return Promise.resolve();
    };
    await expect(waiting.run(second.signal)).rejects.toMatchObject({ code: 'Aborted' });
    expect(waiting.server.requests).toHaveLength(1);
  });
});

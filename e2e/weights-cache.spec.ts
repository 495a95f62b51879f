// The weights cache in a real browser and worker, against a server of another origin that cuts connections.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tinyLlama } from '@longread/formats/testing';
import { defaultModelPath } from '@longread/models';
import { expect, openBench, test } from './fixtures.ts';

const MiB = 1024 * 1024;
const model = tinyLlama(7);
/** What is asked for first; a server that gives no such range sends all. */
const head = 'bytes=0-1048575';
const modelSha256 = createHash('sha256').update(model).digest('hex');

/** Serves the model with ranges; scripts of other origins may read it, but not its ETag or Content-Range. */
async function serveModel() {
  const state = {
    content: model as Uint8Array,
    /** `Range` of each request, empty for none. */
    requests: [] as string[],
    /** Bytes of the body after which the next connections are cut. */
    cuts: [] as number[],
    /** They go on byte by byte instead. */
    isTrickling: false,
  };
  const server = createServer((request, response) => {
    const { range = '' } = request.headers;
    const { content, requests, cuts } = state;
    requests.push(range);
    const from = Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0);
    const rest = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'Access-Control-Allow-Origin': '*',
      'Content-Length': rest.length,
      ETag: '"tiny"',
      'Last-Modified': 'Tue, 24 Nov 2026 12:00:00 GMT',
      ...(from > 0 && { 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    const cut = cuts.shift();
    if (cut === undefined) response.end(rest);
    else
      response.write(rest.subarray(0, cut), () => {
        if (state.isTrickling) {
          let at = cut;
          const trickle = setInterval(() => response.write(rest.subarray(at, ++at)), 100);
          response.on('close', () => clearInterval(trickle));
        } else setTimeout(() => request.socket.destroy(), 300);
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.gguf`;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return Object.assign(state, { url, close });
}

const withModel = test.extend<{ server: Awaited<ReturnType<typeof serveModel>> }>({
  server: async ({}, use) => {
    const server = await serveModel();
    await use(server);
    await server.close();
  },
});

for (const worker of [true, false]) {
  const where = worker ? 'in the worker' : 'in place';
  const engine = { worker, tune: false } as const;

  withModel(
    `a cut download goes on, and the next load needs no network, ${where}`,
    async ({ bench, page, site, server }) => {
      const { url, requests } = server;
      server.cuts.push(400_000, 100_000);
      await bench.call('create', { ...engine, model: url });
      expect(requests).toEqual([head, 'bytes=400000-', 'bytes=500000-']);
      expect(await bench.call('models')).toMatchObject([
        { url, sizeBytes: model.length, totalBytes: model.length, sha256: modelSha256, complete: true },
      ]);

      await server.close();
      const again = await openBench(page, site);
      await again.call('create', { ...engine, model: url, sha256: modelSha256 });
      expect(await again.call('info')).toMatchObject({ modelSha256 });
      expect(requests).toHaveLength(3);

      await again.call('forgetModel', url);
      expect(await again.call('models')).toEqual([]);
      expect(
        (await again.call('ingest', { text: 'The engine goes on with the model it has loaded.' })).numChunks,
      ).toBe(1);
      await expect(again.call('create', { ...engine, model: url })).rejects.toMatchObject({
        code: 'Network',
      });
    },
  );

  withModel(
    `a cancelled download is continued by the next page, ${where}`,
    async ({ bench, page, site, server }) => {
      const { url, requests } = server;
      server.cuts.push(500_000);
      server.isTrickling = true;
      await page.evaluate(() => window.longreadDriver.abortAt('fetch', 2000));
      await expect(bench.call('create', { ...engine, model: url })).rejects.toMatchObject({
        code: 'Aborted',
      });
      const again = await openBench(page, site);
      await again.call('create', { ...engine, model: url });
      expect(requests).toEqual([head, expect.stringMatching(/^bytes=5000\d\d-$/)]);
    },
  );
}

withModel(
  'a closed tab loses 16 MiB of a download at most',
  async ({ bench, page, context, site, server }) => {
    server.content = readFileSync(defaultModelPath());
    server.cuts.push(40 * MiB);
    server.isTrickling = true;
    const arrived = page.evaluate(
      (bytes) =>
        new Promise<void>((resolve) => {
          window.longreadProgress = ({ phase, done }) => {
            if (phase === 'fetch' && done > bytes) resolve();
          };
        }),
      40 * MiB,
    );
    const loading = bench.call('create', { model: server.url, tune: false });
    await Promise.race([arrived, loading]);
    await page.close();
    await expect(loading).rejects.toThrow('closed');
    const again = await openBench(await context.newPage(), site);
    await again.page.evaluate(() => window.longreadDriver.abortAt('verify'));
    await expect(again.call('create', { model: server.url, tune: false })).rejects.toMatchObject({
      code: 'Aborted',
    });
    const [, from = ''] = /^bytes=(\d+)-$/.exec(server.requests.at(-1) ?? '') ?? [];
    expect(Number(from)).toBeGreaterThanOrEqual(32 * MiB);
  },
);

withModel('cache: false stores nothing', async ({ bench, server }) => {
  const { url, requests } = server;
  await bench.call('create', { model: url, cache: false, tune: false });
  expect(await bench.call('models')).toEqual([]);
  expect(requests).toEqual([head]);
});

// `node tools/start.mjs load`: a model of 1.5 billion weights, made as it is sent, is loaded in a page and reads one chunk.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { chromiumFlags, setUpBrowser } from '@longread/browser';
import { note, parse, parseCount } from '@longread/command';
import { createPageCall, serveSite } from '@longread/driver';
import { chromium, type Page } from 'playwright';
import { makeLargeModel, type MadeFile } from './large-model.ts';

const usage = `Usage: node tools/start.mjs load -- [options]
Loads a model of 1.5 billion random weights with 151,936 tokens and a window of 131,072, made as it is sent, on the software adapter;
reads one chunk; prints what that took. Minutes, and 3 GB of memory.
  --tokens N  tokens of the chunk (default 64)
  --json      print one JSON object on standard output
  --help      print this`;

const sampleMs = 50;

/** What loading may hold in the heap of JavaScript, whatever the model. */
const heapLimitBytes = 96 * 1024 * 1024;

/** Serves the file with ranges to the page's origin and others. */
async function serveMade(file: MadeFile): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const from = Number(first);
    const to = last === '' ? file.sizeBytes : Math.min(file.sizeBytes, Number(last) + 1);
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'Content-Range, ETag',
      'Content-Length': to - from,
      'Content-Range': `bytes ${from}-${to - 1}/${file.sizeBytes}`,
      ETag: '"made"',
    });
    pipeline(Readable.from(file.bytes(from, to)), response).catch(() => undefined); // the page hung up
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/made.gguf`, server };
}

/** Runs `work` and says the largest heap of the page meanwhile. */
async function watchHeap<T>(page: Page, work: () => Promise<T>) {
  const cdp = await page.context().newCDPSession(page);
  const heapBytes = async (): Promise<number> => {
    const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  };
  await cdp.send('HeapProfiler.collectGarbage');
  const before = await heapBytes();
  let peakBytes = before;
  let isRunning = true;
  const startedAt = performance.now();
  const running = work().finally(() => (isRunning = false));
  running.catch(() => undefined); // seen below, once the heap was looked at for the last time
  while (isRunning as boolean) {
    peakBytes = Math.max(peakBytes, await heapBytes());
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
  }
  return { value: await running, seconds: (performance.now() - startedAt) / 1000, peakBytes };
}

/** Runs the command; exit code 1 when the heap grew beyond its limit. */
export async function load(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, {
    args: args.filter((arg) => arg !== '--'),
    options: { tokens: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const maxTokens = parseCount('--tokens', values.tokens, usage) ?? 64;
  const file = makeLargeModel();
  const browserPath = await setUpBrowser(note);
  const profile = await mkdtemp(join(tmpdir(), 'longread-load-'));
  const site = await serveSite([]);
  const { url, server } = await serveMade(file);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath,
    headless: false,
    args: chromiumFlags('software'),
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(0);
    await page.goto(`${site.origin}/driven/`);
    const call = createPageCall(page);
    note(`Loading ${Math.round(file.sizeBytes / 1e6)} MB`);
    // In place: a worker's heap is its own, and the page's is what can be measured.
    const options = { model: url, worker: false, tune: false } as const; // kept as by default: Chromium holds no Blob of this size
    const loaded = await watchHeap(page, () => call('create', options));
    note(`Reading ${maxTokens} tokens`);
    const text = 'The ship went on in the wind, and the sea was a thing to see. '.repeat(maxTokens);
    const read = await watchHeap(page, () => call('ingest', { text, maxTokens }));
    const figures = {
      weights: file.numWeights,
      fileMB: Math.round(file.sizeBytes / 1e6),
      loadSeconds: Math.round(loaded.seconds),
      peakHeapMB: Math.round(loaded.peakBytes / 1e6),
      gpuMB: Math.round(loaded.value.gpuBytes / 1e6),
      tokens: read.value.numTokens,
      readSeconds: Math.round(read.seconds),
      plannedMB: Math.round(read.value.memory.plannedBytes / 1e6),
      measuredMB: Math.round(read.value.memory.peakBytes / 1e6),
    };
    process.stdout.write(
      values.json
        ? `${JSON.stringify(figures)}\n`
        : Object.entries(figures)
            .map(([name, value]) => `${name.padEnd(14)}${value}\n`)
            .join(''),
    );
    if (loaded.peakBytes > heapLimitBytes) {
      note(
        `Loading held ${figures.peakHeapMB} MB in the heap, more than ${heapLimitBytes / 1024 / 1024} MiB.`,
      );
      process.exitCode = 1;
    }
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
    await site.close();
    await rm(profile, { recursive: true, force: true });
  }
}

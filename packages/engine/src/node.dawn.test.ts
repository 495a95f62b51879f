// The whole engine in Node over Dawn: in place, its storage in memory, and nothing of a browser around it but WebGPU.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyLlama } from '@longread/formats/testing';
import type { AddressInfo } from 'node:net';
import type { DocumentChange, Engine, EngineOptions } from './index.ts';
import { createEngine } from './index.ts';
import { tinyProse, tinySettings } from './testing/tiny.ts';

const { gpu } = navigator;
const settings = { maxNewTokens: 8, gather: { gatherSize: 64 } };
const prose = tinyProse(300);
const bytes = tinyLlama(7);

// A driver's cache of compiled kernels may be empty, and lavapipe takes a minute and more to fill it.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let path: string;
beforeEach(async () => {
  vi.stubGlobal('navigator', undefined); // as Node 20 is
  folder = await mkdtemp(join(tmpdir(), 'longread-'));
  path = join(folder, 'tiny.gguf');
  await writeFile(path, bytes);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await rm(folder, { recursive: true });
});

const engineFor = async (options: Partial<EngineOptions> = {}): Promise<Engine> =>
  createEngine({ model: await openAsBlob(path), gpu, read: tinySettings, tune: false, ...options });

test('reads a text, answers with evidence, appends, exports, imports and deletes', async () => {
  const engine = await engineFor({ worker: false, storage: 'memory' });
  const changes: DocumentChange[] = [];
  engine.documents.onChange((change) => changes.push(change));
  const book = await engine.ingest(prose, { title: 'Prose' });
  const { text, evidence } = await book.ask('Where is the harbour?', settings).result();
  expect(evidence.length).toBeGreaterThan(0);
  for (const { start, end, text: passage } of evidence) expect(prose.slice(start, end)).toBe(passage);
  let streamed = '';
  for await (const piece of book.ask('Where is the harbour?', settings)) streamed += piece.text;
  expect(streamed).toBe(text);
  await book.append(tinyProse(100, 2));
  const { numTokens, id } = book.manifest;

  const file = await new Response(await book.export()).blob();
  await engine.documents.delete(id);
  expect(await engine.documents.list()).toEqual([]);
  expect(await engine.documents.import(file)).toMatchObject({ id, numTokens, title: 'Prose' });
  const usage = await engine.documents.usage();
  expect(usage).toMatchObject({ quotaBytes: Infinity, persisted: false, documents: [{ id }] });
  expect(usage.usedBytes).toBeGreaterThanOrEqual(usage.documentBytes);
  const again = await engine.ingest(prose, { title: 'Prose' });
  expect(again.opened).toBe(false); // what was appended makes it another source
  expect((await engine.ingest(prose)).opened).toBe(true);
  expect((await again.ask('Where is the harbour?', settings).result()).text).toBe(text);
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['stored', 'deleted']));
  await engine.dispose();
  await expect(engine.documents.list()).rejects.toMatchObject({ code: 'Closed' });
});

test('keeps nothing behind an engine, and shares nothing with another', async () => {
  const first = await engineFor();
  const second = await engineFor();
  await first.ingest(prose);
  expect(await second.documents.list()).toEqual([]);
  await first.dispose();
  const third = await engineFor();
  expect(await third.documents.list()).toEqual([]);
  await Promise.all([second.dispose(), third.dispose()]);
});

test('takes what was measured on such an adapter for its own, if by the same kernels', async () => {
  const first = await engineFor({ tune: { limitMs: 0 } });
  const { tuning } = await first.info();
  await first.dispose();
  expect(new Set(tuning.rows.map(({ note }) => note))).toEqual(new Set(['time limit']));
  const rows = tuning.rows.map((row, i) => ({ ...row, ms: i + 1, gflops: 1, note: '' }));
  const tuningOf = async (known: typeof tuning) => {
    const engine = await engineFor({ tune: { limitMs: 0, known } });
    const info = await engine.info();
    await engine.dispose();
    return info.tuning.rows;
  };
  expect(await tuningOf({ ...tuning, rows })).toEqual(rows);
  expect(await tuningOf({ ...tuning, rows, version: 'of other kernels' })).toEqual(tuning.rows);
  expect(await tuningOf({ ...tuning, rows, adapter: 'another' })).toEqual(tuning.rows);
});

test('fetches a model by its address, keeps no file of it, and refuses an address that is none here', async () => {
  const server = createServer((_, response) => response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const engine = await engineFor({ model: `http://127.0.0.1:${port}/tiny.gguf` });
  expect(await engine.models.list()).toEqual([]);
  await engine.models.delete('https://models.example/none.gguf');
  expect((await engine.info()).gpuBytes).toBeGreaterThan(0);
  await engine.dispose();
  server.close();
  await expect(engineFor({ model: './tiny.gguf' })).rejects.toMatchObject({ code: 'InvalidInput' });
});

test('says what is not there: a worker, IndexedDB, a GPU', async () => {
  await expect(engineFor({ worker: true })).rejects.toMatchObject({ code: 'InvalidInput' });
  await expect(engineFor({ storage: 'indexeddb' })).rejects.toMatchObject({ code: 'InvalidInput' });
  const model = await openAsBlob(path);
  await expect(createEngine({ model })).rejects.toMatchObject({ code: 'WebGpuUnavailable' });
});

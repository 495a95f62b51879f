// What a model would take, from its header: of a URL one request for its beginning, of what is kept none, and no weights ever.
import { LimitExceededError } from '@longread/core';
import { splitGguf, tinyHub, tinyLlamaSource, writeGguf } from '@longread/formats/testing';
import type { Gpu } from '@longread/gpu';
import { expect, test } from 'vitest';
import { openModel } from '../load.ts';
import { serveModels } from '../testing/served-models.ts';
import { planModelBeside } from './plan-model.ts';

// Large enough that its weights lie behind the first MiB.
const bytes = writeGguf(tinyLlamaSource(1, { numLayers: 4, hiddenSize: 256, intermediateSize: 1024 }));
const url = 'https://models.example/model.gguf';
const head = 'bytes=0-1048575';

const roomy = { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 31 };
const gpuWith = (facts: typeof roomy) => ({ facts, recorder: { ownBytes: 1000 } }) as unknown as Gpu;

function bench(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) {
  const served = serveModels(files);
  const plan = (model: string | Blob | readonly Blob[] = url, facts = roomy, signal?: AbortSignal) =>
    planModelBeside(gpuWith(facts), model, signal ? { signal } : {}, served.cache);
  return { ...served, plan };
}

test('of a URL the beginning is asked for, and nothing is kept', async () => {
  const { cache, asked, plan } = bench({ [url]: bytes });
  const planned = await plan();
  expect(planned).toMatchObject({
    kind: 'model',
    fileBytes: bytes.length,
    fetchBytes: bytes.length,
    fits: true,
  });
  expect(planned.gpuBytes).toBeGreaterThan(bytes.length / 2);
  expect(planned.reason).toBeUndefined();
  expect(planned.contextLength).toBeGreaterThan(0);
  expect(asked()).toEqual([[head]]);
  expect(await cache.list()).toEqual([]);
});

const few = writeGguf(tinyLlamaSource(1, { numLayers: 1 }));

test('what is kept needs no network', async () => {
  const { cache, asked, plan } = bench({ [url]: few });
  await openModel({ model: url, cache });
  const before = asked().flat().length;
  expect(await plan()).toMatchObject({ fetchBytes: 0, fileBytes: few.length, fits: true });
  expect(asked().flat()).toHaveLength(before);
});

test('files are all here', async () => {
  const { plan } = bench({});
  expect(await plan(new Blob([bytes]))).toMatchObject({ fetchBytes: 0, fileBytes: bytes.length });
});

test('of parts and of a folder all files count, and no weights are fetched', async () => {
  const small = tinyLlamaSource(1, { numLayers: 1 });
  const parts = splitGguf(small, [9, small.tensors.length - 9]).map((part) => writeGguf(part));
  const partUrl = (i: number): string => `https://models.example/model-0000${i}-of-00002.gguf`;
  const split = bench({ [partUrl(1)]: parts[0] ?? bytes, [partUrl(2)]: parts[1] ?? bytes });
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  expect(await split.plan(partUrl(2))).toMatchObject({ fileBytes: total, fetchBytes: total });
  expect(split.asked()).toEqual([[head], [head]]);

  const hub = tinyHub(1, { numLayers: 1 }, 1);
  const at = (name: string): string => `https://models.example/r/${name}`;
  const files = Object.fromEntries(Object.entries(hub).map(([name, file]) => [at(name), file]));
  const folder = bench(files);
  const all = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  expect((await folder.plan(at('model.safetensors'))).fileBytes).toBe(all);
  expect(folder.servers.get(at('model.safetensors'))?.requests).toEqual([head]);
});

test('what this device cannot hold does not fit, and the reason is that of a load', async () => {
  const { plan } = bench({ [url]: bytes });
  const facts = { maxBufferSize: 100_000, maxStorageBufferBindingSize: 100_000 };
  const planned = await plan(url, facts);
  expect(planned.fits).toBe(false);
  expect(planned.reason).toMatch(/needs \d+ bytes, but this device's/);
  expect(planned.gpuBytes).toBeGreaterThan(100_000);
  expect(new LimitExceededError(planned.reason ?? '').code).toBe('LimitExceeded');
});

test('a server that tells nothing is not asked for the file', async () => {
  const { plan, servers, asked } = bench({ [url]: bytes });
  const server = servers.get(url);
  if (server) server.answer = ({ body }) => new Response(body); // all of it, of no told length
  await expect(plan()).rejects.toMatchObject({ code: 'Network', details: { url } });
  expect(asked().flat().length).toBeLessThan(3);
});

test.for([
  { what: 'nothing', file: undefined, code: 'Network' },
  {
    what: 'a web page',
    file: new TextEncoder().encode('<!doctype html>'.padEnd(9000, ' ')),
    code: 'ModelFormat',
  },
])('where there is $what that is said', async ({ file, code }) => {
  const { plan } = bench(file ? { [url]: file } : {});
  await expect(plan()).rejects.toMatchObject({ code });
});

test('is cancelled', async () => {
  const { plan } = bench({ [url]: bytes });
  await expect(plan(url, roomy, AbortSignal.abort())).rejects.toMatchObject({ code: 'Aborted' });
});

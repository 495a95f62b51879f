// Models by their repository, over a hub in memory.
import { createHash } from 'node:crypto';
import { OutOfMemoryError } from '@longread/core';
import type { ModelHeader } from '@longread/formats';
import { tinyHub, tinyLlama } from '@longread/formats/testing';
import { memoryOrigin } from '@longread/store/testing';
import { createWeightsCache, fakeServer, memoryFiles } from '@longread/weights-cache/testing';
import { expect, test } from 'vitest';
import { openModel } from '../load.ts';
import { addressOf } from './address.ts';

const hub = 'https://hub.example';
const large = tinyLlama(1, { numLayers: 1, weightType: 'F16', embeddingType: 'F16' });
const small = tinyLlama(1, { numLayers: 1, weightType: 'Q4_0', embeddingType: 'Q4_0' });
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const repository: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  'm-F16.gguf': large,
  'm-Q4_0.gguf': small,
};

function bench(sha256?: string, files = repository) {
  const asked: string[] = [];
  const servers = new Map(Object.entries(files).map(([path, bytes]) => [path, fakeServer(bytes)]));
  const listing = Object.entries(files).map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    lfs: { oid: sha256 ?? hashOf(bytes) },
  }));
  const cache = createWeightsCache(memoryOrigin().open(), memoryFiles(), {
    fetch: (url, init) => {
      asked.push(url);
      if (url.startsWith(`${hub}/api/`)) return Promise.resolve(Response.json(listing));
      const server = servers.get(url.split('/').at(-1) ?? '');
      return server?.fetch(url, init) ?? Promise.resolve(new Response('no', { status: 404 }));
    },
    wait: () => Promise.resolve(),
  });
  return { cache, asked };
}

test('a repository is listed, its usual file loaded and kept, and found again without the hub', async () => {
  const { cache, asked } = bench();
  const { sha256 } = await openModel({ model: 'hf:o/r', hub, cache });
  expect(sha256).toBe(hashOf(small));
  expect(asked).toEqual([
    `${hub}/api/models/o/r/tree/main?recursive=true`,
    `${hub}/o/r/resolve/main/m-Q4_0.gguf`,
  ]);
  expect((await openModel({ model: 'hf:o/r', hub, cache })).sha256).toBe(sha256);
  expect((await openModel({ model: { repo: 'o/r', tag: 'Q4_0' }, hub, cache })).sha256).toBe(sha256);
  expect(asked).toHaveLength(2);
  const named = { repo: 'o/r', file: 'm-F16.gguf', revision: 'v1' };
  expect(addressOf(named)).toBe('hf:o/r/m-F16.gguf@v1');
  expect((await openModel({ model: named, hub, cache })).sha256).toBe(hashOf(large));
  expect(asked.at(-1)).toBe(`${hub}/o/r/resolve/v1/m-F16.gguf`);
});

test('a repository of safetensors alone is loaded from the files of its folder, and found again without the hub', async () => {
  const folder = tinyHub(1, { numLayers: 1 }, 2);
  const { cache, asked } = bench(undefined, folder);
  const { file, sha256 } = await openModel({ model: 'hf:o/r', hub, cache, weights: 'int8' });
  expect(file.tensors.some(({ layout }) => layout.format === 'int8')).toBe(true);
  expect(asked.map((url) => url.split('/').at(-1))).toContain('model-00002-of-00002.safetensors');
  const before = asked.length;
  expect((await openModel({ model: 'hf:o/r:safetensors', hub, cache })).sha256).toBe(sha256);
  expect(asked).toHaveLength(before);
  const both = bench(undefined, { ...folder, ...repository });
  expect((await openModel({ model: 'hf:o/r', hub, cache: both.cache })).sha256).toBe(hashOf(small));
});

test('a file of another hash than the hub says is refused', async () => {
  const { cache } = bench('00'.repeat(32));
  await expect(openModel({ model: 'hf:o/r', hub, cache })).rejects.toMatchObject({ code: 'Integrity' });
  expect(await cache.list()).toEqual([]);
});

test('what does not fit names what does', async () => {
  const { cache } = bench();
  const below =
    (limit: number) =>
    async ({ tensors }: ModelHeader) => {
      const isHalf = tensors.some(({ layout }) => layout.format === 'f16');
      if ((isHalf ? 2 : 1) > limit) throw new OutOfMemoryError('no room.');
      return Promise.resolve();
    };
  const load = (limit: number) => openModel({ model: 'hf:o/r:F16', hub, cache, check: below(limit) });
  await expect(load(1)).rejects.toThrow(
    'no room. Of the same repository this one fits: hf:o/r/m-Q4_0.gguf (1 MB).',
  );
  await expect(load(1)).rejects.toMatchObject({ code: 'OutOfMemory' });
  await expect(load(0)).rejects.toThrow('no smaller file was found that fits');
  await expect(load(2)).resolves.toMatchObject({ sha256: hashOf(large) });
});

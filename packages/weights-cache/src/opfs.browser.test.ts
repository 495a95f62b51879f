// The weights cache in the browser's own file system, in a page and in a worker.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { invariant } from '@longread/core';
import { openWeightsCache } from './index.ts';
import { describeFiles } from './testing/describe-files.ts';
import { opfsFiles } from './opfs-files.ts';

const folder = 'longread-weights-test';
const files = opfsFiles(folder);
invariant(files, 'this browser has no private file system');

describeFiles(files);

describe('the cache', () => {
  const cache = openWeightsCache(folder);
  invariant(cache, 'this browser has no private file system');
  const url = 'https://models.example/model.gguf';
  const content = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const open = async (file: Blob) => ({
    sha256: 'ab'.repeat(32),
    bytes: new Uint8Array(await file.arrayBuffer()),
  });

  afterEach(async () => {
    vi.unstubAllGlobals();
    await cache.delete(url);
  });

  test('stores, loads without the network, lists and deletes', async () => {
    const fetched = vi.fn(() => Promise.resolve(new Response(content)));
    vi.stubGlobal('fetch', fetched);
    for (let load = 0; load < 2; load++) expect((await cache.load(url, { open })).bytes).toEqual(content);
    expect(fetched).toHaveBeenCalledOnce();
    expect(await cache.list()).toMatchObject([{ url, sizeBytes: 100_000, complete: true }]);
    await cache.delete(url);
    expect(await cache.list()).toEqual([]);
    expect((await cache.load(url, { open })).bytes).toEqual(content);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  test('loads without it where the browser refuses storage, as in a private window of some', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(content)));
    const refused = () => Promise.reject(new DOMException('private window', 'SecurityError'));
    const directory = vi.spyOn(navigator.storage, 'getDirectory').mockImplementation(refused);
    expect((await cache.load(url, { open })).bytes).toEqual(content);
    expect(await cache.list()).toEqual([]);
    directory.mockRestore();
  });
});

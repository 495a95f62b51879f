// Opening a model that was split into parts: given as files in any order, or named by the address of one of them.
import { createHash } from 'node:crypto';
import { splitGguf, tinyLlamaSource, writeGguf } from '@longread/formats/testing';
import { memoryOrigin } from '@longread/store/testing';
import { createWeightsCache, memoryFiles } from '@longread/weights-cache/testing';
import { describe, expect, test } from 'vitest';
import type { Progress } from './api.ts';
import { openModel } from './load.ts';

const source = tinyLlamaSource(1, { numLayers: 1 });
const parts = splitGguf(source, [4, 3, source.tensors.length - 7]).map((part) => writeGguf(part));
const nameOf = (i: number): string => `tiny-0000${i + 1}-of-00003.gguf`;
const files = parts.map((part, i) => new File([part], nameOf(i)));
const [first, second, third] = files as [File, File, File];
const sha256 = createHash('sha256').update(Buffer.concat(parts)).digest('hex');
const whole = await openModel({ model: new Blob([writeGguf(source)]) });

describe('a model given as files', () => {
  test('is opened in whatever order they come, and known by the hash of all', async () => {
    const opened = await openModel({ model: [third, first, second], sha256 });
    expect(opened.sha256).toBe(sha256);
    expect(opened.file.config).toEqual(whole.file.config);
    expect(opened.file.tensors).toEqual(whole.file.tensors);
  });

  test('may be one whole file', async () => {
    const { file } = await openModel({ model: [new Blob([writeGguf(source)])] });
    expect(file.tensors).toEqual(whole.file.tensors);
  });

  test('is refused when they are not all, and by name', async () => {
    await expect(openModel({ model: [third, first] })).rejects.toThrow('-00002-of-00003.gguf');
    await expect(openModel({ model: [first, second, first] })).rejects.toThrow(
      `${nameOf(0)} are both part 1`,
    );
    await expect(openModel({ model: [first] })).rejects.toMatchObject({ code: 'ModelFormat' });
    await expect(openModel({ model: [] })).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(openModel({ model: files, sha256: '00' })).rejects.toMatchObject({ code: 'Integrity' });
  });
});

describe('a model named by the address of a part', () => {
  const at = (i: number): string => `https://models.example/a/${nameOf(i)}?download=true`;
  function bench() {
    const served = new Map(parts.map((part, i) => [at(i), part]));
    const requests: string[] = [];
    const cache = createWeightsCache(memoryOrigin().open(), memoryFiles(), {
      fetch: (url) => {
        requests.push(url);
        const part = served.get(url);
        return Promise.resolve(new Response(part ?? 'no', { status: part ? 200 : 404 }));
      },
      wait: () => Promise.resolve(),
    });
    return { served, requests, cache };
  }

  test.each([0, 1, 2])('(%i) fetches all, once', async (i) => {
    const { cache, requests } = bench();
    const seen: Progress[] = [];
    const opened = await openModel({ model: at(i), cache, sha256, onProgress: (p) => void seen.push(p) });
    expect(opened.sha256).toBe(sha256);
    expect(opened.file.tensors).toEqual(whole.file.tensors);
    expect(requests).toEqual([at(0), at(1), at(2)]);
    const fetched = seen.filter(({ phase }) => phase === 'fetch').map(({ done }) => done);
    expect(fetched).toEqual(fetched.toSorted((a, b) => a - b));
    await openModel({ model: at(0), cache });
    expect(requests).toHaveLength(3);
    expect(await cache.list()).toHaveLength(3);
  });

  test('says which part is not there', async () => {
    const { cache, served } = bench();
    served.delete(at(1));
    await expect(openModel({ model: at(0), cache })).rejects.toThrow(nameOf(1));
  });

  test('keeps nothing of parts that are not of one model', async () => {
    const { cache, served } = bench();
    served.set(at(1), parts[2] ?? new Uint8Array());
    await expect(openModel({ model: at(0), cache })).rejects.toThrow('Behind part 1 of 3');
    expect(await cache.list()).toEqual([]);
  });
});

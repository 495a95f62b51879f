// Models in safetensors as they are given to the engine: a folder's files, or the address of one of them.
import { createHash } from 'node:crypto';
import { tinyHub, type HubFiles } from '@longread/formats/testing';
import { memoryOrigin } from '@longread/store/testing';
import { createWeightsCache, memoryFiles } from '@longread/weights-cache/testing';
import { describe, expect, test } from 'vitest';
import type { Progress } from './api.ts';
import { openModel } from './load.ts';
import { addressesOf } from './model/fetch-model.ts';
import { ofOneFolder } from './model/is-files.ts';

const one = tinyHub(1, { numLayers: 1 });
const three = tinyHub(1, { numLayers: 1 }, 3);
const index = 'model.safetensors.index.json';
const shard = (i: number): string => `model-0000${i}-of-00003.safetensors`;
const sides = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];

const filesOf = (files: HubFiles) => Object.entries(files).map(([name, bytes]) => new File([bytes], name));
const hashOf = (files: HubFiles, names: readonly string[]) =>
  createHash('sha256')
    .update(Buffer.concat(names.map((name) => files[name] ?? new Uint8Array())))
    .digest('hex');
const shaOfOne = hashOf(one, [...sides, 'model.safetensors']);
const shaOfThree = hashOf(three, [...sides, shard(1), shard(2), shard(3)]);
const whole = await openModel({ model: filesOf(one) });

describe('files of a folder', () => {
  test('are a model in whatever order they come, and known by the hash of those that count', async () => {
    const files = [...filesOf({ ...three, 'README.md': new Uint8Array(9) })].reverse();
    const opened = await openModel({ model: files, sha256: shaOfThree });
    expect(opened.sha256).toBe(shaOfThree);
    expect(whole.sha256).toBe(shaOfOne);
    expect(opened.file.config).toEqual(whole.file.config);
    expect(opened.file.tensors).toEqual(whole.file.tensors);
    await expect(openModel({ model: files, sha256: shaOfOne })).rejects.toMatchObject({ code: 'Integrity' });
  });

  test('are refused when they are no model, and say what to choose', async () => {
    const [config] = filesOf(one);
    const weights = new File([one['model.safetensors'] ?? ''], 'model.safetensors');
    await expect(openModel({ model: weights })).rejects.toThrow('config.json is missing: ');
    await expect(openModel({ model: [weights] })).rejects.toThrow('Choose the whole folder');
    await expect(openModel({ model: [config ?? weights, weights] })).rejects.toThrow(
      'tokenizer.json is missing',
    );
    await expect(openModel({ model: new Blob([weights]) })).rejects.toThrow('seems to be in safetensors');
  });

  test('that lie in subfolders are left out', () => {
    const at = (path: string) =>
      Object.assign(new File(['x'], path.replace(/.*\//, '')), { webkitRelativePath: path });
    const [top, deep] = [at('repo/config.json'), at('repo/onnx/config.json')];
    expect(ofOneFolder([deep, top])).toEqual([top]);
    expect(ofOneFolder(deep)).toBe(deep);
    const plain = [new File(['x'], 'a'), new Blob(['x'])];
    expect(ofOneFolder(plain)).toEqual(plain);
  });

  test('are quantised when that is asked for, and not by a name that there is not', async () => {
    const { file, weights, sha256 } = await openModel({ model: filesOf(one), weights: 'int8' });
    expect([weights, sha256]).toEqual(['int8', shaOfOne]);
    expect(file.tensors.filter(({ layout }) => layout.format === 'int8').length).toBeGreaterThan(7);
    await expect(openModel({ model: filesOf(one), weights: 'int2' as 'int8' })).rejects.toMatchObject({
      code: 'InvalidInput',
      details: { setting: 'weights', value: 'int2' },
    });
  });
});

describe('an address', () => {
  const at = (name: string): string => `https://hub.example/a/resolve/main/${name}?download=true`;
  function bench(files: HubFiles) {
    const served = new Map(Object.entries(files).map(([name, bytes]) => [at(name), bytes]));
    const requests: string[] = [];
    let isOnline = true;
    const cache = createWeightsCache(memoryOrigin().open(), memoryFiles(), {
      fetch: (url) => {
        requests.push(url);
        const bytes = served.get(url);
        if (!isOnline) return Promise.reject(new TypeError('no network'));
        return Promise.resolve(new Response(bytes ?? 'no', { status: bytes ? 200 : 404 }));
      },
      wait: () => Promise.resolve(),
    });
    return { served, requests, cache, unplug: () => (isOnline = false) };
  }
  const optional = ['tokenizer_config.json', 'generation_config.json', 'chat_template.jinja'];
  const small = ['config.json', 'tokenizer.json', ...optional];

  test.each([
    ['of weights in one file', one, 'model.safetensors', ['model.safetensors'], shaOfOne],
    ['of an index', three, index, [index, shard(1), shard(2), shard(3)], shaOfThree],
    ['of one of several files', three, shard(2), [shard(1), shard(2), shard(3)], shaOfThree],
  ] as const)(
    '%s brings what lies beside it, the small files first, and once',
    async (_, files, named, rest, sha256) => {
      const { requests, cache, unplug } = bench(files);
      const seen: Progress[] = [];
      const opened = await openModel({
        model: at(named),
        cache,
        sha256,
        onProgress: (p) => void seen.push(p),
      });
      expect(opened.file.tensors).toEqual(whole.file.tensors);
      expect(requests).toEqual([...small, ...rest].map(at));
      expect(seen.some(({ phase }) => phase === 'fetch')).toBe(true);
      unplug();
      requests.length = 0;
      expect((await openModel({ model: at(named), cache, sha256 })).sha256).toBe(sha256);
      expect(requests).toEqual([]);
      const stored = await cache.list();
      expect(addressesOf(at(named), stored).toSorted()).toEqual([...small, ...rest].map(at).sort());
    },
  );

  test('of a model that does not run ends before its weights are asked for', async () => {
    const { requests, cache } = bench({
      ...one,
      'config.json': new TextEncoder().encode('{"model_type":"mamba"}'),
    });
    await expect(openModel({ model: at('model.safetensors'), cache })).rejects.toThrow(
      '"mamba" are not supported',
    );
    expect(requests).toEqual([at('config.json')]);
    expect(await cache.list()).toEqual([]);
  });

  test('of a model whose tokenizer is not read ends before its weights are asked for', async () => {
    const { requests, cache } = bench({ ...one, 'chat_template.jinja': new TextEncoder().encode('hello') });
    await expect(openModel({ model: at('model.safetensors'), cache })).rejects.toThrow('chat template');
    expect(requests).toEqual(small.map(at));
    expect(await cache.list()).toEqual([]);
  });

  test.each([
    ['tokenizer.json', undefined, at('tokenizer.json')],
    ['model.safetensors', undefined, at('model.safetensors')],
    ['tokenizer.json', '<html><title>Sign in</title>', 'tokenizer.json is not JSON: it is a web page'],
    [
      'chat_template.jinja',
      '<html><title>Home</title>',
      'chat_template.jinja is not a chat template: it is a web page',
    ],
    ['model.safetensors', 'version https://git-lfs.github.com/spec/v1', 'a Git-LFS pointer'],
  ])('beside which %s is %s says so', async (name, content, said) => {
    const { served, cache } = bench(one);
    if (content === undefined) served.delete(at(name));
    else served.set(at(name), new TextEncoder().encode(content));
    await expect(openModel({ model: at('model.safetensors'), cache })).rejects.toThrow(said);
  });

  test('of files that are not of one model keeps none of them', async () => {
    const { served, cache } = bench(three);
    served.set(at(shard(2)), three[shard(1)] ?? new Uint8Array());
    await expect(openModel({ model: at(index), cache })).rejects.toThrow(shard(2));
    expect(await cache.list()).toEqual([]);
  });

  test('is of a folder of its own', () => {
    const stored = ['a/config.json', 'b/config.json', 'a/model.safetensors', 'a/model.gguf'].map((path) => ({
      url: `https://hub.example/${path}`,
    }));
    const found = addressesOf('https://hub.example/a/model.safetensors', stored);
    expect(found).toEqual(['https://hub.example/a/config.json', 'https://hub.example/a/model.safetensors']);
  });
});

// A model that cannot be used here is refused by its header: before its weights are fetched, or read for their hash.
import { LimitExceededError } from '@longread/core';
import type { ModelHeader } from '@longread/formats';
import { splitGguf, tinyHub, tinyLlamaSource, writeGguf } from '@longread/formats/testing';
import { expect, test } from 'vitest';
import type { Progress } from './api.ts';
import { openModel } from './load.ts';
import { serveModels } from './testing/served-models.ts';

// Large enough that its weights lie behind the first MiB.
const source = tinyLlamaSource(1, { numLayers: 4, hiddenSize: 256, intermediateSize: 1024 });
const bytes = writeGguf(source);
const small = tinyLlamaSource(1, { numLayers: 1 });
const parts = splitGguf(small, [9, small.tensors.length - 9]).map((part) => writeGguf(part));
const url = 'https://models.example/model.gguf';
const partUrl = (i: number): string => `https://models.example/model-0000${i}-of-00002.gguf`;
const tooLarge = () => Promise.reject(new LimitExceededError('needs 9, has 8'));
const head = 'bytes=0-1048575';

test('of a URL the header alone is fetched', async () => {
  const { cache, asked } = serveModels({ [url]: bytes });
  await expect(openModel({ model: url, cache, check: tooLarge })).rejects.toThrow('needs 9, has 8');
  expect(asked()).toEqual([[head]]);
  expect(await cache.list()).toEqual([]);
});

test('of parts the headers of all', async () => {
  const files = Object.fromEntries(parts.map((part, i) => [partUrl(i + 1), part]));
  const { cache, asked } = serveModels(files);
  await expect(openModel({ model: partUrl(2), cache, check: tooLarge })).rejects.toThrow('needs 9, has 8');
  expect(asked()).toEqual([[head], [head]]);
  const seen: ModelHeader[] = [];
  const check = (header: ModelHeader) => {
    seen.push(header);
    return Promise.resolve();
  };
  const { file } = await openModel({ model: partUrl(1), cache, check });
  expect(seen.map(({ tensors }) => tensors)).toEqual([file.tensors, file.tensors]);
  const before = asked().flat().length;
  await openModel({ model: partUrl(1), cache, check });
  expect(asked().flat()).toHaveLength(before);
});

test('of a model in safetensors what lies beside its weights, and the headers of those', async () => {
  for (const numFiles of [1, 2]) {
    const hub = tinyHub(1, { numLayers: 1 }, numFiles);
    const at = (name: string): string => `https://models.example/r/${name}`;
    const { cache, asked } = serveModels(
      Object.fromEntries(Object.entries(hub).map(([name, file]) => [at(name), file])),
    );
    const weights = Object.keys(hub).filter((name) => name.endsWith('.safetensors'));
    const model = at(weights[0] ?? '');
    await expect(openModel({ model, cache, check: tooLarge })).rejects.toThrow('needs 9, has 8');
    expect(
      asked()
        .flat()
        .filter((range) => range === head),
    ).toHaveLength(numFiles);
    const seen: ModelHeader[] = [];
    const check = (header: ModelHeader) => {
      seen.push(header);
      return Promise.resolve();
    };
    const { file } = await openModel({ model, cache, check, weights: 'int4' });
    expect(seen.map(({ tensors }) => tensors)).toEqual([file.tensors, file.tensors]);
    expect(file.tensors.some(({ layout }) => layout.format === 'int4')).toBe(true);
  }
});

test('what will be quantised at load is planned so', async () => {
  const half = writeGguf(tinyLlamaSource(1, { numLayers: 1, weightType: 'F16' }));
  const { cache } = serveModels({ [url]: half });
  const formats = (weights: 'file' | 'int8') =>
    new Promise<readonly string[]>((resolve) => {
      const check = ({ tensors }: ModelHeader) => {
        resolve(tensors.map(({ layout }) => layout.format));
        return tooLarge();
      };
      openModel({ model: url, cache, check, weights }).catch(() => undefined);
    });
  expect(await formats('file')).not.toContain('int8');
  expect(await formats('int8')).not.toContain('f16');
});

test('a header of another kind ends the load, too', async () => {
  const other = writeGguf(tinyLlamaSource(1, { metadata: { 'general.architecture': 'rwkv7' } }));
  const { cache, asked } = serveModels({ [url]: other });
  const check = () => Promise.resolve();
  await expect(openModel({ model: url, cache, check })).rejects.toThrow(
    'Architecture "rwkv7" is not supported',
  );
  expect(asked()).toEqual([[head]]);
});

test('of a file nothing is read for its hash, unless it may be another file', async () => {
  const phases: string[] = [];
  const onProgress = ({ phase }: Progress) => void phases.push(phase);
  const model = new Blob([bytes]);
  await expect(openModel({ model, check: tooLarge, onProgress })).rejects.toThrow('needs 9, has 8');
  const page = new Blob(['<html>']);
  await expect(openModel({ model: page, onProgress })).rejects.toMatchObject({ code: 'ModelFormat' });
  expect(phases).toEqual([]);
  await expect(openModel({ model: page, sha256: '00' })).rejects.toMatchObject({ code: 'Integrity' });
});

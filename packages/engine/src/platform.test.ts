// Which place an engine gets in a browser and in Node, and what is refused by name.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { absoluteUrl, askToPersist, gpuHere, placeOf } from './platform.ts';

const nothing = { worker: undefined, gpu: undefined, storage: undefined };
const gpu = {} as GPU;
const invalid = (setting: string) => ({ code: 'InvalidInput', details: { setting } });

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('in a browser', () => {
  beforeEach(() => {
    vi.stubGlobal('Worker', vi.fn());
    vi.stubGlobal('indexedDB', {});
    vi.stubGlobal('navigator', { gpu, locks: {} });
    vi.stubGlobal('location', { href: 'https://site.example/page/' });
  });

  test('an engine runs in a worker over IndexedDB, and in place with a GPU of its own', () => {
    expect(placeOf(nothing)).toEqual({ worker: true, storage: 'indexeddb' });
    expect(placeOf({ ...nothing, worker: false })).toEqual({ worker: false, storage: 'indexeddb' });
    expect(placeOf({ ...nothing, gpu })).toEqual({ worker: false, storage: 'indexeddb' });
    expect(placeOf({ ...nothing, storage: 'memory' })).toEqual({ worker: true, storage: 'memory' });
    expect(thrown(() => placeOf({ ...nothing, worker: true, gpu }))).toMatchObject(invalid('worker'));
    expect(gpuHere()).toBe(gpu);
  });

  test('addresses are the page’s', () => {
    expect(absoluteUrl('model.gguf')).toBe('https://site.example/page/model.gguf');
    expect(thrown(() => absoluteUrl('https://'))).toMatchObject({ code: 'InvalidInput' });
  });

  test('persistence is asked for where it can be, and a refusal is nothing', async () => {
    askToPersist();
    const persist = vi.fn(() => Promise.reject(new TypeError('refused')));
    vi.stubGlobal('navigator', { storage: { persist } });
    askToPersist();
    expect(persist).toHaveBeenCalledOnce();
    await Promise.resolve();
  });
});

describe('in Node', () => {
  test('an engine runs in place over memory', () => {
    expect(placeOf(nothing)).toEqual({ worker: false, storage: 'memory' });
    expect(thrown(() => placeOf({ ...nothing, worker: true }))).toMatchObject(invalid('worker'));
    expect(thrown(() => placeOf({ ...nothing, storage: 'indexeddb' }))).toMatchObject(invalid('storage'));
    expect(gpuHere()).toBeUndefined();
    askToPersist();
  });

  test('an address must be whole', () => {
    expect(absoluteUrl(new URL('https://models.example/a.gguf'))).toBe('https://models.example/a.gguf');
    expect(thrown(() => absoluteUrl('./model.gguf'))).toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(/\.\/model\.gguf.*whole https: URL.*Blob/) as unknown,
    });
  });
});

test.each(['disk', '', 1, null, {}])('storage %j is refused by name', (storage) => {
  const error = thrown(() => placeOf({ ...nothing, storage: storage as 'memory' }));
  expect(error).toMatchObject({
    ...invalid('storage'),
    message: expect.stringMatching(/storage '.*'\. Use one of indexeddb, memory/) as unknown,
  });
});

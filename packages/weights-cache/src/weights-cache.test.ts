// The weights cache over memory: what is stored, trusted, fetched again and left behind.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { IntegrityError, ModelFormatError } from '@longread/core';
import { memoryOrigin } from '@longread/store/testing';
import { describeFiles } from './testing/describe-files.ts';
import { fakeServer } from './testing/fake-server.ts';
import { memoryFiles } from './testing/memory-files.ts';
import { createWeightsCache } from './weights-cache.ts';
import { nameOf, recordPrefix } from './weights-record.ts';

describeFiles(memoryFiles());

const url = 'https://models.example/model.gguf';
const model = (seed: number, length = 100) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function bench() {
  const server = fakeServer(model(1));
  const files = memoryFiles();
  const origin = memoryOrigin();
  const storage = origin.open();
  const tab = () => createWeightsCache(storage, files, server);
  const cache = tab();
  /** As the engine does it: hashes what is stored, and refuses what is not expected. */
  const load = (sha256?: string, signal?: AbortSignal, open?: (file: Blob) => Promise<void>, using = cache) =>
    using.load(url, {
      sha256,
      signal,
      open: async (file) => {
        await open?.(file);
        const bytes = new Uint8Array(await file.arrayBuffer());
        const actual = hashOf(bytes);
        if (sha256 !== undefined && sha256 !== actual) throw new IntegrityError('another hash');
        return { sha256: actual, bytes };
      },
    });
  const record = async () => (await storage.records.get([recordPrefix + nameOf(url)]))[0];
  return { server, files, origin, storage, cache, tab, load, record };
}

describe('a load', () => {
  test('stores the file, and the next one asks nothing of the network', async () => {
    const { server, cache, load } = bench();
    await load();
    expect((await load()).bytes).toEqual(model(1));
    expect((await load(hashOf(model(1)))).bytes).toEqual(model(1));
    expect(server.requests).toHaveLength(1);
    expect(await cache.list()).toMatchObject([
      { url, sizeBytes: 100, totalBytes: 100, sha256: hashOf(model(1)), complete: true },
    ]);
  });

  test('that gave up is continued by the next', async () => {
    const { server, cache, load } = bench();
    server.breaks = [40, 0, 0, 0, 0, 0];
    const error = await load().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'Network', details: { receivedBytes: 40, totalBytes: 100 } });
    expect((error as Error).message).toContain('kept');
    expect(await cache.list()).toMatchObject([
      { sizeBytes: 40, totalBytes: 100, sha256: '', complete: false },
    ]);
    expect((await load()).bytes).toEqual(model(1));
    expect(server.requests.at(-1)).toBe('bytes=40-');
  });

  test('that was cancelled is continued by the next', async () => {
    const { server, cache, load } = bench();
    const controller = new AbortController();
    server.breaks = [40];
    server.wait = () => {
      controller.abort();
      return Promise.resolve();
    };
    await expect(load(undefined, controller.signal)).rejects.toMatchObject({ code: 'Aborted' });
    expect(await cache.list()).toMatchObject([{ sizeBytes: 40, complete: false }]);
    await load();
    expect(server.requests).toEqual(['', 'bytes=40-']);
  });

  test('whose check was cut off asks nothing of the network the next time', async () => {
    const { server, load } = bench();
    await expect(
      load(undefined, undefined, () => Promise.reject(new Error('tab closed'))),
    ).rejects.toBeInstanceOf(Error);
    await load();
    expect(server.requests).toHaveLength(1);
  });

  test('continued with the rest of another file is begun anew, by the hash', async () => {
    const { server, load } = bench();
    server.breaks = [40, 0, 0, 0, 0, 0];
    await expect(load()).rejects.toThrow();
    server.content = model(2); // and the server keeps its ETag
    expect((await load(hashOf(model(2)))).bytes).toEqual(model(2));
    expect(server.requests.slice(-2)).toEqual(['bytes=40-', '']);
  });

  test('of a file that is not the expected one fails and keeps nothing', async () => {
    const { files, cache, load } = bench();
    await expect(load(hashOf(model(2)))).rejects.toMatchObject({ code: 'Integrity' });
    expect(await cache.list()).toEqual([]);
    expect(files.contents.size).toBe(0);
  });

  test('of a file that is no model keeps nothing', async () => {
    const { server, cache, load } = bench();
    const refuse = () => Promise.reject(new ModelFormatError('no GGUF'));
    await expect(load(undefined, undefined, refuse)).rejects.toMatchObject({ code: 'ModelFormat' });
    expect(server.requests).toHaveLength(1);
    expect(await cache.list()).toEqual([]);
  });

  test('of what is no model from its first bytes on keeps nothing, and the next one loads what comes then', async () => {
    const { server, files, cache, load } = bench();
    const checkHead = (head: Uint8Array) => {
      if (head[0] === 0x3c) throw new ModelFormatError('a web page');
    };
    const page = new TextEncoder().encode('<html>Sign in</html>');
    server.content = page;
    const open = () => Promise.reject(new Error('opened'));
    await expect(cache.load(url, { open, checkHead })).rejects.toMatchObject({ code: 'ModelFormat' });
    expect(await cache.list()).toEqual([]);
    expect(files.contents.size).toBe(0);
    server.content = model(1);
    expect((await load()).bytes).toEqual(model(1));
  });

  test('that expects another hash than the stored one fetches', async () => {
    const { server, load } = bench();
    await load();
    server.content = model(2);
    expect((await load()).bytes).toEqual(model(1));
    expect((await load(hashOf(model(2)))).bytes).toEqual(model(2));
    expect(server.requests).toHaveLength(2);
  });

  test('that expects another hash leaves what is stored when there is no answer', async () => {
    const { server, load } = bench();
    await load();
    server.answer = () => undefined;
    await expect(load(hashOf(model(2)))).rejects.toMatchObject({
      code: 'Network',
      details: { receivedBytes: 0 },
    });
    expect((await load()).bytes).toEqual(model(1));
  });

  test('waits for another tab that loads the same file, and takes what that stored', async () => {
    const { server, tab, load } = bench();
    const loads = await Promise.all([load(), load(undefined, undefined, undefined, tab())]);
    expect(loads.map(({ bytes }) => bytes)).toEqual([model(1), model(1)]);
    expect(server.requests).toHaveLength(1);
  });

  test('that waits for another tab can be cancelled', async () => {
    const { storage, load } = bench();
    await storage.locks.acquire(nameOf(url), { mode: 'exclusive', wait: true });
    const controller = new AbortController();
    const waiting = load(undefined, controller.signal);
    setTimeout(() => controller.abort());
    await expect(waiting).rejects.toMatchObject({ code: 'Aborted' });
  });
});

describe('what is stored', () => {
  test.for([
    ['a flipped bit', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 50 ? byte ^ 1 : byte))],
    ['a cut end', (bytes: Uint8Array) => bytes.slice(0, -1)],
    ['more at its end', (bytes: Uint8Array) => new Uint8Array([...bytes, 0])],
    ['no file', () => undefined],
  ] as const)('with %s is fetched again', async ([, damage]) => {
    const { server, files, load } = bench();
    await load();
    const [[name, bytes] = ['', new Uint8Array()]] = files.contents;
    const damaged = damage(bytes);
    if (damaged) files.contents.set(name, new Uint8Array(damaged));
    else files.contents.delete(name);
    expect((await load()).bytes).toEqual(model(1));
    expect(server.requests).toEqual(['', '']);
  });

  test.for([
    ['is no record', () => 7],
    ['names another address', (record: object) => ({ ...record, url: 'https://models.example/other.gguf' })],
    ['has a negative size', (record: object) => ({ ...record, storedBytes: -1 })],
    ['has a hash that is none', (record: object) => ({ ...record, sha256: '../..' })],
    ['counts more than there is', (record: object) => ({ ...record, storedBytes: 1000, sha256: '' })],
  ] as const)('under a record that %s is fetched again', async ([, change]) => {
    const { server, storage, load, record } = bench();
    await load();
    const changed = change((await record()) as object);
    await storage.records.write({ puts: [[recordPrefix + nameOf(url), changed]] });
    expect((await load()).bytes).toEqual(model(1));
    expect(server.requests).toEqual(['', '']);
    expect((await load()).bytes).toEqual(model(1));
    expect(server.requests).toHaveLength(2);
  });

  test('can be deleted, also in part, but not while it is loaded', async () => {
    const { files, cache, storage, server, load } = bench();
    await cache.delete(url);
    server.breaks = [40, 0, 0, 0, 0, 0];
    await expect(load()).rejects.toThrow();
    const held = await storage.locks.acquire(nameOf(url), { mode: 'exclusive', wait: true });
    await expect(cache.delete(url)).rejects.toMatchObject({ code: 'DocumentInUse' });
    held?.release();
    await cache.delete(`${url}#fragment`);
    expect(await cache.list()).toEqual([]);
    expect(files.contents.size).toBe(0);
  });
});

describe('a file that cannot be kept', () => {
  test('for want of room is loaded all the same, and what was stored of it makes room again', async () => {
    const { server, files, cache, load } = bench();
    files.quotaBytes = 60;
    expect((await load()).bytes).toEqual(model(1));
    expect(server.requests).toEqual(['', '']);
    expect(await cache.list()).toEqual([]);
    expect(files.contents.size).toBe(0);
  });

  test('because it is larger than what the browser says is left is not stored', async () => {
    const { server, origin, cache, load } = bench();
    server.content = model(1, 5000);
    origin.quotaBytes = 1000; // records fit; files have a quota of their own here
    expect((await load()).bytes).toEqual(server.content);
    expect(await cache.list()).toEqual([]);
  });

  test('because the browser refuses storage is loaded all the same', async () => {
    const { files, load } = bench();
    files.open = () => Promise.reject(new DOMException('private window', 'SecurityError'));
    expect((await load()).bytes).toEqual(model(1));
  });
});

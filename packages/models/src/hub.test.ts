// `--model hf:owner/repo` over a real server in the hub's shape.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyLlama } from '@longread/formats/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findModel } from './find-model.ts';

const model = tinyLlama(7, { numLayers: 1 });
let oid = '';
let folder: string;
let server: Server;
let asked: string[];
let notes: string[];

beforeEach(async () => {
  oid = createHash('sha256').update(model).digest('hex');
  asked = [];
  notes = [];
  folder = mkdtempSync(join(tmpdir(), 'longread-hub-'));
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const listing = ['m-F16.gguf', 'm-Q8_0.gguf'].map((path) => ({
      type: 'file',
      path,
      size: 5e6,
      lfs: { oid },
    }));
    if (url.startsWith('/api/models/o/r/tree/')) response.end(JSON.stringify(listing));
    else if (url.startsWith('/o/r/resolve/')) response.end(model);
    else response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const find = (named: string) => findModel(named, ({ message }) => void notes.push(message));

test('the usual file is listed, told, checked and kept', async () => {
  const { path } = await find('hf:o/r');
  expect(readFileSync(path).equals(model)).toBe(true);
  expect(notes[0]).toBe('Taking m-Q8_0.gguf of o/r, which has m-F16.gguf (5 MB), m-Q8_0.gguf (5 MB)');
  expect(asked).toEqual(['/api/models/o/r/tree/main?recursive=true', '/o/r/resolve/main/m-Q8_0.gguf']);
  // By its name it needs no hub.
  expect(await find('hf:o/r/m-Q8_0.gguf')).toEqual({ path });
  expect(asked).toHaveLength(2);
  expect((await find('hf:o/r:F16@v1')).path).not.toBe(path);
  expect(asked.at(-1)).toBe('/o/r/resolve/v1/m-F16.gguf');
});

test('another file than the hub says is not kept', async () => {
  oid = 'ab'.repeat(32);
  await expect(find('hf:o/r')).rejects.toThrow(`the hub says ${oid}`);
  await expect(find('hf:o/r/m-Q8_0.gguf')).rejects.toThrow('the hub says');
});

test('what is not there, no name or no hub is said', async () => {
  await expect(find('hf:o/other')).rejects.toThrow('HTTP status 401): it is private, gated, or not there');
  await expect(find('hf:o')).rejects.toThrow('names no repository');
  await expect(find('hf:o/r/m.gguf')).rejects.toThrow('There are m-F16.gguf (5 MB)');
  vi.stubEnv('HF_ENDPOINT', 'hub');
  await expect(find('hf:o/r')).rejects.toThrow('HF_ENDPOINT is hub');
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
  await expect(find('hf:o/r')).rejects.toThrow('http://127.0.0.1:9 did not answer');
});

// Models by path and by address, over a real server: what is no model is refused at once and never kept.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  splitGguf,
  tinyHub,
  tinyLlama,
  writeGguf,
  tinyLlamaSource,
  type HubFiles,
} from '@longread/formats/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { modelFolder } from './default-model.ts';
import { findModel, findModelFile } from './find-model.ts';
import { filesOfModel, sha256OfModel } from './hub-folder.ts';
import { openConfig } from './open-model.ts';

const model = tinyLlama(7);
const page = '<!doctype html><title>Sign in to the guest network</title>';

let folder: string;
let server: Server;
let origin: string;
/** Told to the user. */
let notes: string[];
let answer: (response: ServerResponse, path: string) => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longread-models-'));
  vi.stubEnv('XDG_CACHE_HOME', folder);
  vi.stubEnv('INIT_CWD', folder);
  const listener: RequestListener = ({ url = '' }, response) => answer(response, url);
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  notes = [];
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const find = (named: string) => findModel(named, ({ message }) => void notes.push(message));
const kept = (): string[] => readdirSync(modelFolder());

test('a downloaded model is kept, and not asked for again', async () => {
  let requests = 0;
  answer = (response) => {
    requests++;
    response.end(model);
  };
  const { path } = await find(`${origin}/tiny.gguf`);
  expect(await find(`${origin}/tiny.gguf`)).toEqual({ path });
  expect(requests).toBe(1);
  expect(path).toContain(join(modelFolder(), ''));
  expect(kept()).toHaveLength(1);
});

test.each<[string, typeof answer, string]>([
  ['a login page', (r) => r.end(page), 'a web page titled "Sign in to the guest network"'],
  ['nothing', (r) => r.end(), 'it is empty'],
  ['JSON', (r) => r.end('{"error":"gated"}'), 'JSON: "{"error":"gated"}"'],
  ['a pointer', (r) => r.end('version https://git-lfs.github.com/spec/v1\n'), 'Git-LFS pointer'],
  ['404', (r) => r.writeHead(404).end('no'), 'answered 404 Not Found'],
  ['401', (r) => r.writeHead(401).end(), 'answered 401 Unauthorized'],
  [
    'a circle of redirects',
    (r, path) => r.writeHead(302, { location: path }).end(),
    'redirect count exceeded',
  ],
  [
    'the first half and a cut connection',
    (r) => {
      r.writeHead(200, { 'content-length': model.length });
      r.write(model.subarray(0, 5000), () => r.destroy());
    },
    'other side closed',
  ],
  ['the first half as if it were all', (r) => r.end(model.subarray(0, 50_000)), 'truncated'],
])('a server that gives %s is named, and nothing is kept', async (_, given, said) => {
  answer = given;
  await expect(find(`${origin}/tiny.gguf`)).rejects.toThrow(said);
  await expect(find(`${origin}/tiny.gguf`)).rejects.toThrow(`${origin}/tiny.gguf`);
  expect(kept()).toEqual([]);
  answer = (response) => response.end(model);
  await expect(find(`${origin}/tiny.gguf`)).resolves.toBeDefined();
});

test('a redirect is followed', async () => {
  answer = (response, path) =>
    path === '/moved.gguf' ? response.writeHead(302, { location: '/real.gguf' }).end() : response.end(model);
  await expect(find(`${origin}/moved.gguf`)).resolves.toBeDefined();
});

test('no listener is told by its cause', async () => {
  server.close();
  await expect(find(`${origin}/tiny.gguf`)).rejects.toMatchObject({ code: 'Network' });
  await expect(find(`${origin}/tiny.gguf`)).rejects.toThrow('ECONNREFUSED');
});

test('an address that is none is refused', async () => {
  await expect(find('http://')).rejects.toThrow('no address');
});

test('a page that goes on for ever ends the download with its first bytes', async () => {
  let isClosed = false;
  answer = (response) => {
    response.on('close', () => (isClosed = true));
    response.write(page.padEnd(5000)); // and no end
  };
  await expect(find(`${origin}/tiny.gguf`)).rejects.toThrow('a web page');
  await vi.waitFor(() => expect(isClosed).toBe(true));
});

test('a model of another kind ends the download with its header, and is not kept', async () => {
  const source = tinyLlamaSource(7, { metadata: { 'general.architecture': 'rwkv7' } });
  const header = writeGguf(source);
  let isClosed = false;
  answer = (response) => {
    response.on('close', () => (isClosed = true));
    response.writeHead(200, { 'content-length': 2 ** 31 });
    response.write(header);
    response.write(new Uint8Array(2 ** 21)); // and no end
  };
  await expect(find(`${origin}/rwkv.gguf`)).rejects.toThrow('Architecture "rwkv7" is not supported');
  await vi.waitFor(() => expect(isClosed).toBe(true));
  expect(kept()).toEqual([]);
});

test('a kept file that is no model is named and fetched again', async () => {
  answer = (response) => response.end(model);
  const { path } = await find(`${origin}/tiny.gguf`);
  writeFileSync(path, page);
  notes = [];
  expect(await find(`${origin}/tiny.gguf`)).toEqual({ path });
  expect(notes.join('\n')).toContain(path);
  expect(notes.join('\n')).toContain('a web page');
  expect(notes.join('\n')).toContain('fetching it again');
});

test('a path counts from where the command was typed, and its file is looked at', async () => {
  writeFileSync(join(folder, 'tiny.gguf'), model);
  expect(await find('tiny.gguf')).toEqual({ path: join(folder, 'tiny.gguf') });
  mkdirSync(join(folder, 'models'));
  await expect(find('models')).rejects.toThrow('is a folder without a model');
  await expect(find('none.gguf')).rejects.toThrow(`There is no file ${join(folder, 'none.gguf')}`);
  writeFileSync(join(folder, 'page.gguf'), page);
  await expect(find('page.gguf')).rejects.toThrow(
    `${join(folder, 'page.gguf')}: Not a GGUF file: it is a web page`,
  );
  const silent = tinyLlama(7, { metadata: { 'tokenizer.chat_template': 'hello' } });
  writeFileSync(join(folder, 'silent.gguf'), silent);
  await expect(find('silent.gguf')).rejects.toThrow('gives the user');
});

const tiny = tinyLlamaSource(7);
const parts = splitGguf(tiny, [5, 0, tiny.tensors.length - 5]).map((part) => writeGguf(part));
const nameOf = (i: number): string => `tiny-Q8_0-0000${i + 1}-of-00003.gguf`;

test('a model in parts is joined once, whichever of them is named', async () => {
  parts.forEach((part, i) => writeFileSync(join(folder, nameOf(i)), part));
  const { path } = await find(nameOf(0));
  expect(path).toMatch(/-tiny-Q8_0\.gguf$/);
  expect(Buffer.concat(parts).equals(readFileSync(path))).toBe(true);
  expect(notes.join()).toContain('Joining 3 files');
  notes = [];
  expect(await find(nameOf(2))).toEqual({ path });
  expect(notes).toEqual([]);
});

test('of a model in parts those that are missing are named, and another in their place is refused', async () => {
  writeFileSync(join(folder, nameOf(0)), parts[0] ?? '');
  await expect(find(nameOf(0))).rejects.toThrow(
    `are missing: ${join(folder, nameOf(1))}, ${join(folder, nameOf(2))}`,
  );
  for (const i of [1, 2]) writeFileSync(join(folder, nameOf(i)), parts[2] ?? '');
  await expect(find(nameOf(0))).rejects.toThrow('Behind part 1 of 3 of a model comes part 3 of 3');
  expect(existsSync(modelFolder())).toBe(false);
});

test('the parts of a model are downloaded into one file, and kept only when all are there', async () => {
  let isShort = true;
  answer = (response, path) => {
    const part = parts[parts.findIndex((_, i) => path === `/${nameOf(i)}`)];
    if (part && !(isShort && path.includes('00003-of'))) response.end(part);
    else response.writeHead(404).end();
  };
  await expect(find(`${origin}/${nameOf(0)}`)).rejects.toThrow(`${nameOf(2)} answered 404`);
  expect(kept()).toEqual([]);
  isShort = false;
  const { path } = await find(`${origin}/${nameOf(0)}`);
  expect(Buffer.concat(parts).equals(readFileSync(path))).toBe(true);
  expect(await find(`${origin}/${nameOf(1)}`)).toEqual({ path });
});

describe('a model in safetensors', () => {
  const three = tinyHub(7, { numLayers: 1 }, 3);
  const sides = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
  const index = 'model.safetensors.index.json';
  const shards = [1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`);
  const write = (files: HubFiles): string => {
    const at = join(folder, 'hub');
    mkdirSync(at);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(at, name), bytes);
    return at;
  };
  const serve = (files: HubFiles) => {
    const requests: string[] = [];
    answer = (response, path) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      requests.push(name);
      const bytes = files[name];
      if (bytes) response.end(bytes);
      else response.writeHead(404).end();
    };
    return requests;
  };

  test('is named by its folder, or by a file in it', async () => {
    const at = write({ ...three, 'README.md': new Uint8Array(9) });
    const { path } = await find('hub');
    expect(path).toBe(join(at, index));
    expect(await filesOfModel(path)).toEqual([...sides, ...shards, index].map((name) => join(at, name)));
    const all = Buffer.concat([...sides, ...shards].map((name) => three[name] ?? new Uint8Array()));
    expect(await sha256OfModel(path)).toBe(createHash('sha256').update(all).digest('hex'));
    expect(await openConfig(path)).toMatchObject({ numLayers: 1, ropePairing: 'half' });
    expect(await find(join('hub', shards[1] ?? ''))).toEqual({ path: join(at, shards[1] ?? '') });
    await expect(findModelFile('hub', () => undefined)).rejects.toThrow('takes models in GGUF only');
  });

  test('of which a file is missing says which', async () => {
    const at = write(three);
    rmSync(join(at, 'tokenizer.json'));
    await expect(find('hub')).rejects.toThrow(`${at}: tokenizer.json is missing`);
    writeFileSync(join(at, 'tokenizer.json'), three['tokenizer.json'] ?? '');
    rmSync(join(at, shards[2] ?? ''));
    await expect(find('hub')).rejects.toThrow(`${shards[2]} is missing`);
    await expect(find(join('hub', shards[0] ?? ''))).rejects.toThrow(`${shards[2]} is missing`);
  });

  test('is downloaded once, with all that lies beside it', async () => {
    const requests = serve(three);
    const { path } = await find(`${origin}/tiny/resolve/main/${index}`);
    const absent = ['generation_config.json', 'chat_template.jinja'];
    expect(requests).toEqual([...sides, ...absent, index, ...shards]);
    expect(path).toContain(join(modelFolder(), ''));
    expect(path).toMatch(/-tiny[\\/]model\.safetensors\.index\.json$/);
    expect(await find(`${origin}/tiny/resolve/main/${index}`)).toEqual({ path });
    expect(requests).toHaveLength(9);
  });

  test('that does not run is refused before its weights come, and not kept', async () => {
    const requests = serve({ ...three, 'config.json': Buffer.from('{"model_type":"rwkv"}') });
    await expect(find(`${origin}/tiny/${index}`)).rejects.toThrow('"rwkv" are not supported');
    expect(requests).toEqual(['config.json']);
    serve({ ...three, [shards[1] ?? '']: Buffer.from(page) });
    await expect(find(`${origin}/tiny/${index}`)).rejects.toThrow('a web page titled "Sign in');
    expect(kept()).toEqual([]);
  });
});

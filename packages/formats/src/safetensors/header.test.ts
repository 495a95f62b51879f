// Headers that lie, and files that are none: a typed error by name, or what the undamaged file holds; nothing is read beyond the file.
import { LongreadError } from '@longread/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../testing/bytes-source.ts';
import { headerOf, withHeader, writeSafetensors, type HubTensor } from '../testing/write-safetensors.ts';
import { encodeUtf8 } from '../utf8.ts';
import { checkHubHead, readTensorEntries } from './header.ts';

const tensors: readonly HubTensor[] = [
  { name: 'a', dtype: 'F32', shape: [2, 3], data: new Uint8Array(24).fill(1) },
  { name: 'b', dtype: 'F16', shape: [4], data: new Uint8Array(8).fill(2) },
  { name: 'none', dtype: 'F16', shape: [0], data: new Uint8Array() },
];
const file = writeSafetensors(tensors);
const data = file.slice(-32);

const read = (bytes: Uint8Array<ArrayBuffer>) =>
  readTensorEntries({ name: 'model.safetensors', source: bytesSource(bytes) });
const readHeader = (change: (header: Record<string, unknown>) => unknown, rest = data) =>
  read(withHeader(JSON.stringify(change(headerOf(tensors))), rest));

describe('a header', () => {
  it('gives the tensors in the order of their bytes', async () => {
    const start = file.length - 32;
    const entries = await read(file);
    expect(entries.map(({ name, offset, sizeBytes }) => [name, offset - start, sizeBytes])).toEqual([
      ['a', 0, 24],
      ['b', 24, 8],
      ['none', 32, 0],
    ]);
    expect(entries[0]).toMatchObject({ dtype: 'F32', shape: [2, 3] });
  });

  it('may hold its tensors in any order, and no metadata', async () => {
    const { a, b, none } = headerOf(tensors);
    expect(await readHeader(() => ({ b, none, a }))).toHaveLength(3);
  });

  const entry = (change: object) => (header: Record<string, unknown>) => ({
    ...header,
    b: { dtype: 'F16', shape: [4], data_offsets: [24, 32], ...change },
  });

  it.each<[string, Parameters<typeof readHeader>[0], string]>([
    ['a list', () => [], 'not in safetensors'],
    ['a tensor that is none', (h) => ({ ...h, b: [] }), 'Tensor "b"'],
    ['a type that is no name', entry({ dtype: 5 }), 'type 5'],
    ['a negative size', entry({ shape: [-4] }), 'shape [-4]'],
    ['half a size', entry({ shape: [1.5] }), 'shape [1.5]'],
    ['too many dimensions', entry({ shape: Array(9).fill(1) }), 'up to 8 sizes'],
    ['no place', entry({ data_offsets: undefined }), 'lies at missing'],
    ['half a place', entry({ data_offsets: [24] }), 'lies at [24]'],
    ['a place that ends before it begins', entry({ data_offsets: [32, 24] }), 'lies at [32,24]'],
    ['a place beyond the file', entry({ data_offsets: [24, 33] }), 'but the file has'],
    ['a place beyond all files', entry({ data_offsets: [24, 2 ** 60] }), 'lies at'],
    ['a place that another has', entry({ data_offsets: [16, 32] }), 'overlaps another tensor'],
    ['a hole', entry({ data_offsets: [26, 32] }), 'bytes of no tensor from'],
  ])('with %s is refused', async (_, change, said) => {
    await expect(readHeader(change)).rejects.toThrow(said);
    await expect(readHeader(change)).rejects.toMatchObject({ code: 'ModelFormat' });
  });

  it('is refused when bytes are left behind its tensors, or missing', async () => {
    await expect(readHeader((h) => h, new Uint8Array(33))).rejects.toThrow('end at byte');
    await expect(readHeader((h) => h, new Uint8Array(31))).rejects.toThrow('truncated');
  });

  it('is refused when a key is there twice', async () => {
    const text = JSON.stringify(headerOf(tensors));
    const twice = text.replace('"b":', '"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24]},"b":');
    await expect(read(withHeader(twice, data))).rejects.toThrow('a key twice');
    const inner = text.replace('"dtype":"F16"', '"dtype":"F32","dtype":"F16"');
    await expect(read(withHeader(inner, data))).rejects.toThrow('a key twice');
    const colons = text.replace('"b":', String.raw`"b:\"::\\":`);
    expect((await read(withHeader(colons, data))).map(({ name }) => name)).toContain('b:"::\\');
  });

  it('is refused when its length is a lie', async () => {
    for (const [length, said] of [
      [2n ** 63n, 'not in safetensors'],
      [2n ** 39n, 'the limit is 16777216'],
      [100_000n, 'but the file has'],
      [0n, 'is not JSON'],
      [9n, 'is not JSON'],
    ] as const) {
      const bytes = file.slice();
      new DataView(bytes.buffer).setBigUint64(0, length, true);
      await expect(read(bytes)).rejects.toThrow(said);
    }
  });
});

describe('a file that is not in safetensors', () => {
  it.each<[string, string, string]>([
    ['a web page', '<!doctype html><title>Sign in</title>', 'a web page titled "Sign in"'],
    ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid', 'a Git-LFS pointer'],
    ['PyTorch weights', 'PK\x03\x04archive', 'PyTorch weights are one'],
    ['a pickle', '\x80\x02}q\x00(X\x01', 'begins with the bytes c2 80'],
    ['GGUF', 'GGUF\x03\x00\x00\x00', 'model.safetensors is not in safetensors'],
    ['nothing', '', 'it is empty'],
  ])('(%s) is named', async (_, content, said) => {
    await expect(read(encodeUtf8(content))).rejects.toThrow(said);
    expect(() => checkHubHead('model.safetensors', encodeUtf8(content))).toThrow(said);
  });

  it('is told by its first bytes where JSON or a template should be', () => {
    const page = encodeUtf8('<html><title>404</title>');
    expect(() => checkHubHead('config.json', page)).toThrow('config.json is not JSON: it is a web page');
    expect(() => checkHubHead('chat_template.jinja', page)).toThrow('is not a chat template');
    expect(() => checkHubHead('config.json', encodeUtf8(' \n{}'))).not.toThrow();
    expect(() => checkHubHead('chat_template.jinja', encodeUtf8('{{ messages }}'))).not.toThrow();
    expect(() => checkHubHead('model.safetensors', file)).not.toThrow();
  });
});

it('damaged anywhere, it is refused or holds tensors inside the file, and no read leaves that', async () => {
  const change = fc.record({
    kind: fc.constantFrom('flip', 'cut', 'insert', 'digit'),
    at: fc.nat({ max: file.length - 1 }),
    value: fc.integer({ min: 0, max: 255 }),
  });
  const headerEnd = file.length - 32;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      let bytes = [...file];
      for (const { kind, at, value } of changes) {
        if (kind === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (value | 1);
        else if (kind === 'cut') bytes = bytes.slice(0, at);
        else if (kind === 'insert') bytes.splice(at, 0, value);
        else bytes[at % headerEnd] = 0x30 + (value % 10);
      }
      const damaged = Uint8Array.from(bytes);
      const source = {
        size: damaged.length,
        read: (offset: number, length: number) => {
          expect(offset >= 0 && length >= 0 && offset + length <= damaged.length).toBe(true);
          return Promise.resolve(damaged.slice(offset, offset + length));
        },
      };
      try {
        const entries = await readTensorEntries({ name: 'model.safetensors', source });
        const bytesOfAll = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        expect(entries[0]?.offset ?? damaged.length).toBe(damaged.length - bytesOfAll);
      } catch (error) {
        if (!(error instanceof LongreadError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

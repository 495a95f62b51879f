// Repositories by name, against listings in the hub's documented shape.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findHubFile, findStored, hubUrl, parseHubId, type HubAnswer } from './hub.ts';

const base = 'https://hub.example/mirror/';
const sha256 = 'ab'.repeat(32);
const file = (path: string, size = 1, oid?: string) => ({
  type: 'file',
  path,
  size,
  ...(oid && { lfs: { oid } }),
});
const answer = (body: unknown, status = 200, link = ''): HubAnswer => ({ status, body, link });

describe('a name', () => {
  test.each([
    ['hf:owner/repo', { repo: 'owner/repo' }],
    ['HF:owner/re.po-GGUF', { repo: 'owner/re.po-GGUF' }],
    ['hf://owner/repo', { repo: 'owner/repo' }],
    ['hf:owner/repo:Q4_K_M', { repo: 'owner/repo', tag: 'Q4_K_M' }],
    ['hf:o/r/a b/m-Q8_0.gguf', { repo: 'o/r', file: 'a b/m-Q8_0.gguf' }],
    ['hf:o/r/m.gguf@refs/pr/1', { repo: 'o/r', file: 'm.gguf', revision: 'refs/pr/1' }],
    ['hf:o/r:Q8_0@main', { repo: 'o/r', tag: 'Q8_0', revision: 'main' }],
  ])('%s', (text, model) => {
    expect(parseHubId(text)).toEqual(model);
  });

  test.each([
    'hf:',
    'hf:owner',
    'hf:/repo',
    'hf:o/r/',
    'hf:o/r/../x.gguf',
    'hf:o/r@',
    'hf:../r',
    'hf:o/r/a:b',
    'hf:o/..',
  ])('%s is none', (text) => expect(() => parseHubId(text)).toThrow('names no repository'));

  test('becomes an address below the base, whatever stands in it', () => {
    expect(hubUrl(base, { repo: 'o/r' }, 'a b/m#1.gguf')).toBe(
      'https://hub.example/mirror/o/r/resolve/main/a%20b/m%231.gguf',
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (revision, path) => {
        const url = hubUrl(base, { repo: 'o/r', revision }, path);
        expect(url.startsWith('https://hub.example/mirror/o/r/resolve/')).toBe(true);
        expect(url).not.toMatch(/[?#]/);
      }),
    );
  });
});

describe('a repository', () => {
  const listing = [
    { type: 'directory', path: 'gguf' },
    file('README.md'),
    file('mmproj-F16.gguf', 9),
    file('m-F16.gguf', 3000),
    file('m-Q8_0.gguf', 1500),
    file('m-Q4_K_M.gguf', 800, sha256),
    file('big/m-BF16-00001-of-00002.gguf', 2000),
    file('big/m-BF16-00002-of-00002.gguf', 2000),
    file('lost-00001-of-00002.gguf', 7),
  ];
  const folder = [file('config.json'), file('tokenizer.json'), file('model.safetensors', 2e6)];
  const find = (id: string, body: unknown = listing) =>
    findHubFile(parseHubId(id), base, (url) => {
      expect(url).toBe('https://hub.example/mirror/api/models/o/r/tree/main?recursive=true');
      return Promise.resolve(answer(body));
    });

  test('gives the usual file, its size and hash, and what else there is', async () => {
    const found = await find('hf:o/r');
    expect(found).toMatchObject({ sizeBytes: 800, sha256 });
    expect(found.urls).toEqual(['https://hub.example/mirror/o/r/resolve/main/m-Q4_K_M.gguf']);
    expect(found.choices.map(({ sizeBytes }) => sizeBytes)).toEqual([4000, 3000, 1500, 800]);
  });

  test('gives the file that is named, by its tag or by a part of it', async () => {
    expect((await find('hf:o/r/m-F16.gguf')).paths).toEqual(['m-F16.gguf']);
    expect((await find('hf:o/r:q8_0')).paths).toEqual(['m-Q8_0.gguf']);
    expect((await find('hf:o/r/big/m-BF16-00002-of-00002.gguf')).urls).toEqual([
      hubUrl(base, { repo: 'o/r' }, 'big/m-BF16-00001-of-00002.gguf'),
      hubUrl(base, { repo: 'o/r' }, 'big/m-BF16-00002-of-00002.gguf'),
    ]);
    expect((await find('hf:o/r', [file('odd.gguf')])).paths).toEqual(['odd.gguf']);
  });

  test('gives a model in safetensors where it is named, or there is no GGUF file', async () => {
    expect(await find('hf:o/r', folder)).toMatchObject({ sizeBytes: 2e6, sha256: undefined });
    expect((await find('hf:o/r', [...folder, ...listing])).paths).toEqual(['m-Q4_K_M.gguf']);
    expect((await find('hf:o/r', [...folder, file('odd.gguf')])).paths).toEqual(['odd.gguf']);
    for (const id of ['hf:o/r:safetensors', 'hf:o/r/model.safetensors'])
      expect((await find(id, [...folder, ...listing])).urls).toEqual([
        hubUrl(base, { repo: 'o/r' }, 'model.safetensors'),
      ]);
    const [of3, index] = [
      (i: number) => `a/model-0000${i}-of-00003.safetensors`,
      'a/model.safetensors.index.json',
    ];
    const parts = [1, 2, 3].map((i) => file(of3(i), 5));
    const sides = [index, 'a/config.json', 'a/tokenizer.json'].map((path) => file(path));
    expect(await find(`hf:o/r/${index}`, [...sides, ...parts])).toMatchObject({
      paths: [of3(1), of3(2), of3(3), index],
      sizeBytes: 15,
    });
    await expect(find('hf:o/r', [...sides, ...parts.slice(1)])).rejects.toThrow('has no model');
    await expect(find('hf:o/r', [...sides, file('a/model-00001-of-00000.safetensors')])).rejects.toThrow();
  });

  test.each([
    [
      'hf:o/r/none.gguf',
      listing,
      'has no model file none.gguf. There are big/m-BF16-00001-of-00002.gguf (1 MB)',
    ],
    ['hf:o/r:Q4_K', listing, 'has no model Q4_K'],
    [
      'hf:o/r',
      [file('a.gguf'), file('b.gguf')],
      'several models, of which none is usual: a.gguf (1 MB), b.gguf',
    ],
    ['hf:o/r', [file('model.safetensors')], 'no folder of config.json, tokenizer.json and model.safetensors'],
    [
      'hf:o/r',
      [...folder, file('a.gguf'), file('b.gguf')],
      'none is usual: model.safetensors (2 MB), a.gguf',
    ],
    ['hf:o/r', { error: 'x' }, 'gave no list of files'],
    ['hf:o/r', [null, 3, file('../m.gguf'), file('x//m.gguf')], 'has no model: no GGUF file'],
  ])('%s is refused with what there is', async (id, body, said) => {
    await expect(find(id, body)).rejects.toThrow(said);
  });

  test.each([
    [401, 'private, gated, or not there'],
    [403, 'accept its terms'],
    [404, 'no revision main'],
    [429, 'Wait some minutes'],
    [500, 'try again later'],
  ])('that answers %i says what to do', async (status, said) => {
    const found = findHubFile({ repo: 'o/r' }, base, () => Promise.resolve(answer(undefined, status)));
    await expect(found).rejects.toThrow(said);
    await expect(found).rejects.toMatchObject({ code: 'Network', details: { status } });
  });

  test('is found among what is stored of this revision', () => {
    const stored = ['m-F16.gguf', 'a b-Q4_0.gguf', 'm-BF16-00001-of-00002.gguf'].map((path) => ({
      url: hubUrl(base, { repo: 'o/r' }, path),
      sizeBytes: 5,
    }));
    const among = (id: string) => findStored(parseHubId(id), base, stored);
    expect(among('hf:o/r')).toEqual([hubUrl(base, { repo: 'o/r' }, 'a b-Q4_0.gguf')]);
    expect(among('hf:o/r:F16')).toEqual([hubUrl(base, { repo: 'o/r' }, 'm-F16.gguf')]);
    expect(among('hf:o/r/m-BF16-00001-of-00002.gguf')).toBeUndefined();
    expect(among('hf:o/r2')).toBeUndefined();
    expect(among('hf:o/r@v2')).toBeUndefined();
  });

  test('is listed page by page, on the hub alone', async () => {
    const asked: string[] = [];
    const pages: Record<string, HubAnswer> = {
      first: answer([file('a-Q8_0.gguf')], 200, '<https://hub.example/mirror/next>; rel="next"'),
      'https://hub.example/mirror/next': answer(
        [file('a-Q4_0.gguf')],
        200,
        '<https://evil.example/>; rel="next"',
      ),
    };
    const found = await findHubFile({ repo: 'o/r' }, base, (url) => {
      asked.push(url);
      return Promise.resolve(pages[url] ?? pages.first ?? answer([]));
    });
    expect(found.paths).toEqual(['a-Q4_0.gguf']);
    expect(asked).toHaveLength(2);
  });
});

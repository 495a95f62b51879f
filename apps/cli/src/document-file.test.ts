// What can be read as a document, and what is refused before a browser starts.
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { unreadable } from '@longread/command';
import { openDocument as openNamed, openFile } from './document-file.ts';

let folder: string;
const openDocument = (...files: string[]) => openNamed({ files });
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longread-files-'));
  writeFileSync(at('book.txt'), 'Call me Ishmael.');
  writeFileSync(at('empty.txt'), '');
  mkdirSync(at('folder'));
  symlinkSync('gone.txt', at('link.txt'));
  symlinkSync('round.txt', at('round.txt'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is served from where it is', async () => {
  expect(await openDocument(at('book.txt'))).toMatchObject({
    title: 'book.txt',
    content: { path: at('book.txt') },
  });
});

test('a path counts from where the command was typed', async () => {
  vi.stubEnv('INIT_CWD', folder);
  expect(await openDocument('./book.txt')).toMatchObject({ content: { path: at('book.txt') } });
  vi.unstubAllEnvs();
});

test.each([
  ['empty.txt', 'is empty'],
  ['bok.txt', 'There is no file'],
  ['book.txt/part.txt', 'There is no file'],
  ['x'.repeat(300), 'There is no file'],
  ['link.txt', 'what it points to is gone'],
  ['round.txt', 'ELOOP'],
])('%s is refused', async (name, said) => {
  await expect(openDocument(at(name))).rejects.toMatchObject({ code: 'InvalidInput' });
  await expect(openDocument(at(name))).rejects.toThrow(said);
});

test.each([
  [
    'https://books.example/moby.txt',
    'There is no file https://books.example/moby.txt. Addresses are not read',
  ],
  ['~/book.txt', 'Only the shell knows ~'],
  ['/dev/null', 'a device'],
  ['/dev/fd/987', 'COMMAND | npm run ask -- -'],
])('%s says what to do instead', async (named, said) => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await expect(openDocument(named)).rejects.toThrow(said);
  vi.restoreAllMocks();
});

test('a socket is refused', async () => {
  const server = createServer().listen(at('socket'));
  await expect(openDocument(at('socket'))).rejects.toThrow('a socket');
  server.close();
});

test('a file without permission names that', () => {
  const error = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  expect(unreadable('/book.txt', error).message).toContain(
    '/book.txt cannot be read: you lack the permission',
  );
});

describe('a FIFO', () => {
  const write = (name: string, text: string): void => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', at(name)]);
    createWriteStream(at(name)).end(text);
  };

  test('is read to its end', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    write('full', 'Call me Ishmael.');
    const { title, content } = await openDocument(at('full'));
    expect([title, Buffer.from(content as Uint8Array).toString()]).toEqual(['full', 'Call me Ishmael.']);
    write('hollow', '');
    await expect(openDocument(at('hollow'))).rejects.toThrow('hollow is empty');
    vi.restoreAllMocks();
  });
});

describe('several files', () => {
  test('are one document, in the order they were given', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    writeFileSync(at('a.txt'), 'One.\n\n\n');
    writeFileSync(at('b.txt'), '\ufeffTwo.');
    const opened = await openDocument(at('b.txt'), at('a.txt'), at('book.txt'));
    expect(opened).toMatchObject({
      title: 'b.txt, a.txt, book.txt',
      content: 'Two.\n\nOne.\n\n\n\n\nCall me Ishmael.',
    });
    expect(opened.outline?.map(({ label, start }) => [label, start])).toEqual([
      ['b.txt', 0],
      ['a.txt', 6],
      ['book.txt', 15],
    ]);
    expect(said).toHaveBeenCalledWith('Reading as one document, in this order: b.txt, a.txt, book.txt.\n');
    expect(await openNamed({ files: [at('a.txt'), at('b.txt')], title: 'Both' })).toMatchObject({
      title: 'Both',
    });
    vi.restoreAllMocks();
  });

  test('are refused where one is not there', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(openDocument(at('book.txt'), at('gone.txt'))).rejects.toThrow('There is no file');
    vi.restoreAllMocks();
  });
});

describe('a folder', () => {
  const makeFolder = (name: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(at(name));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(at(name), path, '..'), { recursive: true });
      writeFileSync(join(at(name), path), text);
    }
  };
  const filesOf = async (...named: string[]): Promise<unknown> =>
    (await openDocument(...named.map(at))).outline?.map(({ label }) => label);

  beforeAll(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));
  afterAll(() => void vi.restoreAllMocks());

  test('is read as one document, its files by the order of their paths, each named', async () => {
    makeFolder('notes', { '10.txt': 'Ten.', '2.txt': 'Two.', 'in/<b>.md': '# A\n\nIn.', '.git/HEAD': 'x' });
    expect(await openDocument(`${at('notes')}/`)).toMatchObject({
      title: 'notes',
      content: 'Two.\n\nTen.\n\n# A\n\nIn.',
      notes: ['Hidden files and folders were left out.'],
    });
    expect(await filesOf('notes')).toEqual(['notes/2.txt', 'notes/10.txt', 'notes/in/<b>.md', 'A']);
    expect(await filesOf('book.txt', 'notes/in', 'notes/10.txt')).toEqual([
      'book.txt',
      'in/<b>.md',
      'A',
      '10.txt',
    ]);
  });

  test('is read where the command was typed in it', async () => {
    vi.stubEnv('INIT_CWD', at('notes'));
    expect(await openNamed({ files: ['.'], title: 'Mine' })).toMatchObject({ title: 'Mine' });
    vi.unstubAllEnvs();
  });

  test('with links, pipes and files that fail is read without them, and says so', async () => {
    makeFolder('odd', { 'good.txt': 'Good.' });
    symlinkSync('.', at('odd/round'));
    symlinkSync('..', at('odd/up'));
    symlinkSync('gone.txt', at('odd/broken'));
    symlinkSync('self', at('odd/self'));
    symlinkSync(at('book.txt'), at('odd/linked.txt'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('odd/pipe')]);
    const { content, notes } = await openDocument(at('odd'));
    expect(content).toBe('Good.\n\nCall me Ishmael.');
    expect(notes).toEqual([
      '5 of 7 files cannot be read as text and were left out: odd/broken, odd/pipe, odd/round, odd/self, odd/up.',
    ]);
  });

  test.each([
    ['bare', {}, 'bare has no files in it'],
    ['pictures', { 'a.gif': 'GIF89a\0', 'b.gif': 'GIF87a\0' }, 'can be read as text'],
    ['blank', { 'a.txt': '\n' }, 'blank holds no text'],
  ])('%s is refused', async (name, files, said) => {
    makeFolder(name, files);
    await expect(openDocument(at(name))).rejects.toMatchObject({ code: 'InvalidInput' });
    await expect(openDocument(at(name))).rejects.toThrow(said);
  });

  test('is no file to import', async () => {
    await expect(openFile(at('notes'))).rejects.toThrow('is a folder. Name a file in it.');
  });
});

test('a web page is read as text, with its headings', async () => {
  writeFileSync(at('page.html'), '<html><title>Whales</title><h2>Size</h2><p>Large.');
  expect(await openDocument(at('page.html'))).toEqual({
    title: 'Whales',
    content: 'Size\n\nLarge.',
    outline: [{ start: 0, kind: 'heading', label: 'Size', level: 2 }],
    notes: [],
  });
});

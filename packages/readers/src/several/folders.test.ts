// Folders as one document: what is in them, what is left out and told, and where they end.
import { describe, expect, test } from 'vitest';
import { readDocument } from '../read-document.ts';
import type { Folder, NamedFile } from '../types.ts';

type Inside = readonly (NamedFile | Folder)[];

const folder = (name: string, ...inside: Inside): Folder => ({
  name,
  entries: () => Promise.resolve(inside),
});
const file = (name: string, content: BlobPart = `Text of ${name}.`): NamedFile => ({
  name,
  open: () => Promise.resolve(new Blob([content])),
});
const picture = (name: string): NamedFile => file(name, Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
/** Cannot be opened, as where it is gone since, or may not be read. */
const failing = (name: string, error: Error): NamedFile => ({ name, open: () => Promise.reject(error) });

test('files of all folders in it come in the order of their paths, whatever the order given', async () => {
  const inside = [
    file('b.txt'),
    folder('part 10', file('x.txt')),
    folder('part 2', file('y.txt')),
    file('a.txt'),
  ];
  const { title, source, notes, outline } = await readDocument([folder('book', ...inside)]);
  const paths = ['book/a.txt', 'book/b.txt', 'book/part 2/y.txt', 'book/part 10/x.txt'];
  expect(outline.map(({ label }) => label)).toEqual(paths);
  expect([title, notes]).toEqual(['book', []]);
  const again = await readDocument([folder('book', ...inside.toReversed())]);
  expect(again.source).toBe(source);
});

test('what is picked as files that know their folder is the same document as the folder', async () => {
  const at = (path: string): File =>
    Object.defineProperty(
      new File([`Text of ${path.split('/').at(-1)}.`], path.split('/').at(-1) ?? ''),
      'webkitRelativePath',
      {
        value: path,
      },
    );
  const picked = await readDocument([at('book/.git/HEAD'), at('book/b.txt'), at('book/a/c.txt')]);
  const dropped = await readDocument([
    folder('book', folder('a', file('c.txt')), file('b.txt'), folder('.git', file('HEAD'))),
  ]);
  expect(picked).toEqual(dropped);
  expect(picked.notes).toEqual(['Hidden files and folders were left out.']);
  expect((await readDocument([at('book/only.txt')])).title).toBe('book');
});

test('files and folders together are called by all of their names', async () => {
  const some = [folder('one', file('a.txt')), new File(['Text.'], 'b.txt')];
  expect((await readDocument(some)).title).toBe('one, b.txt');
  const more = [...some, folder('<b>', file('c.txt')), new File(['More.'], 'd.txt')];
  const { title, outline } = await readDocument(more);
  expect(title).toBe('one and 3 more');
  expect(outline.map(({ label }) => label)).toContain('<b>/c.txt');
});

test('what fails among good files is left out and told, the others are read', async () => {
  const huge = new Blob(['x']);
  Object.defineProperty(huge, 'size', { value: 2 ** 40 });
  const { source, notes } = await readDocument([
    folder(
      'notes',
      file('good.txt', 'Good.'),
      picture('cat.png'),
      file('empty.txt', ''),
      failing('gone.txt', new DOMException('It is gone.', 'NotFoundError')),
      failing('locked.txt', new DOMException('No.', 'NotReadableError')),
      { name: 'video.mkv', open: () => Promise.resolve(huge) },
      { name: 'closed', entries: () => Promise.reject(new Error('EACCES')) },
    ),
  ]);
  expect(source).toBe('Good.');
  expect(notes).toEqual([
    '5 of 7 files cannot be read as text and were left out: notes/cat.png, notes/closed, notes/gone.txt, notes/locked.txt, notes/video.mkv.',
  ]);
});

test('an own fault is no fault of a file', async () => {
  const broken = failing('a.txt', new TypeError('x is undefined'));
  await expect(readDocument([folder('notes', broken, file('b.txt'))])).rejects.toThrow('x is undefined');
});

describe('a folder is refused', () => {
  test.each([
    ['empty', folder('empty'), 'empty has no files in it. Choose a folder with text files in it.'],
    ['of empty folders', folder('a', folder('b')), 'a has no files in it.'],
    [
      'of hidden files',
      folder('a', file('.env'), file('Thumbs.db')),
      'a has no files in it that are not hidden.',
    ],
    [
      'of pictures',
      folder('a', picture('1.png'), picture('2.png')),
      'None of 2 files can be read as text. The first: a/1.png is a PNG picture',
    ],
    [
      'that cannot be looked into',
      { name: 'a', entries: () => Promise.reject(new Error('EIO')) },
      'The folder a cannot be read: EIO',
    ],
    ['of files without text', folder('a', file('1.txt', ' '), file('2.txt', '')), 'a holds no text.'],
    [
      'of 10,000 files',
      folder('a', ...Array.from({ length: 10_000 }, (_, i) => file(`${i}.txt`))),
      'a has too many files: 2,001; the limit is 2,000.',
    ],
  ])('%s', async (_, given, said) => {
    await expect(readDocument([given])).rejects.toThrow(said);
  });

  test('with more in it than anybody looks through, as where it holds itself', async () => {
    const endless: Folder = {
      name: 'endless',
      entries: () => Promise.resolve(Array.from({ length: 3 }, () => endless)),
    };
    await expect(readDocument([endless])).rejects.toThrow('endless has too many entries: 50,');
    const round: Folder = { name: 'round', entries: () => Promise.resolve([file('a.txt'), round]) };
    const { notes, outline } = await readDocument([round]);
    expect(outline).toHaveLength(32);
    expect(notes).toEqual(['Folders more than 32 deep were left out.']);
  });

  test('when it is cancelled', async () => {
    const abort = new AbortController();
    const slow: Folder = {
      name: 'slow',
      entries: () => {
        abort.abort();
        return Promise.resolve([folder('in', file('a.txt'))]);
      },
    };
    await expect(readDocument([slow], { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
  });
});

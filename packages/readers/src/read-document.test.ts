// What every kind of file has in common: it is told by its bytes, limited by its size, and refused by its name.
import { describe, expect, test } from 'vitest';
import { readDocument } from './read-document.ts';
import { zipOf } from './testing/books.ts';

test('a text stays the file it is, with its headings', async () => {
  const text = 'PREFACE\n\nHello.\n\nChapter 1\n\nCall me Ishmael.\n';
  const file = new File([text], 'moby.bin');
  const progress: number[] = [];
  expect(await readDocument(file, { onProgress: ({ done }) => progress.push(done) })).toEqual({
    title: 'moby.bin',
    source: file,
    notes: [],
    outline: [
      { start: 0, kind: 'heading', label: 'PREFACE', level: 2 },
      { start: text.indexOf('Chapter'), kind: 'heading', label: 'Chapter 1', level: 2 },
    ],
  });
  expect(progress.at(-1)).toBe(text.length);
});

describe('headings of a text in another encoding stand where the engine decodes them', () => {
  const text = 'Übergrößen\n\nKapitel 1\n\nMüller.\n';
  test.each([
    ['UTF-16', new Uint8Array(Uint16Array.from(`\ufeff${text}`, (char) => char.charCodeAt(0)).buffer), 1],
    ['UTF-8 with a mark', new TextEncoder().encode(`\ufeff${text}`), 1],
    ['Latin-1', Uint8Array.from(text, (char) => char.charCodeAt(0)), 0],
  ])('%s', async (_, bytes, marks) => {
    const { outline } = await readDocument(new Blob([bytes]));
    expect(outline).toEqual([{ start: marks + 12, kind: 'heading', label: 'Kapitel 1', level: 2 }]);
  });
});

test.each([
  ['\x89PNG\r\n\x1a\n', 'x.txt is a PNG picture'],
  ['\xd0\xcf\x11\xe0\xa1\xb1', 'x.txt is an old Office file'],
  ['\x1f\x8b\b\0', 'x.txt is a gzip archive'],
])('%j is refused by name', async (head, said) => {
  const bytes = Uint8Array.from(head, (char) => char.charCodeAt(0));
  await expect(readDocument(new File([bytes], 'x.txt'))).rejects.toThrow(said);
});

test.each([
  [{ 'xl/workbook.xml': '' }, 'a spreadsheet'],
  [{ 'ppt/a.xml': '' }, 'a presentation'],
  [{ 'content.xml': '' }, 'an OpenDocument file'],
  [{ 'inner.zip': zipOf({ 'a.txt': 'x' }) }, 'a ZIP archive'],
  [{}, 'an empty ZIP archive'],
])('an archive %# says what it is', async (files, said) => {
  await expect(readDocument(new File([zipOf(files as never)], 'a.zip'))).rejects.toThrow(`a.zip is ${said}`);
});

test('a file of two gigabytes is refused before any of it is read', async () => {
  const file = new File(['x'], 'huge.txt');
  Object.defineProperty(file, 'size', { value: 2 ** 31 });
  file.slice = file.stream = () => {
    throw new Error('it was read');
  };
  await expect(readDocument(file)).rejects.toThrow(
    'huge.txt is too large to be read, in bytes: 2,147,483,648; the limit is 536,870,912. Split it',
  );
});

test('a signal ends the reading of a text between its pieces', async () => {
  const controller = new AbortController();
  const file = new File(['x'.repeat(10_000_000)], 'long.txt');
  const reading = readDocument(file, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(reading).rejects.toMatchObject({ code: 'Aborted' });
});

// Several files as one document: order, places, and what is left out.
import { expect, test } from 'vitest';
import { readDocument } from '../read-document.ts';
import { pdfOf } from '../testing/pdf.ts';

const fileAt = (path: string, content: string | Uint8Array<ArrayBuffer>): File =>
  Object.defineProperty(new File([content], path.split('/').at(-1) ?? ''), 'webkitRelativePath', {
    value: path,
  });

test('files come by name, each with its places behind its own', async () => {
  const { title, source, outline } = await readDocument([
    new File(['Ten.'], 'ch10.txt'),
    new File(['\ufeff# Two\n\nText.'], 'ch2.md'),
    new File([pdfOf([{ lines: ['Page.'] }])], 'a.pdf'),
  ]);
  expect(title).toBe('ch10.txt, ch2.md, a.pdf');
  expect(source).toBe('Page.\n\n# Two\n\nText.\n\nTen.');
  expect(outline.map(({ kind, label, start }) => [kind, label, start])).toEqual([
    ['file', 'a.pdf', 0],
    ['page', '1', 0],
    ['file', 'ch2.md', 7],
    ['heading', 'Two', 9],
    ['file', 'ch10.txt', 21],
  ]);
  const given = [new File(['B'], 'b.txt'), new File(['A'], 'a.txt')];
  expect((await readDocument(given, { order: 'given' })).source).toBe('B\n\nA');
});

test('a folder is called by its name, its files by their paths; what is no text is left out and told', async () => {
  const { title, source, notes, outline } = await readDocument([
    fileAt('notes/b/2.txt', 'Two.'),
    fileAt('notes/1.txt', 'One.'),
    fileAt(
      'notes/cat.png',
      Uint8Array.from('\x89PNG\r\n\x1a\n', (char) => char.charCodeAt(0)),
    ),
    fileAt('notes/raw.bin', new Uint8Array(300)),
    fileAt('notes/empty.txt', ''),
  ]);
  expect([title, source]).toEqual(['notes', 'One.\n\nTwo.']);
  expect(outline.map(({ label }) => label)).toEqual(['notes/1.txt', 'notes/b/2.txt']);
  expect(notes).toEqual([
    '2 of 5 files cannot be read as text and were left out: notes/cat.png, notes/raw.bin.',
  ]);
});

test('too many files, none, or none with text are refused', async () => {
  const one = new File(['x'], 'x.txt');
  await expect(readDocument(Array.from({ length: 2001 }, () => one))).rejects.toThrow(
    '2,001; the limit is 2,000',
  );
  await expect(readDocument([])).rejects.toThrow('No file was given');
  const picture = new File([Uint8Array.of(0x89, 0x50, 0x4e, 0x47)], 'x.png');
  await expect(readDocument([picture, picture])).rejects.toThrow('x.png is a PNG picture');
});

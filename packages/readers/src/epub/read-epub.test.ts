// EPUB books made here: reading order, headings, contents; and those that are damaged, protected or made to do harm.
import { expect, test } from 'vitest';
import { readDocument } from '../read-document.ts';
import { chapter, epubOf, zipOf, type Book } from '../testing/books.ts';

const read = async (bytes: Uint8Array<ArrayBuffer>) => {
  const { source, ...rest } = await readDocument(new File([bytes], 'whale.epub'));
  return { ...rest, text: source as string };
};
const book = (given: Book) => read(epubOf(given));

test('chapters come in the order of the spine, with their headings', async () => {
  const { title, text, outline, notes } = await book({
    chapters: {
      'b.xhtml': chapter('Two', 'Second.&nbsp;Yes.'),
      'a b.xhtml': chapter('One', 'First.', 'More.'),
    },
    spine: ['c1', 'c0'],
  });
  expect(title).toBe('The & Whale');
  expect(text).toBe('One\n\nFirst.\n\nMore.\n\nTwo\n\nSecond.\u00a0Yes.');
  expect(outline.map(({ start, label }) => [start, label])).toEqual([
    [0, 'One'],
    [text.indexOf('Two'), 'Two'],
  ]);
  expect(notes).toEqual([]);
});

const chapters = {
  'one.xhtml': chapter('', 'First of all.', '<a id="later"/>Later on.'),
  'two.xhtml': chapter('Two', 'Second.'),
};
const named = [
  [0, 'The Beginning', 1],
  [15, 'Later', 2],
  [26, 'Two', 2],
];

test('what only the table of contents names is a place, what the text says stays as it is', async () => {
  const nav =
    `<html xmlns:epub="x"><body><nav epub:type="toc"><h1>Contents</h1><ol><li><a href="one.xhtml">The <i>Beginning</i></a><ol><li>` +
    `<a href="one.xhtml#later">Later</a></li></ol></li><li><a href="two.xhtml">Chapter 2: Two</a></li><li><a href="gone.xhtml">Gone</a></li>` +
    `<li><a href="https://a.example/">Site</a></li></ol></nav>` +
    `<nav epub:type="page-list"><ol><li><a href="two.xhtml#later">7</a></li></ol></nav></body></html>`;
  const { outline } = await book({ chapters, nav });
  expect(outline.map(({ start, label, level }) => [start, label, level])).toEqual(named);
});

test('the table of contents of EPUB 2 serves as well', async () => {
  const point = (label: string, src: string, inner = '') =>
    `<navPoint><navLabel><text>${label}</text></navLabel><content src="${src}"/>${inner}</navPoint>`;
  const ncx = `<ncx><docTitle><text>No</text></docTitle><navMap>${point('The Beginning', 'one.xhtml', point('Later', 'one.xhtml#later'))}${point('2', 'two.xhtml')}</navMap></ncx>`;
  const { outline } = await book({ chapters, ncx });
  expect(outline.map(({ start, label, level }) => [start, label, level])).toEqual(named);
});

test('a chapter that is missing is told, the others are read', async () => {
  const { text, notes } = await book({
    chapters: { 'a.xhtml': chapter('One', 'First.') },
    spine: ['c0', 'c9'],
  });
  expect(text).toBe('One\n\nFirst.');
  expect(notes).toEqual(['1 of its 2 chapters are not in the file and were left out: c9.']);
});

test('paths that lead out of the archive lead nowhere', async () => {
  const { text, notes } = await book({
    chapters: {
      'a.xhtml': chapter('', 'Good.'),
      '../../evil.xhtml': chapter('', 'Evil.'),
      '/etc/passwd': 'Worse.',
    },
    more: { '../evil.xhtml': chapter('', 'Evil.'), '/etc/passwd': 'Worse.' },
  });
  expect(text).toBe('Good.');
  expect(notes).toHaveLength(1);
});

test('a book of pictures, without chapters, or with protection is refused by name', async () => {
  const refused = (given: Book) => expect(book(given)).rejects;
  await refused({ chapters: { 'a.xhtml': chapter('', '<img src="a.png"/>') } }).toThrow(
    'whale.epub holds no text: none of its 1 chapters has any.',
  );
  await refused({ chapters: {} }).toThrow('whale.epub is damaged: it names no chapters.');
  const encryption =
    '<encryption><EncryptedData><CipherReference URI="OEBPS/a.xhtml"/></EncryptedData></encryption>';
  await refused({ chapters: { 'a.xhtml': 'x' }, more: { 'META-INF/encryption.xml': encryption } }).toThrow(
    'protected',
  );
});

test('a book without its package document is damaged', async () => {
  const bytes = zipOf({
    'META-INF/container.xml': '<container><rootfile full-path="gone.opf"/></container>',
  });
  await expect(read(bytes)).rejects.toThrow('whale.epub lacks its entry gone.opf');
});

test('entities that a chapter declares are not expanded', async () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join(
    '',
  );
  const bomb = `<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "lol">${laughs}]><html><body><p>x &l9; y</p></body></html>`;
  expect((await book({ chapters: { 'a.xhtml': bomb } })).text.length).toBeLessThan(2000);
});

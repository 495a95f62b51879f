// Word documents made here: text, headings by style, tables, and what is not read.
import { expect, test } from 'vitest';
import { readDocument } from '../read-document.ts';
import { zipOf } from '../testing/books.ts';

const styles =
  '<w:styles><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>' +
  '<w:style w:styleId="Own"><w:name w:val="Mine"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style></w:styles>';
const p = (text: string, style = '') =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
const read = async (body: string) => {
  const bytes = zipOf({
    '[Content_Types].xml': '<Types/>',
    'docProps/core.xml':
      '<cp:coreProperties><dc:title>My Thesis</dc:title><dc:creator>Me</dc:creator></cp:coreProperties>',
    'word/styles.xml': styles,
    'word/document.xml': `<?xml version="1.0"?><w:document><w:body>${body}</w:body></w:document>`,
  });
  const { source, ...rest } = await readDocument(new File([bytes], 'thesis.docx'));
  return { ...rest, text: source as string };
};

test('paragraphs, headings by style, tables and breaks', async () => {
  const { title, text, outline } = await read(
    p('One &amp; all', 'berschrift1') +
      `<w:p><w:r><w:t>Split </w:t></w:r><w:r><w:t>run</w:t><w:br/><w:t>line</w:t><w:tab/><w:t>tab</w:t></w:r></w:p>` +
      p('Third', 'Own') +
      `<w:tbl><w:tr><w:tc>${p('a')}</w:tc><w:tc>${p('b')}</w:tc></w:tr></w:tbl>`,
  );
  expect(title).toBe('My Thesis');
  expect(text).toBe('One & all\n\nSplit run\nline tab\n\nThird\n\na\n\nb');
  expect(outline.map(({ start, label, level }) => [start, label, level])).toEqual([
    [0, 'One & all', 1],
    [text.indexOf('Third'), 'Third', 3],
  ]);
});

test('deleted text, field codes and second copies are not read', async () => {
  const { text } = await read(
    `<w:p><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del><w:r><w:instrText>PAGE</w:instrText><w:t>kept</w:t></w:r>` +
      `<mc:AlternateContent><mc:Choice><w:t> once</w:t></mc:Choice><mc:Fallback><w:t> twice</w:t></mc:Fallback></mc:AlternateContent></w:p>`,
  );
  expect(text).toBe('kept once');
});

test('an empty document, and elements without end, are refused by name', async () => {
  await expect(read('<w:p/>')).rejects.toThrow('thesis.docx holds no text');
  await expect(read('<w:p>'.repeat(5000))).rejects.toMatchObject({ code: 'LimitExceeded' });
});

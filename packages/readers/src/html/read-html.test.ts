// What is read of web pages, and what is not.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { readDocument } from '../read-document.ts';

const read = async (html: string | Uint8Array<ArrayBuffer>, name = 'page.html') => {
  const { source, ...rest } = await readDocument(new File([html], name));
  return { ...rest, text: source as string };
};
const page = (body: string, head = '<title>The page</title>') =>
  `<!DOCTYPE html><html><head>${head}</head><body>${body}</body></html>`;

test('paragraphs, lines and cells are parted as they are shown', async () => {
  const { text, title } = await read(
    page(`
    <h1>Whales</h1><p>They  are
       <em>la</em>rge.<br>Very.</p><p>Deep&nbsp;&amp; old &lt;b&gt;.</p>
    <ul><li>One<li>Two</ul><table><tr><td>a<td>b<tr><td>c</table><pre>  x
    y</pre>After`),
  );
  expect(title).toBe('The page');
  expect(text).toBe(
    'Whales\n\nThey are large.\nVery.\n\nDeep\u00a0& old <b>.\n\nOne\nTwo\n\na b\nc\n\n  x\n    y\n\nAfter',
  );
});

test('scripts, styles, menus, forms and what is hidden are not text', async () => {
  const { text, title } = await read(
    page(
      `<nav><ul><li><a href="/">Home</a></ul></nav><script>var a = "</p>x"</script><style>p{}</style><p>Read <!-- not --> this</p>
      <div hidden>no<div>no</div></div><p aria-hidden="true">no</p><p style="color:red;display: none">no</p><select><option>no</select>
      <svg><title>no</title><text>no</text></svg><img src="x" alt="no"><input value="no"><noscript>no</noscript><div role="navigation">no</div>
      <template><p>no</p></template><p>and that.</p>`,
      '<title>One &amp; only</title><style>h1{}</style>',
    ),
  );
  expect([title, text]).toEqual(['One & only', 'Read this\n\nand that.']);
});

test('headings are places, and title a page that has none', async () => {
  const { text, outline, title } = await read(
    '<html><body><h1> The <i>White</i>\n Whale</h1><p>A</p><h2></h2><h3>Of ropes</h3>B',
  );
  expect(title).toBe('The White Whale');
  expect(outline).toEqual([
    { start: 0, kind: 'heading', label: 'The White Whale', level: 1 },
    { start: text.indexOf('Of ropes'), kind: 'heading', label: 'Of ropes', level: 3 },
  ]);
});

test('a page without head or end is read', async () => {
  expect(await read('<!doctype html><title>T</title><p>One<p>Two <b>three')).toMatchObject({
    title: 'T',
    text: 'One\n\nTwo three',
  });
  expect((await read('<html><head><title>T</title><p>In no body')).text).toBe('In no body');
});

describe('encodings', () => {
  const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

  test('of the page’s own words', async () => {
    const russian = bytesOf('<html><meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2');
    expect(await read(russian)).toMatchObject({
      text: 'Привет',
      notes: ['Its bytes were read as windows-1251, which the page says that they are.'],
    });
    const japanese = bytesOf(
      '<html><head><meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"></head><p>\x82\xa0',
    );
    expect((await read(japanese)).text).toBe('あ');
  });

  test('Latin-1, UTF-16 and an encoding that nobody knows', async () => {
    expect((await read(bytesOf('<html><meta charset=iso-8859-1><p>caf\xe9'))).text).toBe('café');
    const wide = Uint16Array.from('\ufeff<html><p>naïve 三', (char) => char.charCodeAt(0));
    expect((await read(new Uint8Array(wide.buffer))).text).toBe('naïve 三');
    expect((await read('<html><meta charset="klingon"><p>ünder')).text).toBe('ünder');
  });
});

test('a file is what its bytes are, whatever its name', async () => {
  expect((await read(page('<p>x'), 'page.txt')).text).toBe('x');
  const { source } = await readDocument(new File(['a < b and b > c'], 'page.html'));
  expect(source).toBeInstanceOf(File);
});

test('right-to-left text and direction overrides come as they are', async () => {
  const words = 'שלום \u202eevil\u202c عالم';
  expect((await read(page(`<p dir=rtl>${words}</p>`))).text).toBe(words);
});

test('entities that a page declares are not expanded', async () => {
  const lol = `<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;">]><html><body><p>x &b; y</p></body></html>`;
  expect((await read(lol)).text).not.toContain('boom');
});

test('nothing is fetched', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch');
  await read(
    page('<img src="https://a.example/x.png"><link rel=stylesheet href="https://a.example/y.css"><p>x'),
  );
  expect(fetched).not.toHaveBeenCalled();
});

test('elements in elements are no stack, and too many are refused', async () => {
  expect((await read(page(`${'<div>'.repeat(4000)}deep${'<b>'.repeat(4000)}er`))).text).toBe('deeper');
  const bomb = read(page('<div>'.repeat(100_000)), 'deep.html');
  await expect(bomb).rejects.toMatchObject({
    code: 'LimitExceeded',
    details: { value: 10_001, limit: 10_000 },
  });
  await expect(bomb).rejects.toThrow(
    'deep.html opens too many elements in each other: 10,001; the limit is 10,000.',
  );
});

test('a page without text is refused by its name', async () => {
  await expect(read(page('<script>x()</script>'), 'app.html')).rejects.toThrow('app.html holds no text');
});

test('any markup: headings sorted, inside the text, beginning with their words', async () => {
  const part = fc.oneof(
    fc.constantFrom(
      '<h1>',
      '</h1>',
      '<h2>',
      '</h2>',
      '<p>',
      '<div>',
      '</div>',
      '<br>',
      '<pre>',
      '</pre>',
      ' ',
      '\n',
      '&amp;',
      '<nav>',
      '</nav>',
    ),
    fc.string({ maxLength: 6 }),
  );
  let found = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 30 }), async (parts) => {
      const { text, outline } = await read(`<html><p>x</p>${parts.join('')}`);
      found += outline.length;
      for (const [i, { start, label }] of outline.entries()) {
        expect(start).toBeGreaterThanOrEqual(outline[i - 1]?.start ?? 0);
        expect(text.slice(start).replace(/\s+/g, ' ').startsWith(label)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(50);
});

test('a signal ends it', async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(readDocument(new File([page('x')], 'a.html'), controller)).rejects.toMatchObject({
    code: 'Aborted',
  });
});

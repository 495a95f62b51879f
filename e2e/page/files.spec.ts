// Files that people have, made here: read, shown, asked, and each passage the source's own slice at its place.
import { chapter, epubOf } from '@longread/readers/testing/books';
import { pdfOf } from '@longread/readers/testing/pdf';
import type { Page } from '@playwright/test';
import { ask, drop, expect, expectOpen, test, type OwnFile, type Told } from './fixtures.ts';

const question = 'What is the number of the harbour gate?';
/** Around the fact, so that there is something to choose from; no two alike. */
const filler = (from: number): string[] =>
  ['rain', 'wind', 'fog', 'snow', 'hail', 'sun'].map(
    (word, i) => `On day ${from + i} the ${word} came over the water and the keeper wrote it down.`,
  );
const fact = (number: string) => `The number of the harbour gate is ${number}.`;

/** Every passage is what the page shows at its place, and one of them has the fact. */
async function expectEvidence(page: Page, { evidence }: Told, number: string): Promise<void> {
  const shown = await page.locator('#source-text').evaluate((source) => source.textContent);
  expect(evidence.length).toBeGreaterThan(0);
  // The space between paragraphs is not drawn as characters.
  const ink = (text: string) => text.replaceAll(/\s/g, '');
  for (const { text } of evidence) expect(ink(shown)).toContain(ink(text));
  const found = evidence.find(({ text }) => text.includes(number));
  expect(found?.text).toContain(fact(number));
  const passage = page.locator('[part=passage] blockquote', { hasText: fact(number) });
  await passage.first().click();
  // Lit in the text is that passage, character by character.
  await expect(async () => expect(ink(await litOf(page))).toBe(ink(found?.text ?? ''))).toPass();
}

/** What of the text is lit as the passage that was chosen. */
function litOf(page: Page): Promise<string> {
  return page.evaluate(() =>
    [...(CSS.highlights.get('longread-active') ?? [])].map((range) => (range as Range).toString()).join(''),
  );
}

async function dropAndAsk(page: Page, file: OwnFile, title: string): Promise<Told> {
  await drop(page, file);
  await expectOpen(page, title);
  return ask(page, question);
}

test('a PDF', async ({ reader }) => {
  const pages = [filler(1), filler(10), [...filler(20), fact('4711')], filler(30)];
  const bytes = pdfOf(
    pages.map((lines) => ({ lines })),
    { title: 'Harbour log' },
  );
  const told = await dropAndAsk(reader, { name: 'log.pdf', bytes }, 'Harbour log');
  await expectEvidence(reader, told, '4711');
  expect(told.evidence.find(({ text }) => text.includes('4711'))?.place).toMatchObject({ page: '3' });
});

test('an EPUB', async ({ reader }) => {
  const bytes = epubOf({
    chapters: {
      'one.xhtml': chapter('The Pier', ...filler(1)),
      'two.xhtml': chapter('The Gate', ...filler(10), fact('5822'), ...filler(20)),
    },
  });
  const told = await dropAndAsk(reader, { name: 'harbour.epub', bytes }, 'The & Whale');
  await expectEvidence(reader, told, '5822');
  expect(told.evidence.find(({ text }) => text.includes('5822'))?.place).toMatchObject({
    heading: 'The Gate',
  });
});

test('a web page, of which nothing runs', async ({ reader }) => {
  const bytes =
    `<!doctype html><title>Harbour &amp; sea</title><script>document.title = 'run'</script><style>p{}</style>` +
    `<h1>The Log</h1>${filler(1)
      .map((text) => `<p>${text}</p>`)
      .join('')}<h2>Gate</h2><p onclick="x()">${fact('6933')}</p><img src="https://elsewhere.example/x.png">`;
  const told = await dropAndAsk(reader, { name: 'log.html', bytes }, 'Harbour & sea');
  await expectEvidence(reader, told, '6933');
  expect(await reader.title()).not.toBe('run');
  await expect(reader.locator('#source-text script, #source-text img')).toHaveCount(0);
});

for (const [name, encode, note] of [
  ['Latin-1', (text: string) => Buffer.from(text, 'latin1'), /windows-1252/],
  ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'), /UTF-16/],
] as const)
  test(`a text in ${name}, which is told`, async ({ reader }) => {
    const number = name === 'UTF-16' ? '8155' : '7044';
    const text = `Café Zürich, à l'été. ${filler(1).join(' ')} ${fact(number)} ${filler(9).join(' ')}`;
    const file = { name: `${name}.txt`, bytes: encode(text) };
    const told = await dropAndAsk(reader, file, file.name);
    await expectEvidence(reader, told, number);
    const source = name === 'UTF-16' ? `\ufeff${text}` : text;
    for (const { start, end, text: own } of told.evidence) expect(source.slice(start, end)).toBe(own);
    await expect(reader.locator('#source-text')).toContainText('Café Zürich');
    await expect(reader.locator('[part=note]').filter({ hasText: note })).toBeVisible();
  });

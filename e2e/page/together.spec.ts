// Several documents asked as one, in the page with its model: every passage names its document and opens it.
import { ask, drop, expect, expectOpen, test } from './fixtures.ts';

const days = (month: string): string =>
  ['rain', 'wind', 'fog', 'snow', 'hail', 'sun']
    .map((word, i) => `On ${month} ${i + 1} the ${word} came over the water and the keeper wrote it down.`)
    .join(' ');
const books = [
  { name: 'harbour.txt', fact: 'The number of the harbour gate is 4711.', month: 'May' },
  { name: 'mill.txt', fact: 'The number of the mill gate is 6933.', month: 'June' },
].map(({ name, fact, month }) => ({ name, fact, bytes: `${days(month)} ${fact} ${days(`late ${month}`)}` }));

test('all documents are asked, and a passage opens its own', async ({ reader: page }) => {
  for (const book of books) {
    await drop(page, book);
    await expectOpen(page, book.name);
  }
  await page.getByRole('button', { name: /^Ask All documents, \d+ of \d+$/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'documents are ready' })).toBeAttached();
  await expect(page.getByRole('heading', { name: 'All documents' })).toBeVisible();
  for (const { name, fact, bytes } of books) {
    const place = fact.includes('mill') ? 'mill' : 'harbour';
    const { evidence } = await ask(page, `What is the number of the ${place} gate?`);
    const found = evidence.find(({ text }) => text.includes(fact));
    expect(found).toMatchObject({ document: { title: name } });
    for (const passage of evidence) {
      const own = books.find((book) => book.name === passage.document?.title);
      if (own) expect(own.bytes.slice(passage.start, passage.end)).toBe(passage.text);
    }
    const passage = page.locator('[part=passage]', { hasText: fact }).last();
    await expect(passage).toContainText(name);
    await passage.locator('blockquote').click();
    await expect(page.locator('#document-heading')).toHaveText(name);
    await expect(page.locator('#source-text')).toContainText(bytes.slice(0, 80));
    const lit = () =>
      page.evaluate(() => [...(CSS.highlights.get('longread-active') ?? [])].map(String).join(''));
    await expect.poll(lit).toContain(fact);
  }
  // What was asked of all is there again with all, and not with one.
  await page.getByRole('button', { name: 'Open mill.txt' }).click();
  await expectOpen(page, 'mill.txt');
  await expect(page.getByRole('heading', { name: 'What is the number of the mill gate?' })).toHaveCount(0);
  await page.getByRole('button', { name: /^Ask All documents/ }).click();
  await expect(page.getByRole('heading', { name: 'What is the number of the mill gate?' })).toHaveCount(1);
});

// A document of two files, in the page with its model: one is taken out of what is gathered, and back.
import { ask, drop, expect, expectOpen, test } from './fixtures.ts';

const days = (place: string): string =>
  ['rain', 'wind', 'fog', 'snow', 'hail', 'sun']
    .map((word, i) => `On ${place} day ${i + 1} the ${word} came over and the keeper wrote it down.`)
    .join(' ');
const fact = 'The number of the cellar door is 3197.';
const files = [
  { name: 'attic.txt', bytes: `${days('attic')} The attic window is round. ${days('late attic')}` },
  { name: 'cellar.txt', bytes: `${days('cellar')} ${fact} ${days('late cellar')}` },
];
const question = 'What is the number of the cellar door?';

test('a file is taken out, nothing of it is found, and it is taken back', async ({ reader: page }) => {
  await drop(page, ...files);
  const list = page.locator('.files');
  await expect(list).toHaveText(/2 files/);
  const title = await page.locator('#document-heading').textContent();
  await expectOpen(page, title ?? '');
  const hasFact = ({ text }: { readonly text: string }) => text.includes(fact);
  expect((await ask(page, question)).evidence.some(hasFact)).toBe(true);

  await list.getByText('2 files').click();
  await page.getByRole('button', { name: 'Take out cellar.txt' }).click();
  await expect(
    page.getByRole('status').filter({ hasText: 'cellar.txt is no longer gathered.' }),
  ).toBeAttached();
  const without = await ask(page, question);
  expect(without.evidence.length).toBeGreaterThan(0);
  expect(without.evidence.map(({ place }) => place?.file)).not.toContain('cellar.txt');
  await page.getByRole('button', { name: 'Take out attic.txt' }).click();
  await expect(page.getByRole('alert')).toContainText('Delete it instead');

  await page.reload(); // it stays out
  await page.getByRole('button', { name: `Open ${title}` }).click();
  await expect(list).toHaveText(/2 files\s+· 1 taken out/);
  await list.getByText('2 files').click();
  await page.getByRole('button', { name: 'Take back cellar.txt' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'cellar.txt is gathered again.' })).toBeAttached();
  expect((await ask(page, question)).evidence.some(hasFact)).toBe(true);
});

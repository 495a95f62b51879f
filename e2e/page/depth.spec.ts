// How deep a document is read, in the page with its model: skimmed first, then read deeper from its row.
import { ask, drop, expect, expectOpen, test } from './fixtures.ts';

const fact = 'The number of the quarry gate is 5286.';
const days = ['rain', 'wind', 'fog', 'snow', 'hail', 'sun', 'frost', 'thaw', 'cloud', 'storm'].map(
  (word, i) => `On quarry day ${i + 1} the ${word} came over the stone and the keeper wrote it down.`,
);
const quarry = { name: 'quarry.txt', bytes: [...days.slice(0, 5), fact, ...days.slice(5)].join(' ') };

test('a document is skimmed, asked, and read deeper from its row', async ({ reader: page }) => {
  const way = page.getByLabel('How it is read');
  await expect(way).toHaveValue('read');
  // Of the packaged model study is no other reading than read.
  await expect(way.getByRole('option')).toHaveText(['Skim', 'Read']);
  await way.selectOption('skim');
  await expect(page.getByText(/Reading takes about \d+\s?% of the time of Read/)).toBeVisible();
  await drop(page, quarry);
  await expectOpen(page, quarry.name);
  const rows = page.locator('[part=library-item]', { hasText: quarry.name });
  await expect(rows).toContainText('Skim · ');
  const skimmed = await ask(page, 'What is the number of the quarry gate?');
  expect(skimmed.evidence.some(({ text }) => text.includes(fact))).toBe(true);

  await page.getByRole('button', { name: `More for ${quarry.name}` }).click();
  await expect(page.getByText(/[\d.,]+ [kM]B more to keep, about .* to read/)).toBeVisible();
  await page.getByRole('button', { name: `Read deeper: Read, ${quarry.name}` }).click();
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'Read · ' })).toHaveAttribute('aria-current', 'true');
  await expectOpen(page, quarry.name);
  await expect(page.getByText('Read in')).toBeVisible();
  // A reading of its own, of which nothing was asked yet.
  await expect(page.locator('[part=exchange]')).toHaveCount(0);
  const read = await ask(page, 'What is the number of the quarry gate?');
  const found = read.evidence.find(({ text }) => text.includes(fact));
  expect(found && quarry.bytes.slice(found.start, found.end)).toBe(found?.text ?? 'none');
  await page.getByLabel('How it is read').selectOption('read'); // as it was for those after this
});

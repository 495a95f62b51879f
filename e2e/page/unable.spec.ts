// What the page says where it cannot run or keep anything: a sentence, what to do, the code in small print; and nothing is lost.
import type { Page } from '@playwright/test';
import { drop, expect, expectOpen, test, visit } from './fixtures.ts';
import { useFake } from './fake.ts';

const log = { name: 'log.txt', bytes: 'The number of the harbour gate is 4711. The keeper wrote it down.' };

/** There is WebGPU, and it finds no adapter until the page is told otherwise. */
async function withoutAdapter(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const own = Object.getOwnPropertyDescriptor(GPU.prototype, 'requestAdapter');
    if (!own) throw new Error('This browser has no WebGPU.');
    Object.defineProperty(GPU.prototype, 'requestAdapter', { ...own, value: () => Promise.resolve(null) });
    addEventListener('give-adapter', () => Object.defineProperty(GPU.prototype, 'requestAdapter', own));
  });
}

test('without an adapter it says how to switch one on, and reads what was dropped once there is one', async ({
  page,
  site,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await withoutAdapter(page);
  await visit(page, site);
  const told = page.getByRole('status').filter({ hasText: 'found no graphics that it could compute with.' });
  await expect(told).toContainText('settings/system');
  await expect(told.locator('code')).toHaveText('WebGpuUnavailable');
  await expect(page.getByText('Open a file')).toBeHidden();
  await useFake(page, site);
  await drop(page, log);
  await expect(page.getByText('log.txt is read as soon as a model is loaded.')).toBeVisible();

  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(told).toBeVisible(); // nothing has changed
  expect(asked.filter((url) => url.includes('model.gguf'))).toEqual([]);
  await page.evaluate(() => dispatchEvent(new Event('give-adapter')));
  await page.getByRole('button', { name: 'Check again' }).click();
  await expectOpen(page, log.name);
});

test('graphics that go before the model is there: what was chosen is read once they are back', async ({
  page,
  site,
}) => {
  await visit(page, site);
  await useFake(page, site);
  await page.evaluate(() => {
    const element = document.querySelector('long-read');
    const error = Object.assign(new Error('WebGPU found no adapter. Turn hardware acceleration on.'), {
      code: 'WebGpuUnavailable',
      details: { api: 'requestAdapter' },
    });
    if (element) element.engineFactory = () => Promise.reject(error);
  });
  await drop(page, log);
  await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('found no graphics');
  await useFake(page, site);
  await page.getByRole('button', { name: 'Check again' }).click();
  await expectOpen(page, log.name);
  await expect(page.getByRole('alert')).toBeEmpty();
});

test('a full disk amid a reading: it is told, what was read can be asked, and it goes on when there is room', async ({
  page,
  site,
}) => {
  await visit(page, site);
  await useFake(page, site);
  await drop(page, { name: 'shelf.txt', bytes: 'What was read before stays.' });
  await expectOpen(page, 'shelf.txt');
  await page.evaluate(() => {
    const { fake } = window;
    fake.keepsBegun = true;
    fake.failure = Object.assign(
      new Error(
        'Could not store chunk 2: the browser refused (QuotaExceededError). It needs 3 MB; this site uses 99 MB of the 100 MB it may.',
      ),
      { code: 'StorageQuota', details: { quotaBytes: 100e6 } },
    );
  });
  await drop(page, log);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('no room left for log.txt.');
  await expect(alert).toContainText('Delete documents or models in the settings');
  await expect(alert.locator('code')).toHaveText('StorageQuota');
  await expect(alert).toContainText('99 MB of the 100 MB');
  await expect(page.locator('[part~=title]', { hasText: 'shelf.txt' }).first()).toBeVisible(); // it was open, and is

  await page.getByRole('button', { name: 'Open log.txt' }).click();
  await expect(alert).toBeEmpty();
  await page.getByRole('button', { name: 'Continue reading' }).click();
  await expectOpen(page, log.name);
  await expect(page.getByText('not read to its end')).toHaveCount(0);
});

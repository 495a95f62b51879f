// The first view of the page, without any model: what it asks before it fetches, and what it says when it cannot.
import type { Page } from '@playwright/test';
import type { Site } from '@longread/driver';
import { expect, servePageIn, test } from './fixtures.ts';

const file = {
  name: 'harbour.txt',
  mimeType: 'text/plain',
  buffer: Buffer.from('The rain fell on the harbour.'),
};

/** The page in a folder of its own, with `model` beside it. */
async function openIn(folder: string, page: Page, site: Site, model?: string): Promise<string[]> {
  servePageIn(folder, site);
  if (model !== undefined) site.files.set(`${folder}/model.gguf`, model);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${site.origin}${folder}/`);
  await expect(page.getByRole('heading', { name: 'Ask a book. It stays on this device.' })).toBeVisible();
  return asked;
}

test('nothing of a model is fetched before the reader begins, and nothing from elsewhere', async ({
  page,
  site,
}) => {
  const asked = await openIn('/quiet', page, site);
  await expect(page.getByText('98.4 MB, once')).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready);
  expect(asked.filter((url) => url.includes('model.gguf'))).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(site.origin))).toEqual([]);
});

test('a model that is not there is told by its address, and the ways to begin stay', async ({
  page,
  site,
}) => {
  await openIn('/missing', page, site);
  await page.getByLabel('Open a file').setInputFiles(file);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('There is no file at');
  await expect(alert).toContainText('/missing/model.gguf');
  await expect(alert.locator('code')).toHaveText('Network');
  await expect(page.getByText('Open a file')).toBeVisible();
});

test('a page to log in to in the place of a model is told', async ({ page, site }) => {
  await openIn(
    '/login',
    page,
    site,
    '<!doctype html><html><title>Log in</title><body>Who are you?</body></html>',
  );
  await page.getByLabel('Open a file').setInputFiles(file);
  await expect(page.getByRole('alert')).toContainText('it may ask to log in');
});

test('a first visit that goes offline says what it needs', async ({ page, site, context }) => {
  await openIn('/offline', page, site);
  await context.setOffline(true);
  await page.getByLabel('Open a file').setInputFiles(file);
  await expect(page.getByRole('alert')).toContainText('this device is offline');
});

test('without WebGPU there is the fix for this browser and nothing to load; it is looked for again', async ({
  page,
  site,
}) => {
  await page.addInitScript(() => {
    const own = Object.getOwnPropertyDescriptor(Navigator.prototype, 'gpu');
    if (!own) return;
    delete (Navigator.prototype as { gpu?: unknown }).gpu;
    addEventListener('give-webgpu', () => Object.defineProperty(Navigator.prototype, 'gpu', own));
  });
  await openIn('/unable', page, site);
  await expect(page.getByText('Update the browser to its current version.')).toBeVisible();
  await expect(page.getByText('Open a file')).toBeHidden();
  await page.evaluate(() => dispatchEvent(new Event('give-webgpu')));
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByText('Open a file')).toBeVisible();
});

test('what is preferred stays, and an address that is none is refused', async ({ page, site }) => {
  await openIn('/settings', page, site);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('Colours').selectOption('dark');
  await page.getByLabel('Another one').fill('http://models.example/a.gguf');
  await page.getByLabel('Another one').press('Enter');
  await expect(page.getByText('An address has to begin with https://')).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark');
});

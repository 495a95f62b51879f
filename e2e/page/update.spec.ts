// A newer build: the page says that there is one, goes on whole as it is, and takes it when the reader wants; what was read is kept.
import type { Page } from '@playwright/test';
import type { SiteFiles } from '@longread/driver';
import { drop, expect, expectOpen, openFirst, test, titleOf, visit } from './fixtures.ts';
import { pdfOf } from '@longread/readers/testing/pdf';

const text = { name: 'gate.txt', bytes: 'The number of the harbour gate is 4711.' };

/** Serves another build in the place of this one: every script has another name, and the old ones are gone. */
function deploy(files: SiteFiles, mark: string): void {
  const before = [...files];
  const names = before.flatMap(([name]) => /^\/assets\/(.+)\.(?:js|mjs|css)$/.exec(name)?.[1] ?? []);
  const renamed = (content: string) =>
    names.reduce((all, name) => all.replaceAll(`${name}.`, `${name}${mark}.`), content);
  for (const [name, content] of before) {
    if (typeof content !== 'string') continue;
    files.delete(name);
    const worker = name === '/service-worker.js';
    const changed = renamed(content).replace('</title>', ` ${mark}</title>`);
    files.set(renamed(name), worker ? changed.replace(/shell-[0-9a-f]{16}/g, `$&${mark}`) : changed);
  }
}

/** Which builds what the page has loaded is of. */
async function buildsOf(page: Page, mark: string): Promise<readonly boolean[]> {
  const loaded = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => name.includes('/assets/')),
  );
  const title = (await page.title()).includes(mark);
  return [...new Set([title, ...loaded.map((name) => name.includes(`${mark}.`))])];
}

test.setTimeout(300_000);

test('a newer build waits, is told, and is taken whole; nothing is lost', async ({ page, site, context }) => {
  await visit(page, site);
  await openFirst(page, text);
  await page.evaluate(() => navigator.serviceWorker.ready);
  deploy(site.files, 'two');

  await test.step('the page goes on whole, what it loads later included', async () => {
    await page.reload();
    await page.getByRole('button', { name: `Open ${text.name}` }).click();
    await expect(titleOf(page, text.name)).toBeVisible();
    await drop(page, { name: 'log.pdf', bytes: pdfOf([{ lines: ['The lamp was lit at six.'] }]) });
    await expectOpen(page, 'log.pdf');
    expect(await buildsOf(page, 'two')).toEqual([false]);
  });

  await test.step('the newer one is taken when the reader wants it', async () => {
    const models: string[] = [];
    context.on('request', (request) => {
      if (request.url().includes('model.gguf')) models.push(request.url());
    });
    const loaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Update' }).click();
    await loaded;
    await expect(page.getByRole('button', { name: `Open ${text.name}` })).toBeEnabled();
    expect(await buildsOf(page, 'two')).toEqual([true]);
    await expect(page.getByRole('button', { name: 'Update' })).toHaveCount(0);
    await page.getByRole('button', { name: `Open ${text.name}` }).click();
    await expect(titleOf(page, text.name)).toBeVisible();
    expect(models).toEqual([]);
  });

  await test.step('or with the next visit after all tabs are closed', async () => {
    deploy(site.files, 'three');
    await page.reload();
    await expect(page.getByRole('button', { name: 'Update' })).toBeVisible();
    await page.close();
    const next = await context.newPage();
    await visit(next, site);
    await expect(next).toHaveTitle(/three/);
  });
});

// What people install: packed, in a project outside the workspace, with types checked and in a real browser; and the element's folder
// in plain pages under policies that allow little.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tinyLlama } from '@longread/formats/testing';
import type { Page } from '@playwright/test';
import { installConsumer, type Consumer } from './consumer/install.ts';
import { serveFolder, type Served } from './consumer/serve.ts';
import { plainPage } from './consumer/site.ts';
import { expect, test as base } from './fixtures.ts';

const model = { '/tiny.gguf': tinyLlama(7) };
const strict =
  "default-src 'none'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; " +
  "require-trusted-types-for 'script'; trusted-types longread lit-html; script-src 'self'";

const test = base.extend<{ serve: typeof serveFolder }, { consumer: Consumer }>({
  consumer: [
    async ({}, use) => {
      const consumer = await installConsumer();
      await use(consumer);
      await consumer.close();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  serve: async ({}, use) => {
    const all: Served[] = [];
    await use(async (...args) => {
      const served = await serveFolder(...args);
      all.push(served);
      return served;
    });
    for (const served of all) await served.close();
  },
});

/** What the element told first, and what the page's policy refused until then. */
interface Told {
  readonly event: string;
  readonly message: string;
  readonly refused: readonly string[];
}

/** Waits until the element has loaded its model, or not. */
async function load(page: Page, url: string): Promise<Told> {
  await page.addInitScript(() => {
    const refused: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      refused.push(`${effectiveDirective} ${blockedURI}`),
    );
    const told = new Promise<Told>((resolve) => {
      for (const event of ['longread-ready', 'longread-error'])
        document.addEventListener(event, (dispatched) => {
          const { message = '' } = (dispatched as CustomEvent<{ readonly message?: string }>).detail;
          resolve({ event, message, refused });
        });
    });
    Object.assign(window, { told });
  });
  await page.goto(url);
  return page.evaluate(() => (window as unknown as { readonly told: Promise<Told> }).told);
}

test('the engine answers from a built project', async ({ page, consumer, serve }) => {
  const { origin } = await serve(join(consumer.folder, 'dist'), model, {});
  await page.goto(`${origin}/index.html`);
  await expect(page).toHaveTitle('answered');
});

test('the engine starts under the dev server of a project', async ({ page, consumer }) => {
  const vite = join(consumer.folder, 'node_modules', 'vite', 'dist', 'node', 'index.js');
  const { createServer } = (await import(vite)) as typeof import('vite');
  const server = await createServer({
    root: consumer.folder,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0 },
  });
  try {
    await server.listen();
    // It has no model to answer with: the worker is there, and says so.
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}index.html`);
    await expect(page).toHaveTitle(/^(?:ModelFormat|Network): /);
    expect(await page.title()).not.toContain('worker');
  } finally {
    await server.close();
  }
});

for (const framework of ['react', 'vue'])
  test(`${framework} renders the element and hears its events`, async ({ page, consumer, serve }) => {
    const { origin } = await serve(join(consumer.folder, 'dist'), {}, {});
    await page.goto(`${origin}/${framework}.html`);
    const element = page.locator('long-read');
    await expect(element.getByRole('button').first()).toBeVisible();
    expect(await element.evaluate((node) => (node as HTMLElement & { question: string }).question)).toBe(
      'Who?',
    );
    await element.evaluate((node) =>
      node.dispatchEvent(new CustomEvent('longread-error', { detail: { code: 'Heard' } })),
    );
    await expect(page).toHaveTitle('Heard');
  });

test('a plain page takes the element under a strict policy with Trusted Types', async ({
  page,
  consumer,
  serve,
}) => {
  const files = { ...model, '/plain.html': plainPage('/longread-element.js') };
  const { origin } = await serve(consumer.pageFolder, files, { 'Content-Security-Policy': strict });
  expect(await load(page, `${origin}/plain.html`)).toMatchObject({ event: 'longread-ready', refused: [] });
});

test('a plain page takes the element from another origin', async ({ page, consumer, serve }) => {
  const other = await serve(consumer.pageFolder, {}, { 'Access-Control-Allow-Origin': '*' });
  const files = { ...model, '/plain.html': plainPage(`${other.origin}/longread-element.js`) };
  const policy = `${strict} ${other.origin}`.replace('worker-src', `worker-src blob: ${other.origin}`);
  const { origin } = await serve(consumer.pageFolder, files, { 'Content-Security-Policy': policy });
  expect(await load(page, `${origin}/plain.html`)).toMatchObject({ event: 'longread-ready', refused: [] });

  const closed = await serve(consumer.pageFolder, files, {
    'Content-Security-Policy': `${strict} ${other.origin}`,
  });
  const { event, message } = await load(await page.context().newPage(), `${closed.origin}/plain.html`);
  expect(event).toBe('longread-error');
  for (const remedy of ['worker-src', 'workerUrl', 'worker: false']) expect(message).toContain(remedy);
});

test('a script that does not come is told, and fetched with the next try', async ({
  page,
  consumer,
  serve,
}) => {
  const files = { ...model, '/plain.html': plainPage('/longread-element.js') };
  const { origin } = await serve(consumer.pageFolder, files, { 'Content-Security-Policy': strict });
  await page.route('**/longread-late.js', (route) => route.abort());
  const { event, message } = await load(page, `${origin}/plain.html`);
  expect({ event, message }).toMatchObject({
    event: 'longread-error',
    message: expect.stringContaining('reload the page'),
  });
  await expect(page.getByRole('alert')).toContainText(message);
  await page.unroute('**/longread-late.js');
  await page.getByRole('button', { name: 'Load the model' }).click();
  await expect(page.getByText('on this device')).toBeVisible();
  await expect(page.getByRole('alert')).toBeEmpty();
});

test('both packages are imported in Node, without a DOM', async ({ consumer }) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['node.js'], { cwd: consumer.folder });
  expect(stdout.trim()).toBe('function WebGpuUnavailable');
});

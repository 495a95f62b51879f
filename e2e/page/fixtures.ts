// What every journey starts from: the page as it is served to people, with the packaged model beside it, and what a person does and sees.
import { basename } from 'node:path';
import { statSync } from 'node:fs';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { nameModel } from '@longread/cli/src/demo.ts';
import { serveSite, type Site } from '@longread/driver';
import { defaultModelPath, defaultModelSha256 } from '@longread/models';

/** A file as a person has it. */
export interface OwnFile {
  readonly name: string;
  readonly bytes: Uint8Array | string;
}

interface WorkerFixtures {
  readonly site: Site;
  /** A page with the model loaded, shared by journeys that only bring documents of their own. */
  readonly reader: Page;
}

export const test = base.extend<object, WorkerFixtures>({
  site: [
    // Playwright reads the fixtures that a fixture needs from this pattern, so it has to be there.
    async ({}, use) => {
      const site = await servePage();
      await use(site);
      await site.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  reader: [
    async ({ browser, site }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await visit(page, site);
      await openFirst(page, { name: 'lamp.txt', bytes: 'The lamp on the pier was lit at six.' });
      await use(page);
      await context.close();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

export { expect };

/** Serves the built page as `npm run demo` does, at `/`. */
async function servePage(): Promise<Site> {
  const path = defaultModelPath();
  const site = await serveSite([['/model.gguf', { path }]], { demo: 'alone' });
  const sizeBytes = statSync(path).size;
  nameModel(site.files, { url: '/model.gguf', sha256: defaultModelSha256, name: basename(path), sizeBytes });
  return site;
}

/** Opens the page; resolves when it has looked at this browser. */
export async function visit(page: Page, site: Site): Promise<void> {
  await page.goto(`${site.origin}/`);
  await expect(page.getByText('One moment')).toBeHidden();
}

/** Requests to anywhere but the page's own server, from now on; those of its service worker, too. */
export function watchElsewhere(context: BrowserContext, site: Site): readonly string[] {
  const elsewhere: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${site.origin}/`) && !/^(?:blob|data):/.test(url)) elsewhere.push(url);
  });
  return elsewhere;
}

/** Of a first visit: opens a file, which begins the download, and does without tuning. */
export async function openFirst(page: Page, { name, bytes }: OwnFile): Promise<void> {
  await page.getByLabel('Open a file').setInputFiles({ name, mimeType: '', buffer: Buffer.from(bytes) });
  const skip = page.getByRole('button', { name: 'Skip tuning' });
  await expect(skip.or(titleOf(page, name))).toBeVisible();
  if (await skip.isVisible()) await skip.click();
  await expectOpen(page, name);
}

export function titleOf(page: Page, title: string) {
  return page.locator('[part~=title]', { hasText: title }).first();
}

/** Waits until the document can be asked. */
export async function expectOpen(page: Page, title: string): Promise<void> {
  await expect(titleOf(page, title)).toBeVisible();
  await expect(
    page.getByRole('status').filter({ hasText: `${title} is ready for questions.` }),
  ).toBeAttached();
}

/** Drops files on the page, as a hand would. */
export async function drop(page: Page, ...files: readonly OwnFile[]): Promise<void> {
  const given = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  const transfer = await page.evaluateHandle((all) => {
    const data = new DataTransfer();
    for (const { name, base64 } of all)
      data.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
    return data;
  }, given);
  await page.locator('long-read').dispatchEvent('drop', { dataTransfer: transfer });
  await transfer.dispose();
}

/** Names in the settings a server that answers from now on. */
export async function nameServer(
  page: Page,
  host: string,
  { model, key }: { readonly model: string; readonly key: string },
): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByText('each question is sent to it with the passages')).toBeVisible();
  await page.getByLabel('Address', { exact: true }).fill(`http://${host}/v1`);
  await page.getByLabel('Model', { exact: true }).fill(model);
  await page.getByLabel('Key, if it asks for one').fill(key);
  await page.getByRole('button', { name: 'Send questions there' }).click();
  await page.getByRole('button', { name: 'Close the settings' }).click();
}

export interface Passage {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly document?: { readonly title: string };
  readonly place?: { readonly page?: string; readonly heading?: string; readonly file?: string };
}

export interface Told {
  readonly text: string;
  readonly evidence: readonly Passage[];
}

/** Types a question, sends it and waits for the end of the answer, of few words; gives what the element's event told of it. */
export async function ask(page: Page, question: string): Promise<Told> {
  await page.locator('long-read').evaluate((element) => Object.assign(element, { maxNewTokens: 8 }));
  const told = await page.evaluateHandle(() => ({
    answer: new Promise<Told>((resolve) =>
      addEventListener('longread-answer', (event) => resolve((event as CustomEvent<Told>).detail), {
        once: true,
      }),
    ),
  }));
  const field = page.getByLabel('Your question');
  await field.fill(question);
  await field.press('Enter');
  const { text, evidence } = await told.evaluate(({ answer }) => answer);
  await told.dispose();
  return { text, evidence };
}

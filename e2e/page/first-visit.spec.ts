// The whole product: a first visit reads a short text with the real model and answers with its passage; the next one does without a network.
import { needleDocument } from '@longread/eval';
import { defaultModelPath } from '@longread/models';
import type { Progress } from 'longread';
import type { Page } from '@playwright/test';
import { expect, servePageIn, test } from '../fixtures.ts';
import { nothing } from '../known-kernels.ts';

const { text, needles } = needleDocument({
  seed: 3,
  depths: [0.5],
  targetTokens: 280,
  countTokens: (sentence) => Math.ceil(sentence.length / 4),
  filler: 'sentences',
});
const { question, answer } = needles[0] ?? { question: '', answer: 'no needle' };
const file = { name: 'harbour.txt', mimeType: 'text/plain', buffer: Buffer.from(text) };

/** Collects the phases that the element reports from now on. */
async function watchPhases(page: Page): Promise<() => Promise<string[]>> {
  const phases = await page.evaluateHandle(() => {
    const seen: string[] = [];
    document.addEventListener('longread-progress', (event) => {
      seen.push((event as CustomEvent<Progress>).detail.phase);
    });
    return seen;
  });
  return () => phases.jsonValue();
}

async function tabTo(page: Page, label: string): Promise<void> {
  const target = page.getByLabel(label);
  for (let presses = 0; presses < 20; presses++) {
    if (await target.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach '${label}'`);
}

test.setTimeout(300_000);
test.use({ storageState: nothing });

test('a first visit answers from a text, by keyboard; a second one does offline', async ({
  page,
  site,
  context,
}) => {
  const folder = '/reader';
  servePageIn(folder, site);
  site.files.set(`${folder}/model.gguf`, { path: defaultModelPath() });
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.origin) && !url.startsWith('blob:')) elsewhere.push(url);
  });
  await page.goto(`${site.origin}${folder}/`);
  await tabTo(page, 'Open a file');
  await page.getByLabel('Open a file').setInputFiles(file);
  await expect(page.locator('[part~=title]', { hasText: file.name }).first()).toBeVisible();
  await expect(page.getByText('and kept in this browser').filter({ visible: true })).toBeVisible();

  await tabTo(page, 'Your question');
  await page.keyboard.type(question);
  await page.keyboard.press('Enter');
  await expect(page.locator('[part=passage]').first()).toBeVisible();
  await expect(page.locator('[part~=answer]')).toContainText(answer);
  await expect(page.getByText('About this answer')).toBeVisible();
  const passages = await page.locator('[part=passage] blockquote').allTextContents();
  expect(passages.join('')).toContain(answer);

  // The server has nothing any more, and there is no network.
  await page.evaluate(() => navigator.serviceWorker.ready);
  for (const name of [...site.files.keys()]) if (name.startsWith(`${folder}/`)) site.files.delete(name);
  await context.setOffline(true);
  await page.reload();
  const phases = await watchPhases(page);
  const open = page.getByRole('button', { name: `Open ${file.name}` });
  await expect(open).toBeEnabled();
  await open.press('Enter');
  await tabTo(page, 'Your question');
  await page.keyboard.type(question);
  await page.keyboard.press('Enter');
  await expect(page.locator('[part=passage]').first()).toBeVisible();
  expect(await phases()).not.toContain('compress');
  await expect(page.getByRole('alert')).toBeEmpty();
  expect(elsewhere).toEqual([]);
});

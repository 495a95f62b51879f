// The whole product: the demo page reads a short text with the real model, answers with its passage, and opens it after a reload.
import { needleDocument } from '@longread/eval';
import type { Progress } from 'longread';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

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

test('answers from a text, by keyboard, and opens it again after a reload', async ({ page, site }) => {
  await page.goto(`${site.origin}/`);
  await expect(page.getByRole('heading', { name: 'Pick a document' })).toBeVisible();
  await tabTo(page, 'Choose a text file');
  await page.getByLabel('Choose a text file').setInputFiles(file);
  await expect(page.getByRole('heading', { name: file.name })).toBeVisible();

  await tabTo(page, 'Your question');
  await page.keyboard.type(question);
  await page.keyboard.press('Enter');
  await expect(page.locator('[part=passage]').first()).toBeVisible();
  await expect(page.locator('[part~=answer]')).toContainText(answer);
  // A long passage is cut into several, wherever that falls.
  await expect(page.getByText('About this answer')).toBeVisible();
  const passages = await page.locator('[part=passage] blockquote').allTextContents();
  expect(passages.join('')).toContain(answer);

  await page.reload();
  const phases = await watchPhases(page);
  const open = page.getByRole('button', { name: `Open ${file.name}` });
  await expect(open).toBeEnabled();
  await open.press('Enter');
  await expect(page.getByText('Opened from this browser’s storage')).toBeVisible();
  expect(await phases()).not.toContain('compress');
  await expect(page.getByRole('button', { name: 'Delete the model model.gguf' })).toBeVisible();
  await expect(page.getByRole('alert')).toBeEmpty();
});

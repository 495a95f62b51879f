// A text that takes a while: asked while it is read, paused, gone on with after a reload, and asked without a network.
import { needleDocument } from '@longread/eval';
import type { Page } from '@playwright/test';
import {
  ask,
  drop,
  expect,
  expectOpen,
  openFirst,
  test,
  titleOf,
  visit,
  watchElsewhere,
} from './fixtures.ts';

const { text, needles } = needleDocument({
  seed: 5,
  depths: [0.02, 0.9],
  targetTokens: 2_400,
  countTokens: (sentence) => Math.ceil(sentence.length / 4),
  filler: 'sentences',
});
const [early, late] = needles;
if (!early || !late) throw new Error('two needles are hidden');
const book = { name: 'harbour.txt', bytes: text };

/** Resolves once a chunk of 1,024 tokens is read to its end: what is read can be asked from then on. */
async function readingBegins(page: Page): Promise<() => Promise<void>> {
  const begun = await page.evaluateHandle(() => ({
    promise: new Promise<void>((resolve) =>
      addEventListener('longread-progress', (event) => {
        const { phase, done } = (event as CustomEvent<{ phase: string; done: number }>).detail;
        if (phase === 'compress' && done > 1_100) resolve();
      }),
    ),
  }));
  return () => begun.evaluate(({ promise }) => promise);
}

test.setTimeout(400_000);

test('is asked while it is read, paused, and read on after a reload; then asked offline', async ({
  page,
  context,
  site,
}) => {
  const elsewhere = watchElsewhere(context, site);
  await visit(page, site);
  await openFirst(page, { name: 'lamp.txt', bytes: 'The lamp on the pier was lit at six.' });
  await page.reload(); // nothing is open then: what is, stays open and is asked until another is read
  await expect(page.getByRole('button', { name: 'Open lamp.txt' })).toBeEnabled();

  await test.step('asked while it is read', async () => {
    const begins = await readingBegins(page);
    await drop(page, book);
    await begins();
    await expect(page.locator('#source-text')).toContainText(text.slice(0, 80));
    const { evidence } = await ask(page, early.question);
    await expect(page.getByText(/Answered from the first \d+\s?%/).first()).toBeVisible();
    expect(evidence.some((passage) => passage.text.includes(early.answer))).toBe(true);
    for (const passage of evidence) expect(text.slice(passage.start, passage.end)).toBe(passage.text);
  });

  await test.step('paused, and what is read stays', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('button', { name: 'Continue reading' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('button', { name: `Open ${book.name}` })).toBeEnabled();
    await expect(page.getByText('not read to its end').first()).toBeVisible();
  });

  await test.step('read on to its end', async () => {
    await drop(page, book);
    await expectOpen(page, book.name);
    const { evidence } = await ask(page, late.question);
    const found = evidence.find((passage) => passage.text.includes(late.answer));
    expect(found && text.slice(found.start, found.end)).toBe(found?.text ?? 'none');
    await expect(page.getByText('not read to its end')).toHaveCount(0);
  });

  await test.step('asked after a reload, with no network and no server', async () => {
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await page.reload();
    await page.getByRole('button', { name: `Open ${book.name}` }).click();
    await expect(titleOf(page, book.name)).toBeVisible();
    // What was asked before is kept with it.
    await expect(page.getByRole('heading', { name: late.question })).toBeVisible();
    const { evidence } = await ask(page, early.question);
    expect(evidence.some((passage) => passage.text.includes(early.answer))).toBe(true);
    await expect(page.getByRole('alert')).toBeEmpty();
  });
  expect(elsewhere).toEqual([]);
});

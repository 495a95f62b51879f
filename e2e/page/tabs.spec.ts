// Two tabs of the page have one engine: the second reads and asks through the first, and goes on when that is closed.
import type { Page } from '@playwright/test';
import { ask, drop, expect, expectOpen, openFirst, test, titleOf, visit } from './fixtures.ts';

const gate = { name: 'gate.txt', bytes: 'The number of the harbour gate is 4711. The keeper wrote it down.' };
const lamp = {
  name: 'lamp.txt',
  bytes: 'The lamp on the pier was lit at six. The keeper went to bed at nine.',
};
const question = 'When was the lamp lit?';

/** Asks, and resolves with the first that is heard of the answer. */
async function askAndHear(page: Page): Promise<void> {
  const heard = await page.evaluateHandle(() => ({
    event: new Promise<void>((resolve) =>
      addEventListener('longread-progress', () => resolve(), { once: true }),
    ),
  }));
  const field = page.getByLabel('Your question');
  await field.fill(question);
  await field.press('Enter');
  await heard.evaluate(({ event }) => event);
}

test('the second reads and asks through the first; when that is closed, only the answer in flight is lost', async ({
  page: first,
  context,
  site,
}) => {
  await visit(first, site);
  await openFirst(first, gate);
  const second = await context.newPage();
  await visit(second, site); // the model is kept, and is not asked about again
  await expect(second.getByRole('button', { name: `Open ${gate.name}` })).toBeEnabled();
  const workers = () => [first, second].map((page) => page.workers().length);
  expect(workers()).toEqual([1, 0]);

  await test.step('reads, and the first lists it', async () => {
    await drop(second, lamp);
    await expectOpen(second, lamp.name);
    await expect(first.getByRole('button', { name: `Open ${lamp.name}` })).toBeAttached();
    expect(workers()).toEqual([1, 0]);
  });

  await test.step('asks, with evidence, and both answer', async () => {
    const [here, there] = await Promise.all([
      ask(second, question),
      ask(first, 'What is the number of the harbour gate?'),
    ]);
    expect(here.evidence.map(({ text }) => text).join('')).toContain('lit at six');
    expect(there.evidence.map(({ text }) => text).join('')).toContain('4711');
  });

  await test.step('the first is closed amid an answer of the second: it is told, and asked again', async () => {
    await askAndHear(second);
    await first.close();
    const alert = second.getByRole('alert');
    await expect(alert).toContainText('The tab in which the reading model ran was closed.');
    await expect(alert.locator('code')).toHaveText('DeviceLost');
    await expect(second.getByText('Stopped before its end.')).toBeVisible();
    await expect(titleOf(second, lamp.name)).toBeVisible();
    await second.getByRole('button', { name: 'Try again' }).click();
    await expect(second.getByText('About this answer')).toHaveCount(2);
    await expect(alert).toBeEmpty();
    expect(second.workers()).toHaveLength(1);
  });

  await test.step('what the first had read opens', async () => {
    await second.getByRole('button', { name: `Open ${gate.name}` }).click();
    await expect(titleOf(second, gate.name)).toBeVisible();
    const { evidence } = await ask(second, 'What is the number of the harbour gate?');
    expect(evidence.map(({ text }) => text).join('')).toContain('4711');
  });
});

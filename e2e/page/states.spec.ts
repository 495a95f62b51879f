// The page by keyboard alone, by axe's rules, at every width, and with a pointer on every button: from the first view to the evidence.
import axe from 'axe-core';
import type { Page } from '@playwright/test';
import { expect, expectOpen, test, visit, watchElsewhere } from './fixtures.ts';

const text =
  'The number of the harbour gate is 4711. The keeper wrote it down. The rain came over the water.';

/** Runs axe in the page's own world; its script is no part of the page, and the page's policy lets it in from here alone. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: here } = window as unknown as { axe: typeof axe };
    const { violations: found } = await here.run(document);
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Buttons of which the middle belongs to something else, and what runs past the side, at every width. */
async function misplaced(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of [320, 390, 720, 900, 1100, 1440, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const here = await page.evaluate(() => {
      const roots = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
        root,
        ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : [])),
      ];
      const { scrollWidth, clientWidth } = document.documentElement;
      const covered = roots(document)
        .flatMap((root) => [
          ...root.querySelectorAll<HTMLElement>('button, summary, label.button, label[for=file]'),
        ])
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .filter((each) => {
          each.scrollIntoView({ block: 'nearest' });
          const { left, top, width: w, height: h } = each.getBoundingClientRect();
          const hit = (each.getRootNode() as Document | ShadowRoot).elementFromPoint(
            left + w / 2,
            top + h / 2,
          );
          return !hit || !(each.contains(hit) || hit.contains(each));
        })
        .map((each) => each.ariaLabel ?? each.textContent.trim());
      return scrollWidth > clientWidth ? [...covered, `${scrollWidth} wide`] : covered;
    });
    found.push(...here.map((what) => `${width}: ${what}`));
  }
  await page.setViewportSize({ width: 1280, height: 720 });
  return found;
}

/** Goes on with Tab until this has the focus, through all shadow roots. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const focused = await page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      const labels = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at.labels : null;
      return at?.ariaLabel ?? labels?.[0]?.textContent ?? at?.textContent ?? '';
    });
    if (name.test(focused.trim())) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${String(name)}`);
}

test.setTimeout(400_000);

test('by keyboard from the first view to the evidence; sound in every state', async ({
  page,
  context,
  site,
}) => {
  const elsewhere = watchElsewhere(context, site);
  const expectSound = async (state: string) => {
    expect(await violations(page), state).toEqual([]);
    expect(await misplaced(page), state).toEqual([]);
  };
  await visit(page, site);
  await expectSound('the first view');
  await tabTo(page, /^Settings$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  const offered = page.getByRole('region', { name: 'Reading model' }).getByRole('listitem');
  await expect(offered.filter({ hasText: 'Stated by its authors' })).not.toHaveCount(0);
  await expect(offered.filter({ hasText: 'Qwen3 0.6B' })).toContainText(
    /397 MB · Apache-2\.0 · window of 40,960 tokens · .*Fits: needs \d+ MB/s,
  );
  await expect(offered.filter({ hasText: 'SmolLM2' })).toHaveCount(1);
  expect(await violations(page), 'the settings').toEqual([]);
  await page.keyboard.press('Escape');

  await tabTo(page, /^Open a file$/);
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles({ name: 'gate.txt', mimeType: '', buffer: Buffer.from(text) });
  const skip = page.getByRole('button', { name: 'Skip tuning' });
  await expect(skip).toBeVisible();
  expect(await violations(page), 'loading').toEqual([]);
  await tabTo(page, /^Skip tuning$/);
  await page.keyboard.press('Enter');
  await expectOpen(page, 'gate.txt');
  await expectSound('an open document');

  await tabTo(page, /^Your question$/);
  await page.keyboard.type('What is the number of the harbour gate?');
  await page.keyboard.press('Enter');
  await expect(page.getByText('About this answer')).toBeVisible();
  await tabTo(page, /^Show passage 1 in the text/);
  await page.keyboard.press('Enter');
  await expect(page.locator('[part=passage][aria-current=true]')).toContainText('4711');
  await expectSound('an answer');
  for (const scheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await violations(page), scheme).toEqual([]);
  }
  expect(elsewhere).toEqual([]);
});

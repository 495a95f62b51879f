// The page by keyboard alone, by axe's rules, at every width, and with a pointer on every button: from the first view to the evidence.
import axe from 'axe-core';
import type { Page } from '@playwright/test';
import { useFake } from './fake.ts';
import { drop, expect, expectOpen, test, visit, watchElsewhere } from './fixtures.ts';

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

/**
 * Buttons of which the middle belongs to something else, and what runs past the side, at every width; of an open dialog its own, since
 * it lies over all others.
 */
async function misplaced(
  page: Page,
  widths: readonly number[] = [320, 390, 720, 900, 1100, 1440, 1920],
): Promise<string[]> {
  const found: string[] = [];
  const before = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    const here = await page.evaluate(() => {
      const roots = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
        root,
        ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : [])),
      ];
      const all = roots(document);
      const dialogs = all.flatMap((root) => [...root.querySelectorAll<HTMLElement>('dialog:modal')]);
      const covered = (dialogs.length > 0 ? dialogs : all)
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
      const scrolled = all.flatMap((root) => [
        ...root.querySelectorAll('[part~=thread], [part~=source], dialog, .around'),
      ]);
      const wide = [document.documentElement, ...scrolled].filter(
        (each) => each.scrollWidth > each.clientWidth,
      );
      return [
        ...covered,
        ...wide.map(
          ({ className, localName, scrollWidth }) => `${localName} ${className} ${scrollWidth} wide`,
        ),
      ];
    });
    found.push(...here.map((what) => `${width}: ${what}`));
  }
  await page.setViewportSize(before);
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

  const chooser = page.waitForEvent('filechooser'); // long before: one that is not expected yet opens for people
  await tabTo(page, /^Open a file$/);
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

test('the sheet of a passage and the chart of an answer are sound in both schemes and directions', async ({
  page,
  site,
}) => {
  await visit(page, site);
  await useFake(page, site);
  await drop(page, { name: 'gate.txt', bytes: text });
  await expectOpen(page, 'gate.txt');
  const field = page.getByLabel('Your question');
  await field.fill('Who is the captain?');
  await field.press('Enter');
  const about = page.getByText('About this answer');
  await about.click();
  const chart = page.getByRole('img', { name: 'GPU memory' });
  await expect(chart.locator('canvas')).toBeVisible();
  const sheet = page.getByRole('dialog', { name: 'Passage 1' });
  const cases = (['ltr', 'rtl'] as const).flatMap((dir) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ dir, colorScheme })),
  );
  for (const { dir, colorScheme } of cases) {
    const state = `${dir}, ${colorScheme}`;
    await page.evaluate((to) => document.documentElement.setAttribute('dir', to), dir);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 1280, height: 720 });
    await expect(chart.locator('canvas')).toBeVisible();
    expect(await violations(page), `the chart, ${state}`).toEqual([]);
    expect(await misplaced(page), `the chart, ${state}`).toEqual([]);
    const inked = await chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      const at = [...data.keys()].filter((each) => each % 4 === 3 && (data[each] ?? 0) > 200);
      return at.map((each) => data[each - 3] ?? 0).reduce((sum, red) => sum + red, 0) / at.length;
    });
    if (colorScheme === 'dark') expect(inked, state).toBeGreaterThan(128);
    else expect(inked, state).toBeLessThan(128);

    await page.setViewportSize({ width: 390, height: 780 });
    await page
      .getByRole('button', { name: /^Show passage 1 in the text/ })
      .first()
      .click();
    await expect(sheet).toBeVisible();
    await expect(sheet.locator('mark')).toBeVisible();
    expect(await violations(page), `the sheet, ${state}`).toEqual([]);
    expect(await misplaced(page, [320, 390, 700]), `the sheet, ${state}`).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
  }
});

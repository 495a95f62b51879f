// A narrow page: a citation opens its passage in a sheet over the questions, with keyboard, screen reader and back in mind.
import { page, userEvent } from 'vitest/browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { ask, button, element, engine, focused, get, mountForEachTest } from './testing/harness.ts';
import { openBook, ready, root, text } from './testing/harness.ts';

mountForEachTest();

const captain = 'Captain Ahab stood upon his quarter-deck.';
const sheet = (): HTMLDialogElement => get('#sheet', HTMLDialogElement);
const shown = (): string => get('.around').textContent.replace(/\s+/g, ' ');

beforeEach(async () => {
  await page.viewport(390, 780);
  element.layout = 'full';
  engine.text = `${'Long before. '.repeat(400)}He came at once. ${captain} Nobody spoke. ${'Long after. '.repeat(400)}`;
  engine.evidence = [captain, 'Long after. Long after.'].map((passage, index) => {
    const start = engine.text.indexOf(passage);
    return { start, end: start + passage.length, score: 3 - index, place: { fraction: 0.5 }, text: passage };
  });
  await openBook();
  await ask('Who?');
  await vi.waitFor(() => expect(text()).toContain('About this answer'));
  await ready();
});

/** With its surroundings, which come a moment later. */
async function open(name: string): Promise<void> {
  button(name).click();
  await vi.waitFor(() => expect(sheet().open).toBe(true));
  await vi.waitFor(() => expect(shown()).toMatch(/before|after/));
}

const first = 'Show passage 1 in the text: 50% into the text';

test('it shows the passage marked in what stands around it; the questions stay', async () => {
  await open(first);
  expect(get('#sheet h3').textContent.replace(/\s+/g, ' ')).toContain('Passage 1 50% into the text');
  expect([...root().querySelectorAll('.around mark')].map((mark) => mark.textContent)).toEqual([captain]);
  expect(shown()).toContain(`He came at once. ${captain} Nobody spoke.`);
  expect(shown().trim()).toMatch(/^Long before\..*Long after\.$/); // whole sentences
  expect(get('#pane-ask').checkVisibility()).toBe(true);
  expect(sheet().matches(':modal')).toBe(true);
  await Promise.all(
    sheet()
      .getAnimations()
      .map(({ finished }) => finished),
  );
  const { bottom, width } = sheet().getBoundingClientRect();
  expect([Math.round(bottom), Math.round(width)]).toEqual([780, 390]);
  // However long the text is, the buttons under it are in sight.
  expect(button('Show in the text').getBoundingClientRect().bottom).toBeLessThan(780);
});

test('Escape closes it, and the focus is where it was', async () => {
  const citation = button(first);
  citation.focus();
  await open(first);
  expect(focused()).toBe('sheet-heading');
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(sheet().open).toBe(false));
  await element.updateComplete;
  expect(root().activeElement).toBe(citation);
  expect(sheet().textContent.trim()).toBe('');
});

test('a tap beside it closes it, one in it does not', async () => {
  await open(first);
  get('.around').click();
  await element.updateComplete;
  expect(sheet().open).toBe(true);
  sheet().click();
  await vi.waitFor(() => expect(sheet().open).toBe(false));
});

test('it goes on to the next passage and back, and says where it ends', async () => {
  await open(first);
  expect(button('Passage before').getAttribute('aria-disabled')).toBe('true');
  button('Next passage').click();
  await vi.waitFor(() => expect(get('#sheet h3').textContent).toContain('Passage 2'));
  expect(get('.around mark').textContent).toBe('Long after. Long after.');
  button('Next passage').click(); // there is none
  button('Passage before').click();
  await vi.waitFor(() => expect(get('#sheet h3').textContent).toContain('Passage 1'));
});

test('it goes on to the text, scrolled to the passage and with the focus in sight', async () => {
  await open(first);
  button('Show in the text').click();
  await vi.waitFor(() => expect(sheet().open).toBe(false));
  await vi.waitFor(() => expect(get('#source').scrollTop).toBeGreaterThan(1000));
  expect(get('#pane-ask').checkVisibility()).toBe(false);
  const paragraph = [...root().querySelectorAll('#source-text p')].find((p) =>
    p.textContent.includes('Ahab'),
  );
  expect(paragraph?.getBoundingClientRect().top).toBeLessThan(780);
  expect(root().activeElement?.checkVisibility()).toBe(true);
});

test('the text that is opened by its tab shows the passage that is lit', async () => {
  button('Text').click();
  await vi.waitFor(() => expect(get('#source').scrollTop).toBeGreaterThan(1000));
});

test('a wide page has no sheet: the text is beside the questions', async () => {
  await page.viewport(1280, 780);
  button(first).click();
  await vi.waitFor(() => expect(get('#source').scrollTop).toBeGreaterThan(1000));
  expect(sheet().open).toBe(false);
});

test('nothing moves for who wants no motion', async () => {
  const styles = root().adoptedStyleSheets.flatMap(({ cssRules }) =>
    [...cssRules].map(({ cssText }) => cssText),
  );
  expect(styles.join('\n')).toMatch(/prefers-reduced-motion: reduce\).*\*.*transition: none !important/s);
  await open(first);
  expect(getComputedStyle(sheet()).transitionProperty).toBe('translate');
});

// The files of a document that was made of many: listed, taken out of what is gathered, and taken back.
import axe from 'axe-core';
import { page, userEvent } from 'vitest/browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { typedError } from './session/state.ts';
import { makeManifest } from './testing/stored.ts';
import {
  button,
  element,
  engine,
  focused,
  get,
  mountForEachTest,
  ready,
  root,
  text,
} from './testing/harness.ts';

mountForEachTest();

const labels = ['lease.txt', '<b>deed</b>.txt', `${'long'.repeat(40)}.txt`];
const outline = labels.map((label, i) => ({ start: 60_000 * i, kind: 'file', label }) as const);
const part = {
  ...{ textHash: '', maxTokens: 0, firstChunk: 0, firstToken: 0, firstChar: 0 },
  notes: [],
  outline,
};
const summary = (): string => get('.files summary').textContent.replace(/\s+/g, ' ').trim();
const rows = (): string[] =>
  [...root().querySelectorAll('.files li')].map((row) => row.textContent.replace(/\s+/g, ' ').trim());

beforeEach(async () => {
  await page.viewport(1440, 900);
  element.layout = 'full';
  engine.stored = [makeManifest('a', 'Contracts', { parts: [part] }), makeManifest('b', 'Emma')];
  element.engine = engine;
  await ready();
});

async function openFiles(): Promise<void> {
  await element.open('a');
  await element.updateComplete;
  get('.files summary').focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(rows()).toHaveLength(3));
}

test('they are listed by name, taken out and taken back by keyboard', async () => {
  await element.open('b');
  await element.updateComplete;
  expect(root().querySelector('.files')).toBeNull();
  await element.open('a');
  await element.updateComplete;
  expect(summary()).toBe('3 files');
  expect(rows()).toEqual([]);
  await openFiles();
  expect(rows()[1]).toBe('<b>deed</b>.txt Take out');
  expect(text()).toContain('no longer gathered: no passage comes from it. Its text stays in what was read');
  const out = button('Take out <b>deed</b>.txt');
  out.focus();
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(rows()[1]).toBe('<b>deed</b>.txt taken out Take back'));
  await ready();
  expect(engine.calls.at(-1)).toBe('remove 60000 120000');
  expect(get('[role=status]').textContent).toBe('<b>deed</b>.txt is no longer gathered.');
  expect(summary()).toBe('3 files · 1 taken out');
  expect(root().activeElement).toBe(out); // and says now what it would do next
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(rows()[1]).toBe('<b>deed</b>.txt Take out'));
  await ready();
  expect(engine.calls.at(-1)).toBe('restore 60000 120000');
  expect(get('[role=status]').textContent).toBe('<b>deed</b>.txt is gathered again.');
  expect(engine.calls.some((call) => /ingest|reread/.test(call))).toBe(false);
});

test('what cannot be taken out is told by its name, and stays', async () => {
  await openFiles();
  engine.failure = typedError('InvalidInput', 'Nothing of the document would be left. Delete it instead.');
  button('Take out lease.txt').click();
  await vi.waitFor(() => expect(get('.error').textContent).toContain('lease.txt'));
  expect(get('.error').textContent).toContain('Delete it instead.');
  expect(rows()[0]).toBe('lease.txt Take out');
  await ready();
  expect(focused()).not.toBe('cancel');
});

test('nothing runs past an edge, and every button is at hand', async () => {
  await openFiles();
  // The heading above the element is the page's to give.
  const { violations } = await axe.run(element, { rules: { 'heading-order': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  for (const width of [320, 390, 900, 1440]) {
    await page.viewport(width, 800);
    if (width < 720) get('#tab-text').click();
    await element.updateComplete;
    for (const box of [get('.source'), get('.files'), get('.files ul'), document.documentElement])
      expect([width, box.className, box.scrollWidth]).toEqual([width, box.className, box.clientWidth]);
    for (const label of labels) {
      const target = button(`Take out ${label}`);
      target.scrollIntoView({ block: 'nearest' });
      const { left, top, width: w, height: h } = target.getBoundingClientRect();
      expect(root().elementFromPoint(left + w / 2, top + h / 2)).toBe(target);
    }
  }
});

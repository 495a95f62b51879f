// <long-read> by keyboard, and by axe's rules in every state and both colour schemes.
import axe from 'axe-core';
import { userEvent } from 'vitest/browser';
import { expect, test, vi } from 'vitest';
import { typedError } from './session/state.ts';
import { makeManifest, makeStoredModel } from './testing/stored.ts';
import { ask, button, element, engine, get, mountForEachTest } from './testing/harness.ts';
import { openBook, openMenu, pick, ready, root } from './testing/harness.ts';

mountForEachTest();

function nameOf(target: Element | null): string {
  if (target === null) return '';
  return target.id !== '' ? target.id : (target.ariaLabel ?? target.textContent.trim());
}

test('everything is reached with the Tab key, in reading order', async () => {
  await openBook();
  const order: string[] = [];
  (document.activeElement as HTMLElement | null)?.blur();
  for (let step = 0; step < 6; step++) {
    await userEvent.keyboard('{Tab}');
    order.push(nameOf(root().activeElement));
  }
  expect(order).toEqual(['question', 'ask', 'Open moby.txt', 'More for moby.txt', 'preset', 'file']);
});

test('the panes are the main landmark, but for a page that has one of its own', async () => {
  element.layout = 'full';
  await element.updateComplete;
  expect(root().querySelectorAll('[role=main]')).toHaveLength(1);
  const own = document.createElement('main');
  element.replaceWith(own);
  own.append(element);
  element.requestUpdate();
  await element.updateComplete;
  expect(root().querySelectorAll('[role=main]')).toHaveLength(0);
  const rules = ['landmark-no-duplicate-main', 'landmark-main-is-top-level'];
  const { violations: found } = await axe.run(document, { runOnly: { type: 'rule', values: rules } });
  expect(found).toEqual([]);
});

// Left out: landmarks and the heading above the element are the page's to give.
async function violations(): Promise<string[]> {
  const { violations: found } = await axe.run(element, {
    rules: { region: { enabled: false }, 'heading-order': { enabled: false } },
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

test.for(
  (['compact', 'full'] as const).flatMap((layout) =>
    ['light', 'dark'].map((scheme) => [layout, scheme] as const),
  ),
)('none is broken from the first view to an answer and an error, %s, %s', async ([layout, scheme]) => {
  element.layout = layout;
  document.documentElement.style.colorScheme = scheme;
  document.body.style.background = 'Canvas';
  await element.updateComplete;
  expect(await violations()).toEqual([]);
  engine.stored = [makeManifest('a', 'Moby Dick')];
  engine.storedModels = [makeStoredModel('https://models.example/model.gguf')];
  element.engine = engine;
  await ready();
  expect(await violations()).toEqual([]);
  engine.isHolding = true;
  pick('moby.txt');
  await vi.waitFor(() => get('progress'));
  expect(await violations()).toEqual([]);
  engine.release();
  await ready();
  await ask('Who?');
  await vi.waitFor(() => get('.passages'));
  await ready();
  engine.failure = typedError('DeviceLost', 'The GPU went away.');
  await ask('Again?');
  await vi.waitFor(() => get('.error'));
  expect(await violations()).toEqual([]);
  await element.openTogether(['a', 'id-1']);
  await element.updateComplete;
  expect(await violations()).toEqual([]);
  await element.ask('Which?');
  await element.updateComplete;
  expect(await violations()).toEqual([]);
  await openMenu('Moby Dick');
  expect(await violations()).toEqual([]);
  button('Delete Moby Dick').click();
  await vi.waitFor(() => expect(get('dialog', HTMLDialogElement).open).toBe(true));
  expect(await violations()).toEqual([]);
});

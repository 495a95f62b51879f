// Giving a stored document another title: by keyboard, with names that a stranger would give.
import { userEvent } from 'vitest/browser';
import { expect, test, vi } from 'vitest';
import { makeManifest } from './testing/stored.ts';
import {
  button,
  element,
  engine,
  get,
  mountForEachTest,
  openMenu,
  ready,
  root,
  text,
} from './testing/harness.ts';

mountForEachTest();

async function rename(title: string): Promise<HTMLInputElement> {
  await openMenu(title);
  button(`Rename ${title}`).click();
  await element.updateComplete;
  const field = get('.renaming input', HTMLInputElement);
  await vi.waitFor(() => expect(root().activeElement).toBe(field));
  return field;
}

test('a title is written over, markup is text, and Escape or nothing changes nothing', async () => {
  engine.stored = [makeManifest('a', 'Moby Dick'), makeManifest('b', 'Emma', { state: 'reading' })];
  element.engine = engine;
  await ready();
  const field = await rename('Moby Dick');
  expect(field.selectionEnd).toBe('Moby Dick'.length);
  await userEvent.keyboard('Whales{Escape}');
  await element.updateComplete;
  expect(root().querySelector('.renaming')).toBeNull();
  expect(button('Open Moby Dick').textContent.trim()).toBe('Moby Dick');

  await rename('Moby Dick');
  await userEvent.keyboard('   {Enter}');
  expect(engine.calls).toEqual([]);
  await userEvent.keyboard('{Control>}a{/Control}<b>The whale</b>{Enter}');
  await vi.waitFor(() => expect(engine.calls).toEqual(['rename a']));
  await ready();
  expect(button('Open <b>The whale</b>').textContent.trim()).toBe('<b>The whale</b>');
  expect(text()).toContain('Renamed to <b>The whale</b>.');
  expect(root().querySelector('.renaming')).toBeNull();

  // What is not read to its end is gone on with by its name.
  await openMenu('Emma');
  expect(root().querySelector('[aria-label="Rename Emma"]')).toBeNull();
});

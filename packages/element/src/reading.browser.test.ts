// A reading that does not go through at once: paused, asked meanwhile, or stopped by a full disk; it goes on where it ended.
import { page } from 'vitest/browser';
import { expect, test, vi } from 'vitest';
import { ask, button, element, engine, get, mountForEachTest, pick, ready, text } from './testing/harness.ts';

mountForEachTest();

test('a reading is paused, what is read can be asked, and the reading goes on', async () => {
  element.engine = engine;
  await ready();
  engine.isHolding = engine.keepsBegun = true;
  pick('moby.txt');
  await vi.waitFor(() => button('Pause'));
  engine.isHolding = false; // what was begun stays so until it is stopped
  button('Pause').click();
  await vi.waitFor(() => expect(text()).toContain('Answers cover the first 30%.'));
  await ready();
  await ask('Who?');
  await vi.waitFor(() => expect(text()).toContain('of the <b>Pequod</b>.'));
  await ready();
  button('Continue reading').click();
  await vi.waitFor(() => expect(get('[role=status]').textContent).toContain('ready for questions'));
  await ready();
  expect(text()).not.toContain('Answers cover');
  expect(get('[part=exchange]').textContent).toContain('Answered from the first 30%;');
  expect(engine.calls).toEqual(['ingest moby.txt', 'open id-0', 'ask Who?', 'close id-0', 'ingest moby.txt']);
});

test('a reading that finds no room is told; what was read is open, and goes on when there is some', async () => {
  element.engine = engine;
  await ready();
  engine.keepsBegun = true;
  engine.failure = Object.assign(new Error('It is full.'), { code: 'StorageQuota' });
  pick('moby.txt');
  await vi.waitFor(() => expect(text()).toContain('Answers cover the first 30%.'));
  await ready();
  expect(get('[role=alert]').textContent).toContain('no room left for moby.txt');
  expect(get('[role=alert] code').textContent).toBe('StorageQuota');
  button('Continue reading').click();
  await vi.waitFor(() => expect(text()).not.toContain('Answers cover'));
  await ready();
  expect(get('[role=alert]').textContent.trim()).toBe('');
  expect(engine.calls).toEqual(['ingest moby.txt', 'open id-0', 'close id-0', 'ingest moby.txt']);
});

test('what is asked while a document is read is answered from what is read, and the reading goes on', async () => {
  await page.viewport(1440, 900); // else the text is behind a tab
  element.layout = 'full';
  element.engine = engine;
  await ready();
  engine.isHolding = engine.keepsBegun = true;
  pick('moby.txt');
  await vi.waitFor(() => expect(get('#source-text').textContent).toContain('Call me Ishmael.'));
  await vi.waitFor(() => expect(text()).toContain('Reading: moby.txt'));
  engine.isHolding = false; // what was begun stays so until it is stopped
  await ask('Who?');
  await vi.waitFor(() => expect(get('[part=title]').nextElementSibling?.textContent).toContain('Read in'));
  await ready();
  expect(text()).toContain('of the <b>Pequod</b>.');
  expect(engine.calls).toEqual(['ingest moby.txt', 'open id-0', 'ask Who?', 'close id-0', 'ingest moby.txt']);
});

// One engine for several tabs: who loads, what crosses, and what becomes of it all when the tab that has the engine ends.
import { ModelFormatError } from '@longread/core';
import { expect, test } from 'vitest';
import type { Found } from '../api.ts';
import type { HostEvent } from '../host/engine-host.ts';
import { modelOf, seenBy, tab, tabsForEachTest, world, type FakeHost } from '../testing/tabs.ts';

tabsForEachTest();

const settings = { title: 'book', maxTokens: 0, reuse: true, outline: undefined, notes: undefined };
test('the first tab loads, and the others ask through it', async () => {
  const [first, second, third] = [await tab(), await tab(), await tab()];
  expect(await Promise.all([first, second, third].map(modelOf))).toEqual(Array(3).fill('engine 1'));
  const { handle } = await second.ingest('Call me Ishmael.', settings, {});
  const heard: string[] = [];
  const channel = {
    onPiece: (text: string) => heard.push(text),
    onFound: ({ curve }: Found) => heard.push(`found ${curve?.levels.length}`),
  };
  expect((await second.ask(handle, 'Who?', {}, channel)).text).toBe('book: Who?');
  expect(heard).toEqual(['found 3', 'book: ', 'Who?']);
  expect((await third.ask(undefined, 'Why?', {}, {})).text).toBe('nothing: Why?');
  await expect(third.ask(handle + 5, 'Who?', {}, {})).rejects.toMatchObject({ code: 'Closed' });
  expect(world.engines).toHaveLength(1);
});

test('sources and exports stream between tabs', async () => {
  await tab();
  const second = await tab();
  const bytes = new TextEncoder().encode('Call me Ishmael.');
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      controller.enqueue(bytes.slice(0, 7));
      controller.enqueue(bytes.slice(7));
      controller.close();
    },
  });
  await second.ingest(source, settings, {});
  expect(world.stored.get('book')).toBe('Call me Ishmael.');
  expect(await new Response(await second.exportDocument('book')).text()).toBe('Call me Ishmael.');
});

test('cancelling and events cross', async () => {
  await tab();
  const heard: HostEvent[] = [];
  const second = await tab((event) => heard.push(event));
  const [engine] = world.engines as [FakeHost];
  engine.holds = true;
  const controller = new AbortController();
  const asking = second.ask(undefined, 'Who?', {}, { signal: controller.signal });
  await seenBy(() => engine.calls.length > 0);
  controller.abort();
  await expect(asking).rejects.toThrow('cancelled');
  engine.tell({ deviceLost: { message: 'gone', details: {} } });
  await seenBy(() => heard.length > 0);
  expect(heard).toEqual([{ deviceLost: { message: 'gone', details: {} } }]);
});

test('when the tab with the engine ends, another goes on, and documents stay open', async () => {
  const [first, second, third] = [await tab(), await tab(), await tab()];
  const { handle } = await second.ingest('Call me Ishmael.', settings, {});
  const { handle: other } = await third.open('book', {});
  const [engine] = world.engines as [FakeHost];
  engine.holds = true;
  const lost = second.ask(handle, 'Who?', {}, {});
  const elsewhere = third.ask(other, 'Who?', {}, {});
  const looking = third.text(other, 0, 7);
  await seenBy(() => engine.calls.length === 3);
  void lost.catch(() => undefined);
  void elsewhere.catch(() => undefined);
  await first.dispose();
  await expect(lost).rejects.toMatchObject({ code: 'DeviceLost', details: { moved: true } });
  await expect(elsewhere).rejects.toMatchObject({ code: 'DeviceLost', details: { moved: true } });
  expect(await looking).toBe('Call me');
  expect((await second.ask(handle, 'Who?', {}, {})).text).toBe('book: Who?');
  expect((await third.ask(other, 'Why?', {}, {})).text).toBe('book: Why?');
  expect(await Promise.all([second, third].map(modelOf))).toEqual(Array(2).fill('engine 2'));
  expect(engine.calls.filter((call) => call === 'dispose')).toHaveLength(1);
});

test('documents that are open together stay so, too', async () => {
  const [first, second] = [await tab(), await tab()];
  const { handle } = await second.openTogether(['one', 'two'], {});
  expect((await second.ask(handle, 'Who?', {}, {})).text).toBe('one+two: Who?');
  await first.dispose();
  expect((await second.ask(handle, 'Why?', {}, {})).text).toBe('one+two: Why?');
  await second.close(handle);
  await expect(second.ask(handle, 'When?', {}, {})).rejects.toMatchObject({ code: 'Closed' });
});

test('a tab that ends leaves no document open, and ends no engine', async () => {
  const [first, second] = [await tab(), await tab()];
  await second.ingest('Call me Ishmael.', settings, {});
  const kept = await first.open('book', {});
  const [engine] = world.engines as [FakeHost];
  expect(engine.open.size).toBe(2);
  await second.dispose();
  await seenBy(() => engine.open.size === 1);
  expect(engine.calls).not.toContain('dispose');
  expect(await first.text(kept.handle, 0, 4)).toBe('Call');
});

test('a load that fails is the tab’s own matter, and the next tab loads', async () => {
  world.failure = new ModelFormatError('no model');
  await expect(tab()).rejects.toThrow('no model');
  expect(await modelOf(await tab())).toBe('engine 1');
});

test('an engine that fails to load for a tab that waits tells it, and is tried again', async () => {
  const [first, second] = [await tab(), await tab()];
  world.failure = new ModelFormatError('no model');
  await first.dispose();
  await expect(second.info()).rejects.toThrow('no model');
  expect(await modelOf(second)).toBe('engine 2');
});

test('what is no message of ours is left alone', async () => {
  const first = await tab();
  const stranger = new BroadcastChannel(world.scope);
  for (const data of [null, 5, 'x', {}, { to: 'nobody' }, { hello: 'x', to: 'y' }])
    stranger.postMessage(data);
  stranger.close();
  expect(await modelOf(first)).toBe('engine 1');
});

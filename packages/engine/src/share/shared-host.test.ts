// One engine for several tabs, over a real BroadcastChannel and locks as the browser has them, with an engine that the test makes: who loads,
// what crosses, and what becomes of it all when the tab that has the engine ends.
import { ClosedError, ModelFormatError } from '@longread/core';
import { memoryOrigin } from '@longread/store/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answer, EngineInfo, Found } from '../api.ts';
import type { CallChannel, EngineHost, HostEvent } from '../host/engine-host.ts';
import type { DocumentInfo } from '../host/open-documents.ts';
import { createSharedHost } from './shared-host.ts';

/** What all fake engines share, as tabs share storage. */
interface World {
  readonly scope: string;
  readonly locks: ReturnType<ReturnType<typeof memoryOrigin>['open']>['locks'];
  /** Texts by document id. */
  readonly stored: Map<string, string>;
  /** Engines that were made, and what they were told. */
  readonly engines: FakeHost[];
  /** Fails the next load. */
  failure: Error | undefined;
}
interface FakeHost {
  readonly tell: (event: HostEvent) => void;
  readonly calls: string[];
  readonly open: Map<number, string>;
  /** Answers wait for it. */
  release: () => void;
  holds: boolean;
}

const found: Found = { evidence: [], gathered: [], curve: { lowest: 1, highest: 2, levels: [0, 255, 7] } };
let world: World;
let tabs: EngineHost[];
beforeEach(() => {
  const { locks } = memoryOrigin().open();
  world = { scope: crypto.randomUUID(), locks, stored: new Map(), engines: [], failure: undefined };
  tabs = [];
});
afterEach(async () => {
  for (const tab of tabs) await tab.dispose();
});

function fakeHost(tell: (event: HostEvent) => void): EngineHost {
  const fake: FakeHost = { tell, calls: [], open: new Map(), release: () => undefined, holds: false };
  const number = world.engines.push(fake);
  let next = 100 * number;
  const infoOf = (id: string): DocumentInfo => {
    fake.open.set(next, id);
    return {
      handle: next++,
      manifest: { id },
      opened: true,
      phases: [],
      memory: {},
    } as unknown as DocumentInfo;
  };
  const idAt = (handle: number) => {
    const id = fake.open.get(handle);
    if (id === undefined) throw new ClosedError(`engine ${number} has no ${handle}`);
    return id;
  };
  const held = async (channel: CallChannel) => {
    if (!fake.holds) return;
    await new Promise<void>((resolve, reject) => {
      fake.release = resolve;
      channel.signal?.addEventListener('abort', () => reject(new ClosedError('cancelled')));
    });
  };
  const host: Partial<EngineHost> = {
    info: () => Promise.resolve({ model: `engine ${number}` } as EngineInfo),
    ingest: async (source, { title }) => {
      let text = '';
      if (typeof source === 'string') text = source;
      else if (source instanceof ReadableStream)
        for await (const bytes of source) text += new TextDecoder().decode(bytes);
      world.stored.set(title, text);
      return infoOf(title);
    },
    open: (id) => Promise.resolve(infoOf(id)),
    text: async (handle, start, end) => {
      fake.calls.push(`text ${handle}`);
      await held({});
      return world.stored.get(idAt(handle))?.slice(start, end) ?? '';
    },
    ask: async (handle, question, _, channel) => {
      fake.calls.push(`ask ${question}`);
      const id = handle === undefined ? 'nothing' : idAt(handle);
      channel.onFound?.(found);
      channel.onPiece?.(`${id}: `);
      await held(channel);
      channel.onPiece?.(question);
      return { text: `${id}: ${question}` } as Answer;
    },
    close: (handle) => {
      fake.open.delete(handle);
      return Promise.resolve();
    },
    exportDocument: (id) => Promise.resolve(new Blob([world.stored.get(id) ?? '']).stream()),
    dispose: () => {
      fake.calls.push('dispose');
      return Promise.resolve();
    },
  };
  return host as EngineHost;
}

async function tab(onEvent: (event: HostEvent) => void = () => undefined): Promise<EngineHost> {
  const create = (_: CallChannel, tell: (event: HostEvent) => void) => {
    const { failure } = world;
    world.failure = undefined;
    return failure ? Promise.reject(failure) : Promise.resolve(fakeHost(tell));
  };
  const bus = new BroadcastChannel(world.scope);
  const made = await createSharedHost({ bus, locks: world.locks, create }, {}, onEvent);
  tabs.push(made);
  return made;
}
const settings = { title: 'book', maxTokens: 0, reuse: true, outline: undefined, notes: undefined };
const modelOf = async (host: EngineHost) => (await host.info()).model;
const seenBy = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve));
};

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

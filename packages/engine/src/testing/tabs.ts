// Tabs that share an engine which the test makes, over a real BroadcastChannel and locks as the browser has them.
import { AbortedError, ClosedError } from '@longread/core';
import { memoryOrigin } from '@longread/store/testing';
import { afterEach, beforeEach } from 'vitest';
import type { Answer, EngineInfo, Found, Progress } from '../api.ts';
import type { CallChannel, EngineHost, HostEvent } from '../host/engine-host.ts';
import type { DocumentInfo, DocumentsInfo } from '../host/open-documents.ts';
import { createSharedHost } from '../share/shared-host.ts';

/** What all fake engines share, as tabs share storage. */
export interface World {
  readonly scope: string;
  readonly locks: ReturnType<ReturnType<typeof memoryOrigin>['open']>['locks'];
  /** Texts by document id. */
  readonly stored: Map<string, string>;
  /** Engines that were made, and what they were told. */
  readonly engines: FakeHost[];
  /** Fails the next load. */
  failure: Error | undefined;
  /** Loads report half of theirs, and wait for their `go` or their signal. */
  loads: { readonly go: () => void }[] | undefined;
}
export interface FakeHost {
  readonly tell: (event: HostEvent) => void;
  readonly calls: string[];
  readonly open: Map<number, string>;
  /** Answers wait for it. */
  release: () => void;
  holds: boolean;
}

const found: Found = { evidence: [], gathered: [], curve: { lowest: 1, highest: 2, levels: [0, 255, 7] } };
/** Of the test that runs. */
export let world: World;
let tabs: EngineHost[] = [];

/** Call once at the top of a test file. */
export function tabsForEachTest(): void {
  beforeEach(() => {
    const { locks } = memoryOrigin().open();
    world = {
      ...{ scope: crypto.randomUUID(), locks, stored: new Map(), engines: [] },
      failure: undefined,
      loads: undefined,
    };
    tabs = [];
  });
  afterEach(async () => {
    for (const tab of tabs) await tab.dispose();
  });
}

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
    openTogether: (ids = []) => {
      const { handle } = infoOf(ids.join('+'));
      return Promise.resolve({ handle, manifests: [], phases: [] } as unknown as DocumentsInfo);
    },
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

/** What a load that waits reports. */
export const half: Progress = { phase: 'load', done: 1, total: 2, unit: 'bytes' };

/** Joins as another tab does. */
export async function tab(
  onEvent: (event: HostEvent) => void = () => undefined,
  channel: CallChannel = {},
): Promise<EngineHost> {
  const create = async (loading: CallChannel, tell: (event: HostEvent) => void) => {
    const { failure, loads } = world;
    world.failure = undefined;
    if (failure) throw failure;
    if (loads) {
      await new Promise<void>((go, stop) => {
        loading.signal?.addEventListener('abort', () => stop(new AbortedError('load stopped')));
        loads.push({ go });
        loading.onProgress?.(half);
      });
    }
    return fakeHost(tell);
  };
  const bus = new BroadcastChannel(world.scope);
  const made = await createSharedHost({ bus, locks: world.locks, create }, channel, onEvent);
  tabs.push(made);
  return made;
}
export const modelOf = async (host: EngineHost): Promise<string> => (await host.info()).model;

export const seenBy = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve));
};

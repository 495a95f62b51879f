// One engine for all tabs of the origin: the tab that holds a lock has it and serves the others; when it ends, another takes the lock, loads
// the model, and goes on. What was stored is there; what was under way in the tab that ended is to be asked again.
import { ClosedError, DeviceLostError } from '@longread/core';
import type { HeldLock, LockDriver } from '@longread/store/drivers';
import type { CallChannel, EngineHost, HostEvent } from '../host/engine-host.ts';
import type { DocumentInfo } from '../host/open-documents.ts';
import { hostOver } from '../host/remote.ts';
import { createWorkerCalls, type WorkerCalls } from '../host/worker-calls.ts';
import { Link, type Bus, type Envelope } from './link.ts';
import { createTabsServed, tabLock, type TabsServed } from './tabs-served.ts';

/** The channel that all tabs hear, but for the one that speaks. */
export interface SharedBus extends Bus {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  close(): void;
}

export interface SharedHostOptions {
  readonly bus: SharedBus;
  readonly locks: LockDriver;
  /** Makes the engine, in the tab that leads. */
  readonly create: (channel: CallChannel, onEvent: (event: HostEvent) => void) => Promise<EngineHost>;
}

/** Heard by all tabs. */
type Announcement = { readonly leader: string } | { readonly hello: string };

const leaderLock = 'leader';

/** Whom calls go to, until another takes over. */
interface Target {
  readonly leader: string;
  readonly host: () => Promise<EngineHost>;
  readonly calls?: WorkerCalls;
}

/**
 * The engine of all tabs; loads it here where no tab has it. Resolves when it answers.
 * @throws what `create` throws, where this tab leads
 */
export async function createSharedHost(
  { bus, locks, create }: SharedHostOptions,
  channel: CallChannel,
  onEvent: (event: HostEvent) => void,
): Promise<EngineHost> {
  const own = crypto.randomUUID();
  const ended = new AbortController();
  const held: HeldLock[] = [];
  let served: TabsServed | undefined;
  let local: Promise<EngineHost> | undefined;
  let target: Target | undefined;
  let onTarget: () => void = () => undefined;
  const found = new Promise<void>((resolve) => (onTarget = resolve));
  const say = (announcement: Announcement) => bus.postMessage(announcement);

  const tell = (event: HostEvent) => {
    served?.tell(event);
    onEvent(event);
  };
  const engine = (loading: CallChannel = {}): Promise<EngineHost> =>
    (local ??= create(loading, tell).catch((error: unknown) => {
      local = undefined; // the next call tries again
      throw error;
    }));
  const turnTo = (next: Target) => {
    const before = target;
    target = next;
    before?.calls?.end(movedError());
    onTarget();
  };
  bus.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null || ended.signal.aborted) return;
    const message = data as Partial<Envelope> & { readonly leader?: string; readonly hello?: string };
    if (message.hello !== undefined && served) {
      served.add(message.hello);
      say({ leader: own });
    } else if (message.leader !== undefined && !served && target?.leader !== message.leader) {
      const { leader } = message;
      const link = new Link(bus, own, leader);
      links.set(leader, link);
      const calls = createWorkerCalls(link, onEvent);
      const host = Promise.resolve(hostOver(calls));
      turnTo({ leader, calls, host: () => host });
      say({ hello: own }); // so that it serves this tab
    } else if (message.to === own) {
      if (served) served.receive(data as Envelope);
      else links.get(message.from ?? '')?.receive(data as Envelope);
    }
  };
  const links = new Map<string, Link>();
  const lead = (lock: HeldLock) => {
    held.push(lock);
    served = createTabsServed(bus, own, locks, engine);
    turnTo({ leader: own, host: engine });
    say({ leader: own });
  };
  const tab = await locks.acquire(tabLock(own), { mode: 'exclusive', wait: true });
  if (tab) held.push(tab);
  const free = await locks.acquire(leaderLock, { mode: 'exclusive', wait: false });
  if (free) lead(free);
  else {
    locks
      .acquire(leaderLock, { mode: 'exclusive', wait: true, signal: ended.signal })
      .then((lock) => lock && (ended.signal.aborted ? lock.release() : lead(lock)))
      .catch(() => undefined); // disposed before
    say({ hello: own });
  }
  let disposed: Promise<void> | undefined;
  const dispose = () => (disposed ??= letGo());
  const letGo = async () => {
    ended.abort();
    const last = served ? await local?.catch(() => undefined) : undefined;
    served?.end();
    await (served ? last?.dispose() : target && closeHere(target));
    target?.calls?.end(
      new ClosedError('The engine was disposed. Make another one; what was stored is there.'),
    );
    for (const lock of held) lock.release(); // another tab goes on
    bus.onmessage = null;
    bus.close();
  };
  try {
    await found;
    if (free) await engine(channel);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { ...followingHost(async () => (await found.then(() => target)) ?? neverFound()), dispose };
}

const closeHere = (target: Target): Promise<void> =>
  target.host().then((host) => host.dispose().catch(() => undefined));

function neverFound(): never {
  throw new Error('Longread bug: a shared engine is used before it was found');
}

function movedError(): DeviceLostError {
  return new DeviceLostError(
    'The tab that ran the engine was closed, and another one goes on with it. What was stored is whole; ask again.',
    { moved: true },
  );
}

function hasMoved(error: unknown): boolean {
  return error instanceof DeviceLostError && error.details.moved === true;
}

/** The same channel, and whether anything was reported on it. */
function overheard(channel: CallChannel): readonly [CallChannel, hasHeard: () => boolean] {
  let hasHeard = false;
  const hearing =
    <T>(report: ((value: T) => void) | undefined) =>
    (value: T) => {
      hasHeard = true;
      report?.(value);
    };
  const { onProgress, onPiece, onFound } = channel;
  const listening = {
    ...channel,
    onProgress: hearing(onProgress),
    onPiece: hearing(onPiece),
    onFound: hearing(onFound),
  };
  return [listening, () => hasHeard];
}

/** A document as the page knows it, and where it is open now. */
interface Placed {
  readonly id: string;
  at: Target;
  handle: Promise<number>;
}

/** A host whose calls go to whoever leads: what only looks is looked for again, and documents are opened again where they are used. */
function followingHost(current: () => Promise<Target>): EngineHost {
  const places = new Map<number, Placed>();
  let nextHandle = 1;

  const call = async <T>(run: (host: EngineHost, at: Target) => Promise<T>): Promise<T> => {
    const at = await current();
    return run(await at.host(), at);
  };
  /** Of what changes nothing. */
  const look = <T>(run: (host: EngineHost, at: Target) => Promise<T>): Promise<T> =>
    call(run).catch((error: unknown) => {
      if (!hasMoved(error)) throw error;
      return call(run);
    });
  const place = (info: DocumentInfo, at: Target): DocumentInfo => {
    const handle = nextHandle++;
    places.set(handle, { id: info.manifest.id, at, handle: Promise.resolve(info.handle) });
    return { ...info, handle };
  };
  const handleAt = async (handle: number, host: EngineHost, at: Target): Promise<number> => {
    const found = places.get(handle);
    if (!found) throw new ClosedError('The document was closed or deleted meanwhile. Open it again.');
    if (found.at !== at) {
      found.at = at;
      found.handle = host.open(found.id, {}).then((info) => info.handle);
      found.handle.catch(() => places.delete(handle));
    }
    return found.handle;
  };
  return {
    info: () => look((host) => host.info()),
    measureHeads: (...args) => call((host) => host.measureHeads(...args)),
    ingest: (...args) => call(async (host, at) => place(await host.ingest(...args), at)),
    open: (...args) => look(async (host, at) => place(await host.open(...args), at)),
    append: (handle, ...args) =>
      call(async (host, at) => ({
        ...(await host.append(await handleAt(handle, host, at), ...args)),
        handle,
      })),
    ask: async (handle, question, settings, channel) => {
      const [listening, hasHeard] = overheard(channel);
      const ask = () =>
        call(async (host, at) => {
          const there = handle === undefined ? undefined : await handleAt(handle, host, at);
          return host.ask(there, question, settings, listening);
        });
      return ask().catch((error: unknown) => {
        if (!hasMoved(error) || hasHeard()) throw error;
        return ask(); // nobody had begun it
      });
    },
    text: (handle, ...args) => look(async (host, at) => host.text(await handleAt(handle, host, at), ...args)),
    contextUsage: (handle, ...args) =>
      look(async (host, at) => host.contextUsage(await handleAt(handle, host, at), ...args)),
    check: (...args) => look((host) => host.check(...args)),
    countTokens: (...args) => look((host) => host.countTokens(...args)),
    planModel: (...args) => look((host) => host.planModel(...args)),
    planDocument: (size) => look((host) => host.planDocument(size)),
    close: async (handle) => {
      const found = places.get(handle);
      places.delete(handle);
      if (found)
        await call(async (host, at) => (found.at === at ? host.close(await found.handle) : undefined));
    },
    list: () => look((host) => host.list()),
    rename: (id, title) => call((host) => host.rename(id, title)),
    delete: (id) => call((host) => host.delete(id)),
    listModels: () => look((host) => host.listModels()),
    deleteModel: (url) => call((host) => host.deleteModel(url)),
    usage: () => look((host) => host.usage()),
    evict: (bytes) => call((host) => host.evict(bytes)),
    exportDocument: (id) => look((host) => host.exportDocument(id)),
    importDocument: (...args) => call((host) => host.importDocument(...args)),
    dispose: () => Promise.resolve(),
  };
}

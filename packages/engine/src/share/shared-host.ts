// One engine for all tabs of the origin: the tab that holds a lock has it and serves the others; when it ends, another takes the lock, loads
// the model, and goes on. What was stored is there; what was under way in the tab that ended is to be asked again.
import { ClosedError, DeviceLostError } from '@longread/core';
import type { HeldLock, LockDriver } from '@longread/store/drivers';
import type { CallChannel, EngineHost, HostEvent } from '../host/engine-host.ts';
import { hostOver } from '../host/remote.ts';
import { createWorkerCalls } from '../host/worker-calls.ts';
import { followingHost, type Target } from './following-host.ts';
import { Link, type Bus, type Envelope } from './link.ts';
import { createSharedLoad, unlessCancelled } from './shared-load.ts';
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

/**
 * The engine of all tabs; loads it here where no tab has it. Resolves when it answers: where another tab is loading, after that, and
 * `channel` is told how it goes.
 * @throws what `create` throws, here or in the tab that leads | AbortedError
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
  let target: Target | undefined;
  let onTarget: () => void = () => undefined;
  const found = new Promise<void>((resolve) => (onTarget = resolve));
  const say = (announcement: Announcement) => bus.postMessage(announcement);

  const tell = (event: HostEvent) => {
    served?.tell(event);
    onEvent(event);
  };
  const load = createSharedLoad((loading) => create(loading, tell));
  // What was skipped once is skipped later, too, where this tab goes on for another one.
  const { signal, skipTuning, skipCalibration } = channel;
  const engine = (waiting: CallChannel): Promise<EngineHost> =>
    load.wait({
      ...waiting,
      skipTuning: waiting.skipTuning ?? skipTuning,
      skipCalibration: waiting.skipCalibration ?? skipCalibration,
    });
  const turnTo = (next: Target) => {
    const before = target;
    target = next;
    before?.calls?.end(movedError());
    onTarget();
  };
  bus.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== 'object' || data === null) return;
    const message = data as Partial<Envelope> & { readonly leader?: string; readonly hello?: string };
    // A tab that ends takes no part any more, and hears how its last call went.
    if (ended.signal.aborted && message.to !== own) return;
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
    served?.end(); // before its load: another tab loads anew, and does not hear that this one was cancelled
    await (served ? (await load.end())?.dispose() : target && closeHere(target));
    target?.calls?.end(
      new ClosedError('The engine was disposed. Make another one; what was stored is there.'),
    );
    for (const lock of held) lock.release(); // another tab goes on
    bus.onmessage = null;
    bus.close();
  };
  try {
    await unlessCancelled(found, signal); // a tab that sleeps does not answer
    const host = followingHost(() => Promise.resolve(target ?? neverFound()));
    await unlessCancelled(host.info(channel), signal);
    return { ...host, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const closeHere = (target: Target): Promise<void> =>
  target.host({}).then((host) => host.dispose().catch(() => undefined));

function neverFound(): never {
  throw new Error('Longread bug: a shared engine is used before it was found');
}

function movedError(): DeviceLostError {
  return new DeviceLostError(
    'The tab that ran the engine was closed, and another one goes on with it. What was stored is whole; ask again.',
    { moved: true },
  );
}

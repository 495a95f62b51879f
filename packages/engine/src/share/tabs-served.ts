// The tabs that the one with the engine serves: each through a link, with the documents that it has open, until it is gone.
import type { LockDriver } from '@longread/store/drivers';
import type { CallChannel, EngineHost, HostEvent } from '../host/engine-host.ts';
import { createServer, methodsOf } from '../host/serve.ts';
import type { ToWorker } from '../host/worker-messages.ts';
import { Link, type Bus, type Envelope } from './link.ts';

export interface TabsServed {
  /** Begins to serve a tab; nothing happens where it is served already. */
  readonly add: (tab: string) => void;
  /** Takes what a tab says. */
  readonly receive: (envelope: Envelope) => void;
  readonly tell: (event: HostEvent) => void;
  /** Serves nobody any more. */
  readonly end: () => void;
}

/** The lock that a tab holds as long as it lives. */
export const tabLock = (tab: string): string => `tab ${tab}`;

export function createTabsServed(
  bus: Bus,
  own: string,
  locks: LockDriver,
  engine: (channel: CallChannel) => Promise<EngineHost>,
): TabsServed {
  const ended = new AbortController();
  const links = new Map<string, Link>();

  const add = (tab: string) => {
    if (links.has(tab) || ended.signal.aborted) return;
    const link = new Link(bus, own, tab);
    links.set(tab, link);
    const open = new Set<number>();
    const closeAll = async () => {
      const handles = [...open];
      open.clear();
      if (handles.length === 0) return; // a load is not waited for, nor begun
      const host = await engine({});
      await Promise.allSettled(handles.map((handle) => host.close(handle)));
    };
    const methods = methodsOf(engine);
    const { receive, cancelAll } = createServer(
      {
        ...methods,
        ingest: async (...call: Parameters<typeof methods.ingest>) => {
          const info = await methods.ingest(...call);
          open.add(info.handle);
          return info;
        },
        open: async (...call: Parameters<typeof methods.open>) => {
          const info = await methods.open(...call);
          open.add(info.handle);
          return info;
        },
        close: async (...call: Parameters<typeof methods.close>) => {
          open.delete(call[1]);
          await methods.close(...call);
        },
        dispose: closeAll, // the engine is not one tab's to end
      },
      (message) => link.postMessage(message),
    );
    link.addEventListener('message', (event) => receive((event as MessageEvent<ToWorker>).data));
    // A tab that is gone holds its lock no longer.
    locks
      .acquire(tabLock(tab), { mode: 'exclusive', wait: true, signal: ended.signal })
      .then((held) => {
        held?.release();
        links.delete(tab);
        link.terminate();
        cancelAll();
        return open.size > 0 ? closeAll() : undefined;
      })
      .catch(() => undefined); // nobody is served any more
  };
  return {
    add,
    receive: (envelope) => links.get(envelope.from)?.receive(envelope),
    tell: (event) => {
      if (!('failed' in event)) for (const link of links.values()) link.postMessage({ event });
    },
    end: () => {
      ended.abort();
      for (const link of links.values()) link.terminate();
      links.clear();
    },
  };
}

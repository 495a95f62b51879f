// A host whose calls go to whoever leads: what only looks is looked for again, and documents are opened again where they are used.
import { ClosedError, DeviceLostError } from '@longread/core';
import type { Progress } from '../api.ts';
import type { CallChannel, EngineHost } from '../host/engine-host.ts';
import type { DocumentInfo } from '../host/open-documents.ts';
import type { WorkerCalls } from '../host/worker-calls.ts';

/** Whom calls go to, until another takes over. */
export interface Target {
  readonly leader: string;
  /** Loads where there is nothing yet, and tells how that goes. @throws AbortedError | what the load throws */
  readonly host: (channel: CallChannel) => Promise<EngineHost>;
  readonly calls?: WorkerCalls;
}

/** Of a load that a call waits for, and not of the call. */
const ofLoad: ReadonlySet<Progress['phase']> = new Set(['fetch', 'verify', 'load', 'tune', 'calibrate']);

function hasMoved(error: unknown): boolean {
  return error instanceof DeviceLostError && error.details.moved === true;
}

/** The same channel, and whether anything was reported on it. */
function overheard(channel: CallChannel): readonly [CallChannel, hasHeard: () => boolean] {
  let hasHeard = false;
  const hearing =
    <T>(report: ((value: T) => void) | undefined, isOfCall: (value: T) => boolean = () => true) =>
    (value: T) => {
      hasHeard ||= isOfCall(value);
      report?.(value);
    };
  const { onProgress, onPiece, onFound } = channel;
  const listening = {
    ...channel,
    onProgress: hearing(onProgress, ({ phase }) => !ofLoad.has(phase)),
    onPiece: hearing(onPiece),
    onFound: hearing(onFound),
  };
  return [listening, () => hasHeard];
}

/** A document as the page knows it, and where it is open now. */
interface Placed {
  /** Opens it where it is not yet. */
  readonly again: (host: EngineHost) => Promise<{ readonly handle: number }>;
  at: Target;
  handle: Promise<number>;
}

export function followingHost(current: () => Promise<Target>): EngineHost {
  const places = new Map<number, Placed>();
  let nextHandle = 1;

  const call = async <T>(
    run: (host: EngineHost, at: Target) => Promise<T>,
    channel: CallChannel = {},
  ): Promise<T> => {
    const at = await current();
    return run(await at.host(channel), at);
  };
  /** Of what changes nothing. */
  const look: typeof call = (run, channel) =>
    call(run, channel).catch((error: unknown) => {
      if (!hasMoved(error)) throw error;
      return call(run, channel);
    });
  const placeAs = <T extends { readonly handle: number }>(info: T, at: Target, again: Placed['again']): T => {
    const handle = nextHandle++;
    places.set(handle, { again, at, handle: Promise.resolve(info.handle) });
    return { ...info, handle };
  };
  const place = (info: DocumentInfo, at: Target) =>
    placeAs(info, at, (host) => host.open(info.manifest.id, {}));
  const handleAt = async (handle: number, host: EngineHost, at: Target): Promise<number> => {
    const found = places.get(handle);
    if (!found) throw new ClosedError('The document was closed or deleted meanwhile. Open it again.');
    if (found.at !== at) {
      found.at = at;
      found.handle = found.again(host).then((info) => info.handle);
      found.handle.catch(() => places.delete(handle));
    }
    return found.handle;
  };
  return {
    info: (channel) => look((host) => host.info(channel), channel),
    measureHeads: (sample, sets, channel) =>
      call((host) => host.measureHeads(sample, sets, channel), channel),
    ingest: (source, settings, channel) =>
      call(async (host, at) => place(await host.ingest(source, settings, channel), at), channel),
    open: (id, channel) => look(async (host, at) => place(await host.open(id, channel), at), channel),
    openTogether: (ids, channel) =>
      look(async (host, at) => {
        const again = (other: EngineHost) => other.openTogether(ids, {});
        return placeAs(await host.openTogether(ids, channel), at, again);
      }, channel),
    append: (handle, source, description, channel) =>
      call(async (host, at) => {
        const there = await handleAt(handle, host, at);
        return { ...(await host.append(there, source, description, channel)), handle };
      }, channel),
    remove: (handle, start, end, channel) =>
      call(async (host, at) => {
        const there = await handleAt(handle, host, at);
        return { ...(await host.remove(there, start, end, channel)), handle };
      }, channel),
    restore: (handle, start, end, channel) =>
      call(async (host, at) => {
        const there = await handleAt(handle, host, at);
        return { ...(await host.restore(there, start, end, channel)), handle };
      }, channel),
    ask: async (handle, question, settings, channel) => {
      const [listening, hasHeard] = overheard(channel);
      const ask = () =>
        call(async (host, at) => {
          const there = handle === undefined ? undefined : await handleAt(handle, host, at);
          return host.ask(there, question, settings, listening);
        }, channel);
      return ask().catch((error: unknown) => {
        if (!hasMoved(error) || hasHeard()) throw error;
        return ask(); // nobody had begun it
      });
    },
    text: (handle, ...args) => look(async (host, at) => host.text(await handleAt(handle, host, at), ...args)),
    contextUsage: (handle, ...args) =>
      look(async (host, at) => host.contextUsage(await handleAt(handle, host, at), ...args)),
    check: (...args) => look((host) => host.check(...args)),
    countTokens: (text, channel) => look((host) => host.countTokens(text, channel), channel),
    planModel: (model, settings, channel) =>
      look((host) => host.planModel(model, settings, channel), channel),
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
    importDocument: (source, channel) => call((host) => host.importDocument(source, channel), channel),
    dispose: () => Promise.resolve(),
  };
}

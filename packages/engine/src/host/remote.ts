// The page's side of the worker: the host interface by messages. Cancel is a message too; sources travel by transfer where they can.
import { errorFromData } from '@longread/core';
import { proxy, transfer, wrap, type Remote } from 'comlink';
import type { DocumentSource } from '../api.ts';
import type { CallChannel, EngineHost, HostEvent, HostOptions } from './host.ts';
import type { Outcome, Report, WorkerEntry } from './worker.ts';

/** Starts a worker and creates an engine in it. @throws the same errors as `createHost` */
export async function createRemoteHost(
  options: HostOptions,
  channel: CallChannel,
  onEvent: (event: HostEvent) => void,
): Promise<EngineHost> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'longread' });
  const broken = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) =>
      reject(new Error(`The engine's worker failed: ${event.message || 'its script could not be loaded'}`)),
    );
  });
  broken.catch(() => undefined); // whoever waits for a call sees it
  const remote: Remote<WorkerEntry> = wrap<WorkerEntry>(worker);
  const end = () => worker.terminate();
  let nextCall = 1;

  const settle = async <T>(answer: Promise<Outcome<T>>): Promise<T> => {
    const outcome = await Promise.race([answer, broken]);
    if (outcome.ok) return outcome.value;
    const { error } = outcome;
    throw 'code' in error ? errorFromData(error) : new Error(error.message);
  };
  const cancellable = async <T>(
    { signal, onProgress, onPiece }: CallChannel,
    start: (call: number, report: Report) => Promise<Outcome<T>>,
  ): Promise<T> => {
    const call = nextCall++;
    const abort = () => void remote.abort(call);
    const report: Report = (event) => {
      if ('progress' in event) onProgress?.(event.progress);
      else onPiece?.(event.piece);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answer = start(call, proxy(report));
      if (signal?.aborted) abort();
      return await settle(answer);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };

  const { skipTuning } = channel;
  const skip = () => void remote.skipTuning();
  try {
    skipTuning?.addEventListener('abort', skip, { once: true });
    const created = cancellable(channel, (call, report) =>
      remote.create(call, report, options, proxy(onEvent)),
    );
    if (skipTuning?.aborted) skip();
    await created;
  } catch (error) {
    end();
    throw error;
  } finally {
    skipTuning?.removeEventListener('abort', skip);
  }
  return {
    info: () => settle(remote.info()),
    ingest: (source, settings, ingestChannel) =>
      cancellable(ingestChannel, (call, report) =>
        remote.ingest(call, report, transferable(source), settings),
      ),
    open: (id, openChannel) => cancellable(openChannel, (call, report) => remote.open(call, report, id)),
    append: (handle, source, appendChannel) =>
      cancellable(appendChannel, (call, report) => remote.append(call, report, handle, transferable(source))),
    ask: (handle, question, settings, askChannel) =>
      cancellable(askChannel, (call, report) => remote.ask(call, report, handle, question, settings)),
    close: (handle) => settle(remote.close(handle)),
    list: () => settle(remote.list()),
    delete: (id) => settle(remote.delete(id)),
    listModels: () => settle(remote.listModels()),
    deleteModel: (url) => settle(remote.deleteModel(url)),
    usage: () => settle(remote.usage()),
    evict: (bytes) => settle(remote.evict(bytes)),
    exportDocument: (id) => settle(remote.exportDocument(id)),
    importDocument: (source, importChannel) =>
      cancellable(importChannel, (call, report) =>
        remote.importDocument(call, report, source instanceof Blob ? source : transfer(source, [source])),
      ),
    dispose: () => settle(remote.dispose()).finally(end),
  };
}

/** Strings and Blobs are cloned; streams and iterables are moved as streams. */
function transferable(source: DocumentSource): DocumentSource {
  if (typeof source === 'string' || source instanceof Blob) return source;
  const stream = source instanceof ReadableStream ? source : streamOf(source);
  return transfer(stream, [stream]) as DocumentSource;
}

function streamOf(texts: AsyncIterable<string>): ReadableStream<string> {
  const iterator = texts[Symbol.asyncIterator]();
  return new ReadableStream<string>({
    pull: async (controller) => {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
}

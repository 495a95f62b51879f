// The page's side of the worker: a host whose operations are messages. Sources stay in the page and give their chunks as asked.
import { AbortedError, throwIfAborted } from '@longread/core';
import type { DocumentSource, ImportSource } from '../api.ts';
import { receiveStream, sendChunks } from './chunk-port.ts';
import type { CallChannel, EngineHost, HostEvent, HostOptions } from './engine-host.ts';
import { disposedError, graceMs, within } from './ending.ts';
import { createWorkerCalls, type WorkerCalls } from './worker-calls.ts';
import type { SentDocument, SentImport } from './worker-messages.ts';
import { startWorker } from './worker-script.ts';

/** What becomes of a source on its way. */
type Sent<S> = S extends ImportSource ? SentImport : SentDocument;

/**
 * Starts a worker and creates an engine in it.
 * @param workerUrl of its script, where it is not the one beside this.
 * @throws the same errors as `createHost` | NetworkError (its script)
 */
export async function createRemoteHost(
  options: HostOptions,
  channel: CallChannel,
  onEvent: (event: HostEvent) => void,
  workerUrl?: string | URL,
): Promise<EngineHost> {
  throwIfAborted(channel.signal, 'load');
  const started = startWorker(workerUrl);
  const { call, end } = createWorkerCalls(started.worker, onEvent, started.script);
  const { signal } = channel;
  // A worker that is not there yet, or hangs, answers no cancel.
  let timer: ReturnType<typeof setTimeout> | undefined;
  const giveUp = () => {
    const reason = { cause: signal?.reason as unknown };
    timer = setTimeout(
      () => end(new AbortedError('Cancelled during load.', { during: 'load' }, reason)),
      graceMs,
    );
  };
  signal?.addEventListener('abort', giveUp);
  try {
    await call('create', [options], channel);
  } catch (error) {
    end(disposedError());
    throw error;
  } finally {
    started.release();
    signal?.removeEventListener('abort', giveUp);
    clearTimeout(timer);
  }
  return hostOver({ call, end });
}

/** A host whose calls go through a port. */
export function hostOver({ call, end }: WorkerCalls): EngineHost {
  return {
    info: (channel) => call('info', [], channel),
    measureHeads: (sample, sets, measureChannel) => call('measureHeads', [sample, sets], measureChannel),
    ingest: (source, settings, ingestChannel) =>
      sending(source, ingestChannel, (sent, moved) => call('ingest', [sent, settings], ingestChannel, moved)),
    open: (id, openChannel) => call('open', [id], openChannel),
    openTogether: (ids, openChannel) => call('openTogether', [ids], openChannel),
    append: (handle, source, description, appendChannel) =>
      sending(source, appendChannel, (sent, moved) =>
        call('append', [handle, sent, description], appendChannel, moved),
      ),
    remove: (handle, start, last, removeChannel) => call('remove', [handle, start, last], removeChannel),
    restore: (handle, start, last, restoreChannel) => call('restore', [handle, start, last], restoreChannel),
    ask: (handle, question, settings, askChannel) => call('ask', [handle, question, settings], askChannel),
    text: (handle, start, last, id) => call('text', [handle, start, last, id]),
    check: (question, settings) => call('check', [question, settings]),
    contextUsage: (handle, question, settings) => call('contextUsage', [handle, question, settings]),
    countTokens: (text, countChannel) => call('countTokens', [text], countChannel),
    planModel: (model, settings, planChannel) => call('planModel', [model, settings], planChannel),
    planDocument: (size) => call('planDocument', [size]),
    close: (handle) => call('close', [handle]),
    list: () => call('list', []),
    rename: (id, title) => call('rename', [id, title]),
    delete: (id) => call('delete', [id]),
    listModels: () => call('listModels', []),
    deleteModel: (url) => call('deleteModel', [url]),
    usage: () => call('usage', []),
    evict: (bytes) => call('evict', [bytes]),
    exportDocument: async (id) => {
      const { port1, port2 } = new MessageChannel();
      await call('exportDocument', [id, port2], {}, [port2]);
      return receiveStream(port1);
    },
    importDocument: (source, importChannel) =>
      sending(source, importChannel, (sent, moved) => call('importDocument', [sent], importChannel, moved)),
    dispose: async () => {
      await within(graceMs, call('dispose', []));
      end(disposedError());
    },
  };
}

/** Gives a source to a call: strings and Blobs are cloned, streams and iterables are read here until the call ends or is cancelled. */
async function sending<S extends DocumentSource, T>(
  source: S,
  { signal }: CallChannel,
  call: (sent: Sent<S>, moved: readonly Transferable[]) => Promise<T>,
): Promise<T> {
  if (typeof source === 'string' || source instanceof Blob) return call(source as unknown as Sent<S>, []);
  const { port1, port2 } = new MessageChannel();
  const stop = sendChunks(port1, source);
  const abort = () =>
    stop(new AbortedError('The call that read this was cancelled.', {}, { cause: signal?.reason }));
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    const sent: SentDocument = source instanceof ReadableStream ? { bytes: port2 } : { texts: port2 };
    return await call(sent as Sent<S>, [port2]);
  } finally {
    signal?.removeEventListener('abort', abort);
    stop(new Error('The call that read this has ended.'));
  }
}

// The dedicated worker: one in-place host behind Comlink. Errors travel as data, because classes do not survive messages.
import { LongreadError, errorToData, invariant, type ErrorData } from '@longread/core';
import { expose, transfer } from 'comlink';
import type { DocumentSource, ImportSource, Progress } from '../api.ts';
import {
  createHost,
  type CallChannel,
  type EngineHost,
  type HostAskOptions,
  type HostEvent,
  type HostIngestOptions,
  type HostOptions,
} from './host.ts';

/** A result, or the error that took its place. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorData | { readonly message: string } };

/** What a running call tells the page. */
export type Report = (event: { readonly progress: Progress } | { readonly piece: string }) => void;

let host: EngineHost | undefined;
const tuning = new AbortController();
const calls = new Map<number, AbortController>();

async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof LongreadError) return { ok: false, error: errorToData(error) };
    return { ok: false, error: { message: error instanceof Error ? error.message : String(error) } };
  }
}

/** Runs a call that reports and can be cancelled under its number. */
function cancellable<T>(
  call: number,
  report: Report,
  work: (channel: CallChannel) => Promise<T>,
): Promise<Outcome<T>> {
  const controller = new AbortController();
  calls.set(call, controller);
  const channel: CallChannel = {
    signal: controller.signal,
    onProgress: (progress) => report({ progress }),
    onPiece: (piece) => report({ piece }),
  };
  return outcome(() => work(channel)).finally(() => calls.delete(call));
}

function engine(): EngineHost {
  invariant(host, 'the worker was asked before its engine was created');
  return host;
}

const entry = {
  create: (call: number, report: Report, options: HostOptions, onEvent: (event: HostEvent) => void) =>
    cancellable(call, report, async (channel) => {
      host = await createHost(options, { ...channel, skipTuning: tuning.signal }, onEvent);
    }),
  skipTuning: () => tuning.abort(),
  ingest: (call: number, report: Report, source: DocumentSource, options: HostIngestOptions) =>
    cancellable(call, report, (channel) => engine().ingest(source, options, channel)),
  open: (call: number, report: Report, id: string) =>
    cancellable(call, report, (channel) => engine().open(id, channel)),
  append: (call: number, report: Report, handle: number, source: DocumentSource) =>
    cancellable(call, report, (channel) => engine().append(handle, source, channel)),
  ask: (call: number, report: Report, handle: number, question: string, options: HostAskOptions) =>
    cancellable(call, report, (channel) => engine().ask(handle, question, options, channel)),
  abort: (call: number) => calls.get(call)?.abort(),
  info: () => outcome(() => engine().info()),
  close: (handle: number) => outcome(() => engine().close(handle)),
  list: () => outcome(() => engine().list()),
  delete: (id: string) => outcome(() => engine().delete(id)),
  listModels: () => outcome(() => engine().listModels()),
  deleteModel: (url: string) => outcome(() => engine().deleteModel(url)),
  usage: () => outcome(() => engine().usage()),
  evict: (bytes: number) => outcome(() => engine().evict(bytes)),
  exportDocument: async (id: string) => {
    const exported = await outcome(() => engine().exportDocument(id));
    return exported.ok ? transfer(exported, [exported.value]) : exported;
  },
  importDocument: (call: number, report: Report, source: ImportSource) =>
    cancellable(call, report, (channel) => engine().importDocument(source, channel)),
  dispose: () => outcome(() => engine().dispose()),
};

export type WorkerEntry = typeof entry;

expose(entry);

// The dedicated worker: one host in place, behind messages (worker-messages.ts).
import { errorToData, invariant } from '@longread/core';
import type { DocumentSize, HeadSample, PlanOptions } from '../api.ts';
import { receiveChunks, receiveStream, sendChunks } from './chunk-port.ts';
import type {
  CallChannel,
  EngineHost,
  HostAskOptions,
  HostIngestOptions,
  HostOptions,
} from './engine-host.ts';
import { createHost } from './host.ts';
import type { FromWorker, SentDocument, SentImport, SkipName, ToWorker } from './worker-messages.ts';

let host: EngineHost | undefined;
/** What can be told of the calls under way: that they are cancelled, that their tuning or measuring is to end. */
const calls = new Map<number, Readonly<Record<'cancel' | SkipName, AbortController>>>();

const post = (message: FromWorker) => postMessage(message);

function engine(): EngineHost {
  invariant(host, 'the worker was asked before its engine was created');
  return host;
}

const methods = {
  create: async (channel: CallChannel, options: HostOptions) => {
    host = await createHost(options, channel, (event) => post({ event }));
  },
  info: () => engine().info(),
  measureHeads: (channel: CallChannel, sample: HeadSample, sets?: readonly (readonly string[])[]) =>
    engine().measureHeads(sample, sets, channel),
  ingest: (channel: CallChannel, source: SentDocument, options: HostIngestOptions) =>
    engine().ingest(received(source), options, channel),
  open: (channel: CallChannel, id: string) => engine().open(id, channel),
  append: (channel: CallChannel, handle: number, source: SentDocument) =>
    engine().append(handle, received(source), channel),
  ask: (channel: CallChannel, handle: number | undefined, question: string, options: HostAskOptions) =>
    engine().ask(handle, question, options, channel),
  text: (_: CallChannel, handle: number, start: number, end: number | undefined) =>
    engine().text(handle, start, end),
  check: (_: CallChannel, question: string, options: HostAskOptions) => engine().check(question, options),
  contextUsage: (_: CallChannel, handle: number, question: string, options: HostAskOptions) =>
    engine().contextUsage(handle, question, options),
  countTokens: (channel: CallChannel, text: string) => engine().countTokens(text, channel),
  planModel: (channel: CallChannel, model: HostOptions['model'], options: Omit<PlanOptions, 'signal'>) =>
    engine().planModel(model, options, channel),
  planDocument: (_: CallChannel, size: DocumentSize) => engine().planDocument(size),
  close: (_: CallChannel, handle: number) => engine().close(handle),
  list: () => engine().list(),
  delete: (_: CallChannel, id: string) => engine().delete(id),
  listModels: () => engine().listModels(),
  deleteModel: (_: CallChannel, url: string) => engine().deleteModel(url),
  usage: () => engine().usage(),
  evict: (_: CallChannel, bytes: number) => engine().evict(bytes),
  exportDocument: async (_: CallChannel, id: string, port: MessagePort) => {
    sendChunks(port, await engine().exportDocument(id));
  },
  importDocument: (channel: CallChannel, source: SentImport) =>
    engine().importDocument(source instanceof Blob ? source : receiveStream(source.bytes), channel),
  dispose: () => engine().dispose(),
};

export type WorkerMethods = typeof methods;

function received(source: SentDocument) {
  if (typeof source === 'string' || source instanceof Blob) return source;
  return 'bytes' in source
    ? receiveStream<Uint8Array<ArrayBuffer>>(source.bytes)
    : receiveChunks<string>(source.texts);
}

async function answer(call: number, method: string, args: readonly unknown[]): Promise<void> {
  const cancel = new AbortController();
  const skipTuning = new AbortController();
  const skipCalibration = new AbortController();
  calls.set(call, { cancel, skipTuning, skipCalibration });
  const channel: CallChannel = {
    signal: cancel.signal,
    skipTuning: skipTuning.signal,
    skipCalibration: skipCalibration.signal,
    onProgress: (progress) => post({ call, progress }),
    onPiece: (piece) => post({ call, piece }),
    onEvidence: (evidence) => post({ call, evidence }),
  };
  const run: (channel: CallChannel, ...args: never[]) => Promise<unknown> =
    methods[method as keyof WorkerMethods];
  try {
    post({ call, value: await run(channel, ...(args as never[])) });
  } catch (error) {
    post({ call, error: errorToData(error) });
  } finally {
    calls.delete(call);
  }
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('abort' in data) calls.get(data.abort)?.cancel.abort();
  else if ('skip' in data) calls.get(data.skip)?.[data.what].abort();
  else void answer(data.call, data.method, data.args);
});

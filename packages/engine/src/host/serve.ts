// The side of a port that has the engine: runs the calls that arrive on a host, and posts what they report and how they end.
import { errorToData, invariant } from '@longread/core';
import type { DocumentSize, HeadSample, PlanOptions } from '../api.ts';
import { receiveChunks, receiveStream, sendChunks } from './chunk-port.ts';
import type {
  CallChannel,
  EngineHost,
  HostAskOptions,
  HostIngestOptions,
  HostDescription,
  HostOptions,
} from './engine-host.ts';
import type { FromWorker, SentDocument, SentImport, SkipName, ToWorker } from './worker-messages.ts';

/**
 * The calls that a port takes; each begins with its channel.
 * @param engine is told the channel of the call that needs it: there may be something to load first
 */
export function methodsOf(engine: (channel: CallChannel) => EngineHost | Promise<EngineHost>) {
  return {
    info: async (channel: CallChannel) => (await engine(channel)).info(channel),
    measureHeads: async (channel: CallChannel, sample: HeadSample, sets?: readonly (readonly string[])[]) =>
      (await engine(channel)).measureHeads(sample, sets, channel),
    ingest: async (channel: CallChannel, source: SentDocument, options: HostIngestOptions) =>
      (await engine(channel)).ingest(received(source), options, channel),
    open: async (channel: CallChannel, id: string) => (await engine(channel)).open(id, channel),
    openTogether: async (channel: CallChannel, ids: readonly string[] | undefined) =>
      (await engine(channel)).openTogether(ids, channel),
    append: async (
      channel: CallChannel,
      handle: number,
      source: SentDocument,
      description: HostDescription,
    ) => (await engine(channel)).append(handle, received(source), description, channel),
    remove: async (channel: CallChannel, handle: number, start: number, end: number) =>
      (await engine(channel)).remove(handle, start, end, channel),
    restore: async (channel: CallChannel, handle: number, start: number, end: number) =>
      (await engine(channel)).restore(handle, start, end, channel),
    ask: async (
      channel: CallChannel,
      handle: number | undefined,
      question: string,
      options: HostAskOptions,
    ) => (await engine(channel)).ask(handle, question, options, channel),
    text: async (channel: CallChannel, handle: number, start: number, end: number | undefined, id?: string) =>
      (await engine(channel)).text(handle, start, end, id),
    check: async (channel: CallChannel, question: string, options: HostAskOptions) =>
      (await engine(channel)).check(question, options),
    contextUsage: async (channel: CallChannel, handle: number, question: string, options: HostAskOptions) =>
      (await engine(channel)).contextUsage(handle, question, options),
    countTokens: async (channel: CallChannel, text: string) =>
      (await engine(channel)).countTokens(text, channel),
    planModel: async (
      channel: CallChannel,
      model: HostOptions['model'],
      options: Omit<PlanOptions, 'signal'>,
    ) => (await engine(channel)).planModel(model, options, channel),
    planDocument: async (channel: CallChannel, size: DocumentSize) =>
      (await engine(channel)).planDocument(size),
    close: async (channel: CallChannel, handle: number) => (await engine(channel)).close(handle),
    list: async (channel: CallChannel) => (await engine(channel)).list(),
    rename: async (channel: CallChannel, id: string, title: string) =>
      (await engine(channel)).rename(id, title),
    delete: async (channel: CallChannel, id: string) => (await engine(channel)).delete(id),
    listModels: async (channel: CallChannel) => (await engine(channel)).listModels(),
    deleteModel: async (channel: CallChannel, url: string) => (await engine(channel)).deleteModel(url),
    usage: async (channel: CallChannel) => (await engine(channel)).usage(),
    evict: async (channel: CallChannel, bytes: number) => (await engine(channel)).evict(bytes),
    exportDocument: async (channel: CallChannel, id: string, port: MessagePort) => {
      sendChunks(port, await (await engine(channel)).exportDocument(id));
    },
    importDocument: async (channel: CallChannel, source: SentImport) =>
      (await engine(channel)).importDocument(
        source instanceof Blob ? source : receiveStream(source.bytes),
        channel,
      ),
    dispose: async (channel: CallChannel) => (await engine(channel)).dispose(),
  };
}

function received(source: SentDocument) {
  if (typeof source === 'string' || source instanceof Blob) return source;
  return 'bytes' in source
    ? receiveStream<Uint8Array<ArrayBuffer>>(source.bytes)
    : receiveChunks<string>(source.texts);
}

export interface Server {
  readonly receive: (message: ToWorker) => void;
  /** Cancels what is under way: nobody waits for it any more. */
  readonly cancelAll: () => void;
}

/** @param methods by name; each takes a channel and the call's arguments. */
export function createServer(
  methods: Readonly<Record<string, (channel: CallChannel, ...args: never[]) => Promise<unknown>>>,
  post: (message: FromWorker) => void,
): Server {
  /** What can be told of the calls under way: that they are cancelled, that their tuning or measuring is to end. */
  const calls = new Map<number, Readonly<Record<'cancel' | SkipName, AbortController>>>();

  const answer = async (call: number, method: string, args: readonly unknown[]): Promise<void> => {
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
      onFound: (found) => post({ call, found }),
    };
    try {
      const run = methods[method];
      invariant(run, `there is no method ${method} behind the port`);
      post({ call, value: await run(channel, ...(args as never[])) });
    } catch (error) {
      post({ call, error: errorToData(error) });
    } finally {
      calls.delete(call);
    }
  };
  return {
    receive: (message) => {
      if ('abort' in message) calls.get(message.abort)?.cancel.abort();
      else if ('skip' in message) calls.get(message.skip)?.[message.what].abort();
      else void answer(message.call, message.method, message.args);
    },
    cancelAll: () => {
      for (const { cancel } of calls.values()) cancel.abort();
    },
  };
}

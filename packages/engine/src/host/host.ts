// The engine itself, without a worker: runs one operation at a time on the documents in use, over devices that may be lost.
import { checkInteger, InvalidInputError, throwIfAborted } from '@longread/core';
import { createGpu, type Gpu } from '@longread/gpu';
import { openDocumentStore, type DocumentStore } from '@longread/store';
import { openWeightsCache, type WeightsCache } from '@longread/weights-cache';
import { answer, checkQuestion } from '../answer/answer.ts';
import type { CallOptions, DocumentSource, PhaseStats } from '../api.ts';
import { whileWriting } from './claims.ts';
import { reopenDocument } from '../document.ts';
import type { CallChannel, EngineHost, HostEvent, HostOptions } from './engine-host.ts';
import { openModel, type OpenedModel } from '../load.ts';
import { createOpenDocuments, type DocumentInfo } from './open-documents.ts';
import { createPhaseClock, type PhaseClock } from '../phases.ts';
import { createPieces } from './pieces.ts';
import { appendDocument, readDocument } from '../read.ts';
import { createRecovery, type Recovery } from './recovery.ts';
import { createSession, type Session } from './session.ts';
import { createTurns } from './turns.ts';
import { tokenize, type TokenizedSource } from '../tokenize.ts';

/**
 * Loads a model on this thread's WebGPU device.
 * @param onEvent called for as long as the host lives.
 * @throws WebGpuUnavailableError | LimitExceededError | NetworkError | IntegrityError | ModelFormatError | OutOfMemoryError | AbortedError
 */
export async function createHost(
  options: HostOptions,
  channel: CallChannel,
  onEvent: (event: HostEvent) => void,
): Promise<EngineHost> {
  const { database, read, cache = true, ...load } = options;
  const { skipTuning: skip } = channel;
  const tune = options.tune === false ? false : { ...options.tune, ...(skip && { skip }) };
  const call = callOptions(channel);
  throwIfAborted(call.signal, 'load');
  const requestGpu = () => createGpu('gpu' in navigator ? navigator.gpu : undefined);
  const gpu = await requestGpu(); // before a model is fetched for nothing
  let unused: Gpu | undefined = gpu;
  const store = openDocumentStore(database);
  const models = openWeightsCache();
  try {
    const model = await openModel({ ...load, ...call, cache: cache ? models : undefined });
    store.onChange((document) => onEvent({ document }));
    const recovery = await createRecovery(
      {
        create: async (reports) => {
          const next = unused ?? (await requestGpu());
          unused = undefined;
          return createSession(next, model, { read, tune, store }, reports);
        },
        onLost: ({ message, details }) => onEvent({ deviceLost: { message, details } }),
      },
      call,
    );
    return hostOf(model, store, models, recovery);
  } catch (error) {
    gpu.dispose();
    store.close();
    models?.close();
    throw error;
  }
}

function hostOf(
  model: OpenedModel,
  store: DocumentStore,
  models: WeightsCache | undefined,
  recovery: Recovery,
): EngineHost {
  const open = createOpenDocuments(model, store);
  const turns = createTurns();
  const onDevice = <T>(channel: CallChannel, work: (session: Session) => Promise<T>): Promise<T> =>
    recovery.run(callOptions(channel), work);

  const tokenized = (source: DocumentSource, maxTokens: number, clock: PhaseClock, call: CallOptions) =>
    clock.run(
      'tokenize',
      () => tokenize(model.tokenizer, source, { ...call, maxTokens }),
      ({ ids }) => ids.length,
    );

  /** Appends to the stored document, which another handle or tab, or an attempt before this one, may have moved on. */
  const append = async (
    session: Session,
    handle: number,
    text: TokenizedSource,
    phases: readonly PhaseStats[],
    call: CallOptions,
  ): Promise<DocumentInfo> => {
    const { id, numChunks } = (await open.documentAt(session, handle)).manifest;
    if ((await store.manifest(id)).numChunks !== numChunks) open.forget(handle);
    const document = await open.documentAt(session, handle);
    try {
      const work = () => appendDocument(session.documents, document, text, phases, call);
      return await open.add(session, id, true, work, handle);
    } catch (error) {
      open.forget(handle);
      throw error;
    }
  };

  return {
    info: () => {
      const { session, latest } = recovery;
      const { gpu } = latest.documents;
      const { config } = model.file;
      return Promise.resolve({
        adapter: gpu.facts.adapter,
        model: config.name,
        modelSha256: model.sha256,
        contextLength: config.contextLength,
        gpuBytes: session ? gpu.liveBytes : 0,
        gpuBytesPeak: gpu.peakBytes,
        longestSubmissionMs: gpu.recorder.longestSubmissionMs,
        tuning: latest.tuning,
      });
    },
    ingest: (source, { title, maxTokens, reuse }, channel) =>
      turns.take('tokenize', channel.signal, async () => {
        // Callers may come from untyped code, where anything arrives here.
        if (typeof title !== 'string')
          throw new InvalidInputError('The title is no text. Give a string, or none.');
        checkInteger('maxTokens', maxTokens, 0, Infinity);
        const call = callOptions(channel);
        const clock = createPhaseClock();
        const text = await tokenized(source, maxTokens, clock, call);
        const id = crypto.randomUUID();
        return onDevice(channel, async (session) => {
          const { documents } = session;
          const match = { fingerprint: documents.fingerprint, sourceHash: text.sourceHash, maxTokens };
          const ready = reuse ? await store.find(match) : undefined;
          if (ready) return open.add(session, ready.id, false, () => reopenDocument(documents, ready.id));
          // An attempt before this one may have stored chunks; whoever does not reuse still goes on with his own.
          const own = (await store.list()).find((manifest) => manifest.id === id);
          const partial = reuse ? await store.find({ ...match, state: 'reading' }) : own;
          const request = { id, title, maxTokens, tokenized: text, phases: clock.phases, partial };
          const at = partial?.id ?? id;
          return whileWriting(store, at, call, (held) =>
            open.add(session, at, true, () => readDocument(documents, request, held)),
          );
        });
      }),
    open: (id, channel) =>
      turns.take('open', channel.signal, () =>
        onDevice(channel, (session) =>
          open.add(session, id, false, () => reopenDocument(session.documents, id)),
        ),
      ),
    append: (handle, source, channel) =>
      turns.take('tokenize', channel.signal, async () => {
        const call = callOptions(channel);
        const clock = createPhaseClock();
        const text = await tokenized(source, 0, clock, call);
        const { id } = open.manifestAt(handle);
        return whileWriting(store, id, call, (held) =>
          onDevice(held, (session) => append(session, handle, text, clock.phases, held)),
        );
      }),
    ask: (handle, question, options, channel) =>
      turns.take('gather', channel.signal, () => {
        const pieces = createPieces(channel.onPiece);
        return onDevice(channel, async (session) => {
          const document = await open.documentAt(session, handle);
          return answer(session.answers, open.ledgerOf(session), document, question, {
            ...options,
            ...callOptions(channel),
            onPiece: pieces.start(),
          });
        });
      }),
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown is to reject
    check: async (question, options) => void checkQuestion(recovery.latest.answers, question, options),
    close: (handle) =>
      turns.take('close', undefined, () => {
        open.close(handle);
        return Promise.resolve();
      }),
    list: () => store.list(),
    delete: (id) =>
      turns.take('delete', undefined, async () => {
        open.closeAll(id);
        await store.delete(id);
      }),
    listModels: async () => (await models?.list()) ?? [],
    deleteModel: async (url) => models?.delete(url),
    usage: () => store.usage(),
    evict: (bytes) => store.evictLeastRecentlyUsed(bytes),
    exportDocument: (id) => Promise.resolve(store.exportDocument(id)),
    importDocument: (source, { signal, onProgress }) =>
      store.importDocument(source, {
        ...(signal && { signal }),
        onProgress: (progress) => onProgress?.({ phase: 'import', ...progress }),
      }),
    dispose: () => {
      open.closeAll();
      recovery.dispose();
      store.close();
      models?.close();
      return Promise.resolve();
    },
  };
}

/** Leaves absent options absent: exact optional properties. */
function callOptions({ signal, onProgress }: CallChannel): CallOptions {
  return { ...(signal && { signal }), ...(onProgress && { onProgress }) };
}

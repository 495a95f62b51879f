// The engine itself, without a worker: owns the device, the model and the documents, and runs one operation at a time.
import {
  invariant,
  throwIfAborted,
  type DocumentManifest,
  type ReadSettings,
  type Tuning,
} from '@longread/core';
import { createGpu } from '@longread/gpu';
import {
  calibrationFor,
  checkMemory,
  checkReadSettings,
  decodeMemory,
  defaultReadSettings,
  documentMemory,
  engineMemory,
  planMemory,
  readingMemory,
  type MemoryItem,
} from '@longread/planner';
import { fingerprintOf, openDocumentStore, openTuningStore } from '@longread/store';
import { answer } from './answer.ts';
import type {
  Answer,
  AskOptions,
  DocumentSource,
  EngineInfo,
  EngineOptions,
  MemoryStats,
  PhaseStats,
  Progress,
} from './api.ts';
import { compileStages } from './compile-stages.ts';
import { readDocument, reopenDocument, type DocumentContext, type OpenDocument } from './document.ts';
import { createTransformer } from './forward/transformer.ts';
import { openModel, uploadModel } from './load.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { createPhaseClock } from './phases.ts';
import type { AnswerContext } from './strategy.ts';
import { tokenize } from './tokenize.ts';
import { defaultTuneLimitMs, testKernels, tuneKernels } from './tune.ts';

/** How a call reports and is cancelled; across a worker these become messages. */
export interface CallChannel {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onPiece?: ((text: string) => void) | undefined;
}

/** Options without functions and signals: structured-cloneable. */
export interface HostOptions {
  readonly model: string | Blob;
  readonly sha256?: string;
  readonly tokenizerJson?: string;
  readonly read?: Partial<ReadSettings>;
  readonly tune?: EngineOptions['tune'];
  readonly database: string;
}

export interface HostIngestOptions {
  readonly title: string;
  readonly maxTokens: number;
  readonly reuse: boolean;
}

export type HostAskOptions = Omit<AskOptions, 'signal' | 'onProgress'>;

/** A document in use, by a handle that is good until it is closed. */
export interface DocumentInfo {
  readonly handle: number;
  readonly manifest: DocumentManifest;
  readonly opened: boolean;
  readonly phases: readonly PhaseStats[];
  readonly memory: MemoryStats;
}

/** The engine's operations as plain calls; implemented in place and, by messages, across a worker. */
export interface EngineHost {
  info(): Promise<EngineInfo>;
  ingest(source: DocumentSource, options: HostIngestOptions, channel: CallChannel): Promise<DocumentInfo>;
  open(id: string, channel: CallChannel): Promise<DocumentInfo>;
  ask(handle: number, question: string, options: HostAskOptions, channel: CallChannel): Promise<Answer>;
  close(handle: number): Promise<void>;
  list(): Promise<readonly DocumentManifest[]>;
  delete(id: string): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Loads a model on this thread's WebGPU device.
 * @throws WebGpuUnavailableError | LimitExceededError | NetworkError | IntegrityError | ModelFormatError | OutOfMemoryError | AbortedError
 */
export async function createHost(options: HostOptions, channel: CallChannel): Promise<EngineHost> {
  const gpu = await createGpu('gpu' in navigator ? navigator.gpu : undefined);
  const weights = gpu.owner('model');
  try {
    const { database, read, tune, ...load } = options;
    const opened = await openModel({ ...load, ...callOptions(channel) });
    const { config, tensors } = opened.file;
    const calibration = calibrationFor(opened.sha256, config);
    const settings = { ...defaultReadSettings(config, calibration), ...read };
    checkReadSettings(settings, config);
    const layouts = tensors.map(({ layout }) => layout);
    const held = engineMemory(config, layouts, settings);
    const toCome = [
      documentMemory(config, settings, 1),
      readingMemory(config, settings),
      decodeMemory(config, config.contextLength),
    ];
    checkMemory(planMemory([...held, ...toCome]), gpu.facts);
    const compiling = compileStages(gpu, config);
    compiling.catch(() => undefined); // seen below, unless the upload fails first
    const model = await uploadModel(gpu, weights, opened, callOptions(channel));
    const waiting = { during: 'load', signal: channel.signal };
    await gpu.until(compiling, waiting); // a compiler beside it would spoil what tuning measures
    const tunings = openTuningStore();
    const tuning = tuneKernels(gpu, model, tunings, {
      limitMs: tune === false ? undefined : (tune?.limitMs ?? defaultTuneLimitMs),
      ...callOptions(channel),
    });
    const tuned = await gpu.until(tuning, waiting);
    const sizes = { maxTokens: settings.chunkSize, maxKeys: config.contextLength };
    const transformer = await gpu.until(createTransformer(gpu, weights, model, sizes, tuned.rows), waiting);
    const tested = await gpu.until(testKernels(gpu, tuned, tunings, callOptions(channel)), waiting);
    const store = openDocumentStore(database);
    const fingerprint = await fingerprintOf(model.sha256, settings);
    const documents: DocumentContext = { gpu, transformer, store, settings, fingerprint };
    const answers: AnswerContext = { gpu, model, transformer, calibration, cache: undefined };
    return hostOf(documents, answers, held, tested, () => weights.dispose());
  } catch (error) {
    weights.dispose();
    gpu.dispose();
    throw error;
  }
}

function hostOf(
  documents: DocumentContext,
  answers: AnswerContext,
  engineItems: readonly MemoryItem[],
  tuning: Tuning,
  disposeModel: () => void,
): EngineHost {
  const { gpu, store, fingerprint, settings } = documents;
  const { model } = answers;
  const open = new Map<number, OpenDocument>();
  const ledger = createMemoryLedger(gpu, () => [
    ...engineItems,
    documentMemory(model.config, settings, open.size),
  ]);
  /** Makes one more document, by reading it or not. */
  const addDocument = async (reads: boolean, work: () => Promise<OpenDocument>): Promise<DocumentInfo> => {
    const { config } = model;
    const items = [
      documentMemory(config, settings, 1),
      ...(reads ? [readingMemory(config, settings)] : []),
      ...(answers.cache ? [decodeMemory(config, answers.cache.capacity)] : []),
    ];
    const { value, memory } = await ledger.measure([items], work);
    return register(value, memory);
  };
  let nextHandle = 1;
  /** The device, activations and caches are shared: operations run one after the other. */
  let last: Promise<unknown> = Promise.resolve();
  const exclusive = <T>(during: string, channel: CallChannel, work: () => Promise<T>): Promise<T> => {
    const turn = last.then(() => {
      throwIfAborted(channel.signal, during);
      gpu.check();
      return work();
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const register = (document: OpenDocument, memory: MemoryStats): DocumentInfo => {
    const handle = nextHandle++;
    open.set(handle, document);
    const { manifest, opened, phases } = document;
    return { handle, manifest, opened, phases, memory };
  };
  const close = (handle: number) => {
    open.get(handle)?.compressor.dispose();
    open.delete(handle);
  };

  return {
    info: () =>
      Promise.resolve({
        adapter: gpu.facts.adapter,
        model: model.config.name,
        modelSha256: model.sha256,
        contextLength: model.config.contextLength,
        gpuBytes: gpu.liveBytes,
        gpuBytesPeak: gpu.peakBytes,
        longestSubmissionMs: gpu.recorder.longestSubmissionMs,
        tuning,
      }),
    ingest: (source, { title, maxTokens, reuse }, channel) =>
      exclusive('tokenize', channel, async () => {
        const call = callOptions(channel);
        const clock = createPhaseClock();
        const tokenized = await clock.run(
          'tokenize',
          () => tokenize(model.tokenizer, source, { ...call, maxTokens }),
          ({ ids }) => ids.length,
        );
        const match = { fingerprint, sourceHash: tokenized.sourceHash, maxTokens };
        const ready = reuse ? await store.find(match) : undefined;
        if (ready) return addDocument(false, () => reopenDocument(documents, ready.id));
        const partial = reuse ? await store.find({ ...match, state: 'reading' }) : undefined;
        const request = { title, maxTokens, tokenized, phases: clock.phases, partial };
        return addDocument(true, () => readDocument(documents, request, call));
      }),
    open: (id, channel) =>
      exclusive('open', channel, () => addDocument(false, () => reopenDocument(documents, id))),
    ask: (handle, question, options, channel) =>
      exclusive('gather', channel, () => {
        const document = open.get(handle);
        invariant(document, 'the document was closed; open it again');
        return answer(answers, ledger, document, question, {
          ...options,
          ...callOptions(channel),
          ...(channel.onPiece && { onPiece: channel.onPiece }),
        });
      }),
    close: (handle) =>
      exclusive('close', {}, () => {
        close(handle);
        return Promise.resolve();
      }),
    list: () => store.list(),
    delete: (id) =>
      exclusive('delete', {}, async () => {
        for (const [handle, { manifest }] of open) if (manifest.id === id) close(handle);
        await store.delete(id);
      }),
    dispose: async () => {
      await last;
      for (const handle of open.keys()) close(handle);
      answers.cache?.dispose();
      disposeModel();
      gpu.dispose();
      store.close();
    },
  };
}

/** Leaves absent options absent: exact optional properties. */
function callOptions({ signal, onProgress }: CallChannel) {
  return { ...(signal && { signal }), ...(onProgress && { onProgress }) };
}

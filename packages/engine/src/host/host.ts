// The engine itself, without a worker: runs one operation at a time on the documents in use, over devices that may be lost.
import { checkedTitle, throwIfAborted } from '@longread/core';
import { createGpu, type Gpu } from '@longread/gpu';
import { checkQuestion, planAnswer, planChat } from '../answer/answer.ts';
import { contextUsage } from '../answer/context-usage.ts';
import { openModel, type OpenedModel } from '../load.ts';
import { addressesOf } from '../model/fetch-model.ts';
import { lateScript } from '../late-script.ts';
import { gpuHere } from '../platform.ts';
import { countTokens } from '../tokenize.ts';
import { callOptions, createCalls } from './calls.ts';
import { whileWriting } from './claims.ts';
import type { CallChannel, EngineHost, HostEvent, HostOptions } from './engine-host.ts';
import { checkLoad } from './load-plan.ts';
import { createOpenDocuments } from './open-documents.ts';
import { createPieces } from './pieces.ts';
import { planDocument } from './plan-document.ts';
import { planModelBeside } from './plan-model.ts';
import { createRates, type Rates } from './rates.ts';
import { createRecovery, type Recovery } from './recovery.ts';
import { createReadCalls, reopeningIn, withMemory } from './read-calls.ts';
import { createSession } from './session.ts';
import { openTogetherIn } from './open-together.ts';
import { openStorage, type HostStorage } from './storage.ts';

/**
 * Loads a model on this thread's WebGPU device.
 * @param onEvent called for as long as the host lives.
 * @param givenGpu in place of this thread's own.
 * @throws WebGpuUnavailableError | LimitExceededError | NetworkError | IntegrityError | ModelFormatError | OutOfMemoryError | AbortedError
 */
export async function createHost(
  options: HostOptions,
  channel: CallChannel,
  onEvent: (event: HostEvent) => void,
  givenGpu?: GPU,
): Promise<EngineHost> {
  const { storage: kind, database, read, calibration, preset = 'read', cache = true, ...load } = options;
  const { skipTuning: skip, skipCalibration } = channel;
  const tune = options.tune === false ? false : { ...options.tune, ...(skip && { skip }) };
  const rates = createRates();
  const call = { ...callOptions(channel), onProgress: rates.watch(channel.onProgress) };
  throwIfAborted(call.signal, 'load');
  const requestGpu = () => createGpu(givenGpu ?? gpuHere(), { acceptsInt8: options.products === 'int8' });
  const gpu = await requestGpu(); // before a model is fetched for nothing
  let unused: Gpu | undefined = gpu;
  const storage = openStorage(kind, database);
  try {
    const model = await openModel({
      ...load,
      ...call,
      cache: cache ? storage.models : undefined,
      check: (header) => checkLoad(gpu, header, read),
    });
    storage.documents.onChange((document) => onEvent({ document }));
    const recovery = await createRecovery(
      {
        create: async (reports) => {
          const next = unused ?? (await requestGpu());
          unused = undefined;
          return createSession(
            next,
            model,
            { read, tune, storage, calibration, skipCalibration, preset },
            reports,
          );
        },
        onLost: ({ message, details }) => onEvent({ deviceLost: { message, details } }),
      },
      call,
    );
    return hostOf(model, storage, recovery, rates);
  } catch (error) {
    gpu.dispose();
    storage.close();
    throw error;
  }
}

function hostOf(model: OpenedModel, storage: HostStorage, recovery: Recovery, rates: Rates): EngineHost {
  const { documents: store, models } = storage;
  const { config } = model.file;
  const open = createOpenDocuments(model, store);
  const calls = createCalls(recovery, store, open.heldOn);

  const read = createReadCalls(model, store, recovery, open, calls, rates);

  return {
    info: () => {
      const { session, latest } = recovery;
      const { gpu } = latest.documents;
      return Promise.resolve({
        adapter: gpu.facts.adapter,
        model: config.name,
        modelSha256: model.sha256,
        weights: model.weights ?? 'file',
        contextLength: config.contextLength,
        gpuBytes: session ? gpu.liveBytes : 0,
        gpuBytesPeak: gpu.peakBytes,
        longestSubmissionMs: gpu.recorder.longestSubmissionMs,
        tuning: latest.tuning,
        calibration: latest.calibration,
        presets: latest.presets,
      });
    },
    measureHeads: (sample, sets, channel) =>
      calls.take('calibrate', channel, async ({ options, onDevice }) => {
        const { planHeads } = await lateScript(() => import('./measure.ts'));
        const { value } = await onDevice(({ answers: { gpu, transformer } }) =>
          planHeads(gpu, transformer, model.tokenizer, sample, sets, options),
        );
        return value;
      }),
    ingest: read.ingest,
    open: (id, channel) =>
      calls.take('open', channel, async (call) =>
        withMemory(await call.onDevice(reopeningIn(open, store, id))),
      ),
    openTogether: (ids, channel) =>
      calls.take('open', channel, (call) => openTogetherIn(open, store, recovery.latest, ids, call)),
    append: read.append,
    remove: read.remove,
    restore: read.restore,
    ask: (handle, question, options, channel) =>
      calls.take('gather', channel, async (call) => {
        const pieces = createPieces(channel.onPiece);
        const { value, memory } = await call.onDevice(async (session) => {
          const settings = {
            ...options,
            ...call.options,
            onPiece: pieces.start(),
            ...(channel.onFound && { onFound: channel.onFound }),
          };
          if (handle === undefined) return planChat(session.answers, question, settings);
          const document = await open.documentAt(session, handle);
          return planAnswer(session.answers, document, question, settings);
        });
        return { ...value, stats: { ...value.stats, memory } };
      }),
    text: (handle, start, end, id) => open.textAt(handle, start, end, id),
    // oxlint-disable-next-line typescript/require-await -- what is thrown is to reject
    check: async (question, options) => void checkQuestion(recovery.latest.answers, question, options),
    contextUsage: (handle, question, options) =>
      Promise.resolve().then(() =>
        contextUsage(recovery.latest.answers, open.knownAt(handle), question, options),
      ),
    countTokens: (text, { signal }) => countTokens(model.tokenizer, text, signal),
    planModel: async (source, options, { signal }) => {
      const { gpu } = recovery.latest.documents;
      const plan = await planModelBeside(gpu, source, { ...options, ...(signal && { signal }) }, models);
      const rate = rates.perSecond('fetch');
      return rate === undefined ? plan : { ...plan, fetchSeconds: plan.fetchBytes / rate };
    },
    planDocument: async (size) => {
      const { documents, documentsIn } = recovery.latest;
      const { settings } = size.preset === undefined ? documents : documentsIn(size.preset);
      return planDocument(config, settings, store, size, read.tokensPerSecond(settings));
    },
    close: (handle) =>
      calls.take('close', {}, () => {
        open.close(handle);
        return Promise.resolve();
      }),
    list: () => store.list(),
    rename: async (id, given) => {
      const title = checkedTitle(given);
      return whileWriting(store, id, {}, async () =>
        store.updateManifest({ ...(await store.manifest(id)), title }),
      );
    },
    delete: (id) =>
      calls.take('delete', {}, async () => {
        open.closeAll(id);
        await store.delete(id);
      }),
    listModels: async () => (await models?.list()) ?? [],
    deleteModel: async (url) => {
      for (const file of addressesOf(url, (await models?.list()) ?? [])) await models?.delete(file);
    },
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
      storage.close();
      return Promise.resolve();
    },
  };
}

// The public entry of Longread: one function and the types it speaks.
import { AbortedError, InvalidInputError } from '@longread/core';
import type {
  Engine,
  EngineOptions,
  ModelPlan,
  ModelSource,
  PlanModelOptions,
  Recommendations,
} from './api.ts';
import { engineOf } from './engine.ts';
import type { CallChannel, HostEvent, HostOptions } from './host/engine-host.ts';
import { createLifetime } from './host/lifetime.ts';
import { createListeners } from './host/listeners.ts';
import { createRemoteHost } from './host/remote.ts';
import { isFiles, ofOneFolder } from './model/is-files.ts';
import { addressOf } from './model/address.ts';
import { askToPersist, placeOf } from './platform.ts';

export type * from './api.ts';
export type {
  CalibrationData,
  CalibrationOrigin,
  DocumentManifest,
  EmbeddingHead,
  ErrorDetails,
  GatherSettings,
  HeadRange,
  PassagePlace,
  Place,
  PlaceKind,
  PresetName,
  ReadSettings,
  Scoring,
  SourceNote,
  SourcePart,
  StrategyName,
  Tuning,
  TuningRow,
  WeightKind,
} from '@longread/core';
export type { DocumentChange, DocumentUsage, StorageUsage } from '@longread/store';
export type { StoredModel } from '@longread/weights-cache';
export { citations, type Citation, type ScoreCurve, type Support } from '@longread/planner';
export { listKept, type Kept } from './kept.ts';
import { lateScript } from './late-script.ts';
import { measurePlan } from './measure-plan.ts';
export { LongreadError, describePlace, formatTuning, type ErrorCode } from '@longread/core';

const defaultDatabase = 'longread';

/** What makes a host, wherever it runs. */
type HostCall = readonly [HostOptions, CallChannel, (event: HostEvent) => void];

/**
 * Loads a model and returns an engine that reads documents and answers questions about them: in a browser in a dedicated worker unless
 * `worker` is false, in Node in place.
 * @throws InvalidInputError (an option that cannot be had here) | WebGpuUnavailableError | LimitExceededError | NetworkError | IntegrityError | ModelFormatError | OutOfMemoryError |
 * AbortedError: all LongreadErrors, told apart by `code`.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const {
    model,
    worker,
    workerUrl,
    gpu,
    storage,
    signal,
    onProgress,
    database = defaultDatabase,
    tune,
    calibration: choice,
    share = false,
    ...rest
  } = options;
  const place = placeOf({ worker, gpu, storage });
  const source = isFiles(model) ? ofOneFolder(model) : addressOf(model);
  // A signal does not survive a message: it goes the way of the call's own.
  const { skip: skipTuning, ...limits } = tune === false ? {} : { ...tune };
  const { calibration, skip: skipCalibration } = splitSkip(choice);
  const host: HostOptions = {
    ...rest,
    model: source,
    storage: place.storage,
    database,
    tune: tune === false ? false : limits,
    calibration: await plannedCalibration(calibration),
  };
  const events = createListeners<HostEvent>();
  const life = createLifetime();
  const sharedName = share === false ? undefined : nameToShare(share, source, database, place.storage);
  const createHere = async (...call: HostCall) => {
    if (place.worker) return createRemoteHost(...call, workerUrl);
    // Loaded only where it runs in place: the worker brings its own copy.
    return (await lateScript(() => import('./host/host.ts'))).createHost(...call, gpu);
  };
  const createHost = async (...call: HostCall) => {
    if (sharedName === undefined) return createHere(...call);
    const [, channel, tell] = call;
    const { joinShared } = await lateScript(() => import('./share/join.ts'));
    return joinShared(sharedName, (...loading) => createHere(host, ...loading), channel, tell);
  };
  const onEvent = (event: HostEvent) => {
    if (life.hasEnded) return;
    if ('failed' in event) life.end(event.failed);
    else events.tell(event);
  };
  const made = await life.run({ signal, onProgress, skipTuning, skipCalibration }, async (channel) => {
    const created = await createHost(host, channel, onEvent);
    const { signal: cancelled } = channel;
    if (!cancelled?.aborted) return created;
    await created.dispose(); // cancelled at the last moment: nothing stays
    throw new AbortedError('Cancelled during load.', { during: 'load' }, { cause: cancelled.reason });
  });
  return engineOf(made, life, events, place.storage === 'memory' ? () => undefined : askToPersist);
}

/**
 * What a model would take here, before an engine is made: bytes to fetch, memory, and whether this device has that. Nothing is fetched but
 * what `Plan` says; the device is asked for the memory, which it gets back at once.
 * @throws NetworkError | ModelFormatError | InvalidInputError | AbortedError
 */
export async function planModel(model: ModelSource, options: PlanModelOptions = {}): Promise<ModelPlan> {
  const source = isFiles(model) ? ofOneFolder(model) : addressOf(model);
  return (await lateScript(() => import('./host/plan-model.ts'))).planModelHere(source, options);
}

/**
 * The recommended models in the order in which they suit this device. No network is asked: what they take is planned of a list that comes
 * with this version. The device is asked for as much memory as the largest needs, which it gets back at once.
 * @throws DeviceLostError
 */
export async function recommendModels(options: { readonly gpu?: GPU } = {}): Promise<Recommendations> {
  return (await lateScript(() => import('./host/recommend.ts'))).recommendHere(options);
}

/** What crosses of a choice of heads: with samples where heads are to be measured. */
async function plannedCalibration(choice: EngineOptions['calibration']): Promise<HostOptions['calibration']> {
  if (choice === 'measure') return measurePlan();
  return typeof choice === 'object' && !('presets' in choice) ? measurePlan(choice) : choice;
}

/** @throws InvalidInputError where tabs could not tell whether they mean the same, or would not find what another one stored */
function nameToShare(
  share: true | string,
  model: HostOptions['model'],
  database: string,
  storage: HostOptions['storage'],
): string {
  if (storage !== 'indexeddb')
    throw new InvalidInputError(
      'An engine whose storage is memory cannot be shared: it would be gone with its tab. Leave `share` out, or store in IndexedDB.',
      { setting: 'share' },
    );
  if (typeof share === 'string') return share;
  if (typeof model === 'string') return `${database} ${model}`;
  throw new InvalidInputError('A model that is a file has no name that other tabs know. Give `share` one.', {
    setting: 'share',
  });
}

/** A signal does not survive a message. */
function splitSkip(choice: EngineOptions['calibration']) {
  if (typeof choice !== 'object' || 'presets' in choice) return { calibration: choice };
  const { skip, ...calibration } = choice;
  return { calibration, skip };
}
